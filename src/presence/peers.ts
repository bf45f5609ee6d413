/**
 * The other clients of a room, and the merge of what messages tell about them: for each client two last-writer-wins
 * registers under one clock (M3), a lease, and whether it can be reached. It is told what arrived; it sends nothing and
 * starts no timer. Over 300 lines, because every rule about whose word counts reads and writes the same three maps.
 */
import { equalityDeep } from 'lib0/function';
import type { Clock } from '../clock.js';
import { Emitter } from '../emitter.js';
import { ProtocolError } from '../errors.js';
import type { CursorBatch } from '../protocol/cursor-codec.js';
import { hash } from '../protocol/hash.js';
import {
  MAX_CLIENTS,
  type PeerActivity,
  type PeerKind,
  type PresenceMessage,
  type StateEntry,
  type Terms,
} from '../protocol/presence-codec.js';
import type { Speaker } from '../protocol/speaker.js';
import type { State } from '../protocol/state.js';
import type { Changes } from './changes.js';
import { HEARTBEAT_MS, leaseMs, STOCK_LEASE_MS, TOMBSTONE_MS, UNREACHABLE_GRACE_MS } from './constants.js';
import { type Door, openDoor } from './door.js';

/** How far a known client's clock may jump at once (D5). */
export const MAX_CLOCK_JUMP = 2 ** 24;
/** How far a client follows a clock that others gave it (D5): less, so that its answer is no jump for those others. */
export const MAX_FOLLOWED_JUMP = 2 ** 23;
/** How far fast fields may be ahead of what a client says of its clock (D5): further than it gets in days. */
const MAX_LEAD = 2 ** 22;
/** The highest clock that an unknown client may start at (D5). */
const MAX_FIRST_CLOCK = 2 ** 32;
/** Two members take in the same sign of life at most this far apart, and round its age. Milliseconds. */
const SAME_SIGN_MS = 1_000;

/**
 * Who told a state (P13): the client in a message to all, the client when we asked it (M4), or another member in a
 * roster.
 */
export type Source = 'said' | 'answered' | 'hearsay';

export interface Peer {
  readonly client: number;
  /** The hash of the client id, for the digest (P12). */
  readonly hash: number;
  kind: PeerKind;
  /** The presence register: the last announced state, with its clock. */
  clock: number;
  state: State;
  source: Source;
  /** That state as this page shows it. */
  shown: State;
  /** Who announced that state, according to its subject. */
  speaker: Speaker;
  /** The motion register: fast fields newer than `state`; `motionClock` is 0 while there are none. */
  motionClock: number;
  motion: State;
  activity: PeerActivity;
  leaseMs: number;
  /** A goodbye is a question for the client itself (P6). */
  guarded: boolean;
  /** When the client joined, on our clock, if it said so itself. */
  joinedAt: number;
  /** When the last sign of life was received, on our clock. */
  receivedAt: number;
  /** When the lease runs out, on our clock. */
  expiresAt: number;
  /** When the client was found to be unreachable (P9), on our clock. */
  unreachableAt: number | undefined;
  /** The client itself said a lower clock than this one, so its next word counts whatever its clock (D5). */
  doubted: boolean;
  /** The clock of its last heartbeat, and of the last one before its answer: what stays the same is no doubt (D5). */
  beat: number | undefined;
  answeredBeat: number | undefined;
  /** How many heartbeats may stay at that clock: one after an answer, all after one that says the same again (D5). */
  usualBeats: number;
}

export interface PeersEvents {
  /** A new client. */
  arrived: Peer;
  removed: Peer;
}

/** What became of a message. `behind` and `unknown`: the client should be asked for its state (M4). */
export type Outcome = 'applied' | 'stale' | 'behind' | 'unknown';

/** A heartbeat: a client, the clock of its last presence state, and its terms. */
export type Heartbeat = Omit<Required<StateEntry>, 'state'>;
/** A report that `by` got no answer from `client`, whose last clock it knows is `clock`. */
export type UnreachableReport = Pick<Extract<PresenceMessage, { type: 'unreachable' }>, 'by' | 'client' | 'clock'>;
/** The part of a cursor batch that concerns presence. */
export type Motion = Pick<CursorBatch, 'client' | 'clock' | 'presence' | 'fields'>;

export class Peers {
  readonly #peers = new Map<number, Peer>();
  /** The goodbyes. `doubted`: the client sent a heartbeat after its goodbye, so an answer of it counts (P6). */
  readonly #tombstones = new Map<number, { clock: number; until: number; doubted?: boolean }>();
  /** The clients that were removed for their silence, and when each was heard last (P8). */
  readonly #silent = new Map<number, { heardAt: number; until: number }>();
  readonly #emitter = new Emitter<PeersEvents>();
  readonly #changes: Changes;
  readonly #clock: Clock;
  readonly #door: Door;
  readonly #asShown: (state: State) => State;

  /** `asShown` makes of a state what this page shows of it. */
  constructor(
    changes: Changes,
    clock: Clock,
    door: Door = openDoor,
    asShown: (state: State) => State = (state) => state,
  ) {
    this.#asShown = asShown;
    this.#changes = changes;
    this.#clock = clock;
    this.#door = door;
  }

  get size(): number {
    return this.#peers.size;
  }

  get(client: number): Peer | undefined {
    return this.#peers.get(client);
  }

  [Symbol.iterator](): IterableIterator<Peer> {
    return this.#peers.values();
  }

  some(test: (peer: Peer) => boolean): boolean {
    for (const peer of this) if (test(peer)) return true;
    return false;
  }

  /** Calls `fn` for every event of this type. Returns a function that unsubscribes. */
  on<K extends keyof PeersEvents>(type: K, fn: (event: PeersEvents[K]) => void): () => void {
    return this.#emitter.on(type, fn);
  }

  /** How many there are that said themselves who they are (P13). */
  get proven(): number {
    let count = 0;
    for (const { source } of this) if (source !== 'hearsay') count++;
    return count;
  }

  /** Refuses a whole message before any of it is applied (D1, D2, D5). Throws {@link ProtocolError}. */
  check(entries: readonly StateEntry[], speaker: Speaker, source: Source = 'said'): void {
    let newcomers = 0;
    for (const { client, clock, state } of entries) {
      this.#door.admit(speaker, 'state', client, state);
      const peer = this.#peers.get(client);
      if (!peer && state) newcomers++;
      const limit = peer ? latest(peer) + MAX_CLOCK_JUMP : MAX_FIRST_CLOCK;
      if (clock > limit) throw new ProtocolError('clock', `client ${client} jumps to clock ${clock}`);
    }
    if (newcomers === 0 || this.size + newcomers <= MAX_CLIENTS) return;
    if (source === 'hearsay' || this.proven + newcomers > MAX_CLIENTS) {
      throw new ProtocolError('limit', `a room holds at most ${MAX_CLIENTS} clients`);
    }
  }

  /** The newest clock that is known of a client, that of its goodbye included; `undefined` without any. */
  clockOf(client: number): number | undefined {
    const peer = this.#peers.get(client);
    return peer ? latest(peer) : this.#tombstones.get(client)?.clock;
  }

  /**
   * Applies one entry of a checked state message (P1), of an answer (M4), or of a roster (P5). A client's own word
   * counts whatever its clock after hearsay (P13), and where that clock was in doubt (D5). Hearsay counts where the
   * client said nothing itself.
   */
  applyState({ client, clock, state, terms }: StateEntry, speaker: Speaker, source: Source = 'said'): Outcome {
    const peer = this.#peers.get(client);
    if (source === 'hearsay') {
      if (state === null) return 'stale';
      if (peer && peer.source !== source) return clock > latest(peer) ? 'behind' : 'stale';
    }
    const decides = peer !== undefined && source !== 'hearsay' && (peer.source === 'hearsay' || peer.doubted);
    if (source === 'answered' && this.#tombstones.get(client)?.doubted) this.#tombstones.delete(client);
    if (state === null) return this.#goodbye(client, clock, peer, source, decides);
    const goodbye = this.#tombstones.get(client);
    const known = (peer ? !decides && peer.clock : goodbye?.clock) || 0;
    const isRepeated = peer !== undefined && clock === peer.clock;
    if (clock <= known || (decides && isRepeated && equalityDeep(state, peer.state))) {
      if (decides && peer) {
        if (peer.doubted && peer.motionClock > clock) this.#dropMotion(peer);
        peer.usualBeats = peer.source === 'answered' && source === 'answered' ? Number.POSITIVE_INFINITY : 1;
        [peer.source, peer.doubted, peer.answeredBeat] = [source, false, peer.beat];
      }
      if (isRepeated && terms && source !== 'hearsay') this.#renew(peer, terms); // on request or on reconnection
      return 'stale';
    }
    if (!peer && terms && this.#isOver(client, terms, source)) return 'stale';
    if (!peer && this.size >= MAX_CLIENTS) this.#makeRoom();
    const next = peer ?? newPeer(client);
    if (!peer && source !== 'hearsay') next.joinedAt = this.#clock.now();
    // A stock client may forward the state of a client of ours.
    next.kind = terms?.kind ?? peer?.kind ?? 'yjs';
    next.clock = clock;
    next.state = state;
    next.source = source;
    next.doubted = false;
    next.answeredBeat = next.beat;
    next.usualBeats = 1;
    next.shown = this.#asShown(state);
    next.speaker = speaker;
    if (decides || next.motionClock <= clock) [next.motionClock, next.motion] = [0, {}];
    this.#peers.set(client, next);
    this.#tombstones.delete(client);
    const told = terms ?? { activity: 'active', leaseMs: peer?.leaseMs ?? STOCK_LEASE_MS, ageMs: 0 };
    if (source !== 'hearsay') this.#renew(next, told);
    else if (!peer) {
      const most = next.kind === 'slate' ? leaseMs(this.size + 1, HEARTBEAT_MS) : STOCK_LEASE_MS;
      this.#renew(next, { ...told, leaseMs: Math.min(told.leaseMs, told.ageMs + most) });
    }
    this.#show(next);
    if (!peer) this.#emitter.emit('arrived', next);
    return 'applied';
  }

  /** Applies the fast fields of a cursor batch (M3), which also is a sign of life. Throws {@link ProtocolError}. */
  applyMotion({ client, clock, presence, fields }: Motion, speaker: Speaker): Outcome {
    this.#door.admit(speaker, 'motion', client);
    const peer = this.#peers.get(client);
    if (!peer) return this.#outcomeForAbsent(client, clock);
    if (clock > latest(peer) + MAX_CLOCK_JUMP) {
      throw new ProtocolError('clock', `client ${client} jumps to clock ${clock}`);
    }
    this.#renew(peer, { ...peer, ageMs: 0 });
    if (fields && clock > latest(peer)) {
      peer.motionClock = clock;
      peer.motion = fields;
      this.#show(peer);
    }
    return presence > peer.clock ? 'behind' : 'applied';
  }

  /**
   * Renews the lease (P3); the clock of the heartbeat tells whether we hold the sender's last state. A client that said
   * goodbye at a newer clock is asked: its id may be in use again (P6). So is one that says a lower clock than somebody
   * said in its name (D5); an answer may name a higher one than its last announcement.
   */
  applyHeartbeat({ client, clock, terms }: Heartbeat, speaker: Speaker, source: Source = 'said'): Outcome {
    this.#door.admit(speaker, 'heartbeat', client);
    const peer = this.#peers.get(client);
    const goodbye = this.#tombstones.get(client);
    if (!peer && goodbye && source === 'said') {
      goodbye.doubted = true;
      return 'unknown';
    }
    if (!peer) return this.#outcomeForAbsent(client, clock);
    if (source === 'hearsay') return clock > peer.clock ? 'behind' : 'stale';
    this.#renew(peer, terms);
    const isAhead = peer.motionClock > peer.clock;
    const isUsual = peer.source === 'answered' && clock === peer.answeredBeat && (isAhead || peer.usualBeats > 0);
    if (isUsual && !isAhead) peer.usualBeats--;
    peer.doubted = (clock < peer.clock && !isUsual) || peer.motionClock > clock + MAX_LEAD;
    peer.beat = clock;
    const isMistaken = peer.source === 'hearsay' && peer.kind !== 'slate'; // others said that it sends no heartbeats
    return clock > peer.clock || peer.doubted || isMistaken ? 'behind' : 'applied';
  }

  /**
   * Whether another member's report that a client does not answer is worth a look (P9): both are known, and nothing
   * newer.
   */
  mayBeUnreachable({ by, client, clock }: UnreachableReport, speaker: Speaker): boolean {
    this.#door.admit(speaker, 'unreachable', by);
    const peer = this.#peers.get(client);
    return this.#peers.has(by) && peer !== undefined && clock >= peer.clock;
  }

  /**
   * The server said that this client does not subscribe any more (P9): it is shown as stale at once, and removed after
   * a grace period unless it gives a sign of life.
   */
  markUnreachable(client: number): void {
    const peer = this.#peers.get(client);
    if (!peer || peer.unreachableAt !== undefined) return;
    peer.unreachableAt = this.#clock.now();
    this.#changes.roster(client);
  }

  /** Removes a client with the clock it had, so that whatever it announces later is newer (P8). */
  remove(client: number): void {
    const peer = this.#peers.get(client);
    if (!peer) return;
    this.#peers.delete(client);
    this.#changes.state(client, { clock: latest(peer), state: null });
    this.#emitter.emit('removed', peer);
  }

  /** A client is known under another id from now on (V3). */
  move(client: number, to: number): void {
    const peer = this.#peers.get(client);
    if (!peer) return;
    this.remove(client);
    const moved = { ...peer, client: to, hash: hash(String(to)) };
    this.#peers.set(to, moved);
    this.#show(moved);
    this.#emitter.emit('arrived', moved);
  }

  /** Something is over: a lease, a grace period, or the memory of a goodbye. */
  get overdue(): boolean {
    const now = this.#clock.now();
    const gone = [...this.#tombstones.values(), ...this.#silent.values()];
    return this.some((peer) => isOver(peer, now)) || gone.some(({ until }) => now >= until);
  }

  /** Removes every client whose lease or grace period is over, and forgets old goodbyes. */
  sweep(): void {
    const now = this.#clock.now();
    for (const peer of [...this.#peers.values()]) if (isOver(peer, now)) this.#forget(peer);
    for (const gone of [this.#tombstones, this.#silent]) {
      for (const [client, { until }] of gone) if (now >= until) gone.delete(client);
    }
  }

  /** Time during which this session could receive nothing does not count against the others (P7). Milliseconds. */
  extendLeases(ms: number): void {
    for (const peer of this.#peers.values()) {
      peer.expiresAt += ms;
      if (peer.unreachableAt !== undefined) peer.unreachableAt += ms;
    }
  }

  /** What is known of a peer: its announced state, with its newer fast fields. */
  effective(peer: Peer): { clock: number; state: State } {
    return { clock: latest(peer), state: { ...peer.state, ...peer.motion } };
  }

  /** The client itself does not know of these fast fields (D5). */
  #dropMotion(peer: Peer): void {
    [peer.motionClock, peer.motion] = [0, {}];
    this.#show(peer);
  }

  #show(peer: Peer): void {
    this.#changes.state(peer.client, { clock: latest(peer), state: { ...peer.shown, ...peer.motion } });
  }

  /** A client is silent: what others say of it does not bring it back (P8), nor anything but itself after hearsay. */
  #forget({ client, source, receivedAt }: Peer): void {
    const heardAt = source === 'hearsay' ? Number.POSITIVE_INFINITY : receivedAt;
    remember(this.#silent, client, { heardAt, until: this.#clock.now() + TOMBSTONE_MS });
    this.remove(client);
  }

  /** A full room: the oldest hearsay makes room for who says itself that it is here (D2). */
  #makeRoom(): void {
    for (const { client, source } of this) {
      if (source !== 'hearsay') continue;
      this.remove(client);
      return;
    }
  }

  #renew(peer: Peer, { activity, leaseMs, ageMs, guarded = false }: Omit<Terms, 'kind'>): void {
    const receivedAt = this.#clock.now() - ageMs;
    if (receivedAt < peer.receivedAt) return; // second-hand, and older than what we received ourselves
    const { activity: before, unreachableAt } = peer;
    peer.receivedAt = receivedAt;
    peer.leaseMs = leaseMs;
    peer.guarded = guarded;
    // Second-hand news never shortens a lease: its sender may have been offline itself, and counts that time (P7).
    peer.expiresAt = ageMs > 0 ? Math.max(peer.expiresAt, receivedAt + leaseMs) : receivedAt + leaseMs;
    peer.activity = activity;
    if (ageMs === 0) peer.unreachableAt = undefined;
    if (before !== activity || unreachableAt !== peer.unreachableAt) this.#changes.roster(peer.client);
  }

  /** Whether second-hand terms tell nothing of a client but what ended in its removal, here or at others. */
  #isOver(client: number, { ageMs, leaseMs }: Terms, source: Source): boolean {
    const heardAt = this.#silent.get(client)?.heardAt ?? Number.NEGATIVE_INFINITY;
    return ageMs >= leaseMs || (source === 'hearsay' && this.#clock.now() - ageMs <= heardAt + SAME_SIGN_MS);
  }

  /** A message about a client that is not here: older than its goodbye, or the client's state has not come yet. */
  #outcomeForAbsent(client: number, clock: number): Outcome {
    return clock <= (this.#tombstones.get(client)?.clock ?? -1) ? 'stale' : 'unknown';
  }

  /**
   * A goodbye counts when its clock is not below the newest one known, that of an earlier goodbye included (P6). That
   * of a client in whose name goodbyes were said before makes what is known of it hearsay, until it answers.
   */
  #goodbye(client: number, clock: number, peer: Peer | undefined, source: Source, decides: boolean): Outcome {
    const known = peer && !decides ? latest(peer) : 0;
    if (clock < Math.max(known, this.#tombstones.get(client)?.clock ?? 0)) return 'stale';
    if (peer?.guarded && source === 'said') {
      peer.source = 'hearsay';
      return 'behind';
    }
    remember(this.#tombstones, client, { clock, until: this.#clock.now() + TOMBSTONE_MS });
    if (!peer) return 'stale';
    this.remove(client);
    return 'applied';
  }
}

/** Adds a client that is gone as the newest of them, without the oldest where there are too many (D2). */
function remember<T>(gone: Map<number, T>, client: number, what: T): void {
  gone.delete(client);
  const [oldest] = gone.keys();
  if (gone.size >= MAX_CLIENTS && oldest !== undefined) gone.delete(oldest);
  gone.set(client, what);
}

const isOver = ({ expiresAt, unreachableAt }: Peer, now: number) =>
  now >= expiresAt || (unreachableAt !== undefined && now - unreachableAt >= UNREACHABLE_GRACE_MS);

/** The clock with which a peer is shown. */
const latest = (peer: Peer) => Math.max(peer.clock, peer.motionClock);

function newPeer(client: number): Peer {
  return {
    client,
    hash: hash(String(client)),
    kind: 'slate',
    clock: 0,
    state: {},
    source: 'hearsay',
    shown: {},
    speaker: undefined,
    motionClock: 0,
    motion: {},
    activity: 'active',
    leaseMs: 0,
    guarded: false,
    joinedAt: Number.NEGATIVE_INFINITY,
    receivedAt: Number.NEGATIVE_INFINITY,
    expiresAt: 0,
    unreachableAt: undefined,
    doubted: false,
    beat: undefined,
    answeredBeat: undefined,
    usualBeats: 1,
  };
}
