/**
 * The other clients of a room, and the merge of what messages tell about them: for each client two last-writer-wins
 * registers under one clock (M3), a lease, and whether it can be reached. It is told what arrived; it sends nothing and
 * starts no timer.
 */
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
import { STOCK_LEASE_MS, TOMBSTONE_MS, UNREACHABLE_GRACE_MS } from './constants.js';
import { type Door, openDoor } from './door.js';

/** How far a known client's clock may jump at once (D5). The client itself can always get above it. */
export const MAX_CLOCK_JUMP = 2 ** 24;
/** The highest clock that an unknown client may start at (D5). */
const MAX_FIRST_CLOCK = 2 ** 32;
/** Two members take in the same sign of life at most this far apart, and round its age. Milliseconds. */
const SAME_SIGN_MS = 1_000;

export interface Peer {
  readonly client: number;
  /** The hash of the client id, for the digest (P12). */
  readonly hash: number;
  kind: PeerKind;
  /** The presence register: the last announced state, with its clock. */
  clock: number;
  state: State;
  /** Who announced that state, according to its subject. */
  speaker: Speaker;
  /** The motion register: fast fields newer than `state`; `motionClock` is 0 while there are none. */
  motionClock: number;
  motion: State;
  activity: PeerActivity;
  leaseMs: number;
  /** When the last sign of life was received, on our clock. */
  receivedAt: number;
  /** When the lease runs out, on our clock. */
  expiresAt: number;
  /** When the client was found to be unreachable (P9), on our clock. */
  unreachableAt: number | undefined;
}

export interface PeersEvents {
  /** A new client. */
  arrived: Peer;
  removed: Peer;
}

/** What became of a message. `behind` and `unknown`: the sender should be asked for its state (M4). */
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

  constructor(changes: Changes, clock: Clock, door: Door = openDoor) {
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

  /** Refuses a whole message before any of it is applied (D1, D2, D5). Throws {@link ProtocolError}. */
  check(entries: readonly StateEntry[], speaker: Speaker): void {
    let newcomers = 0;
    for (const { client, clock, state } of entries) {
      this.#door.admit(speaker, 'state', client, state);
      const peer = this.#peers.get(client);
      if (!peer && state) newcomers++;
      const limit = peer ? latest(peer) + MAX_CLOCK_JUMP : MAX_FIRST_CLOCK;
      if (clock > limit) throw new ProtocolError('clock', `client ${client} jumps to clock ${clock}`);
    }
    if (this.#peers.size + newcomers > MAX_CLIENTS) {
      throw new ProtocolError('limit', `a room holds at most ${MAX_CLIENTS} clients`);
    }
  }

  /** The newest clock that is known of a client, that of its goodbye included; `undefined` without any. */
  clockOf(client: number): number | undefined {
    const peer = this.#peers.get(client);
    return peer ? latest(peer) : this.#tombstones.get(client)?.clock;
  }

  /** The client answered our own question (M4): a goodbye that was in doubt no longer counts. */
  answered(client: number): void {
    if (this.#tombstones.get(client)?.doubted) this.#tombstones.delete(client);
  }

  /** Applies one entry of a checked state message (P1) or roster (P5). */
  applyState({ client, clock, state, terms }: StateEntry, speaker: Speaker): Outcome {
    const peer = this.#peers.get(client);
    const kind = terms?.kind ?? peer?.kind ?? 'yjs'; // a stock client may forward the state of a client of ours
    if (state === null) return this.#goodbye(client, clock, peer ? latest(peer) : 0);
    if (peer ? clock <= peer.clock : clock <= (this.#tombstones.get(client)?.clock ?? 0)) {
      if (peer && clock === peer.clock && terms) this.#renew(peer, terms); // repeated on request or on reconnection
      return 'stale';
    }
    if (!peer && terms && this.#isOver(client, terms)) return 'stale';
    const next = peer ?? newPeer(client);
    next.kind = kind;
    next.clock = clock;
    next.state = state;
    next.speaker = speaker;
    if (next.motionClock <= clock) [next.motionClock, next.motion] = [0, {}];
    this.#peers.set(client, next);
    this.#tombstones.delete(client);
    this.#renew(next, terms ?? { activity: 'active', leaseMs: peer?.leaseMs ?? STOCK_LEASE_MS, ageMs: 0 });
    this.#changes.state(client, this.effective(next));
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
    this.#renew(peer, { activity: peer.activity, leaseMs: peer.leaseMs, ageMs: 0 });
    if (fields && clock > latest(peer)) {
      peer.motionClock = clock;
      peer.motion = fields;
      this.#changes.state(client, this.effective(peer));
    }
    return presence > peer.clock ? 'behind' : 'applied';
  }

  /**
   * Renews the lease (P3); the clock of the heartbeat tells whether we hold the sender's last state. A client that said
   * goodbye at a newer clock is asked: its id may be in use again (P6).
   */
  applyHeartbeat({ client, clock, terms }: Heartbeat, speaker: Speaker): Outcome {
    this.#door.admit(speaker, 'heartbeat', client);
    const peer = this.#peers.get(client);
    const goodbye = this.#tombstones.get(client);
    if (!peer && goodbye && terms.ageMs === 0) {
      goodbye.doubted = true;
      return 'unknown';
    }
    if (!peer) return this.#outcomeForAbsent(client, clock);
    this.#renew(peer, terms);
    return clock > peer.clock ? 'behind' : 'applied';
  }

  /**
   * Applies another member's report that a client does not answer (P9). A report by an unknown client changes nothing.
   */
  applyUnreachable({ by, client, clock }: UnreachableReport, speaker: Speaker): void {
    this.#door.admit(speaker, 'unreachable', by);
    if (this.#peers.has(by)) this.markUnreachable(client, clock);
  }

  /**
   * Marks a client that does not answer (P9): it is shown as stale at once, and removed after a grace period unless it
   * gives a sign of life. Nothing changes when a newer clock is known.
   */
  markUnreachable(client: number, clock: number): void {
    const peer = this.#peers.get(client);
    if (!peer || peer.unreachableAt !== undefined || clock < peer.clock) return;
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

  /** Something is over: a lease, a grace period, or the memory of a goodbye. */
  get overdue(): boolean {
    const now = this.#clock.now();
    const gone = [...this.#tombstones.values(), ...this.#silent.values()];
    return this.some((peer) => isOver(peer, now)) || gone.some(({ until }) => now >= until);
  }

  /** Removes every client whose lease or grace period is over, and forgets old goodbyes. */
  sweep(): void {
    const now = this.#clock.now();
    for (const peer of [...this.#peers.values()]) {
      if (!isOver(peer, now)) continue;
      remember(this.#silent, peer.client, { heardAt: peer.receivedAt, until: now + TOMBSTONE_MS });
      this.remove(peer.client);
    }
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

  /** What Awareness shows of a peer: its announced state, with its newer fast fields. */
  effective(peer: Peer): { clock: number; state: State } {
    return { clock: latest(peer), state: { ...peer.state, ...peer.motion } };
  }

  #renew(peer: Peer, { activity, leaseMs, ageMs }: Omit<Terms, 'kind'>): void {
    const receivedAt = this.#clock.now() - ageMs;
    if (receivedAt < peer.receivedAt) return; // second-hand, and older than what we received ourselves
    const { activity: before, unreachableAt } = peer;
    peer.receivedAt = receivedAt;
    peer.leaseMs = leaseMs;
    // Second-hand news never shortens a lease: its sender may have been offline itself, and counts that time (P7).
    peer.expiresAt = ageMs > 0 ? Math.max(peer.expiresAt, receivedAt + leaseMs) : receivedAt + leaseMs;
    peer.activity = activity;
    if (ageMs === 0) peer.unreachableAt = undefined;
    if (before !== activity || unreachableAt !== peer.unreachableAt) this.#changes.roster(peer.client);
  }

  /** Whether second-hand terms tell nothing of a client but what ended in its removal, here or at others. */
  #isOver(client: number, { ageMs, leaseMs }: Terms): boolean {
    const heardAt = this.#silent.get(client)?.heardAt ?? Number.NEGATIVE_INFINITY;
    return ageMs >= leaseMs || (ageMs > 0 && this.#clock.now() - ageMs <= heardAt + SAME_SIGN_MS);
  }

  /** A message about a client that is not here: older than its goodbye, or the client's state has not come yet. */
  #outcomeForAbsent(client: number, clock: number): Outcome {
    return clock <= (this.#tombstones.get(client)?.clock ?? -1) ? 'stale' : 'unknown';
  }

  /** A goodbye counts when its clock is not below the newest one known, that of an earlier goodbye included (P6). */
  #goodbye(client: number, clock: number, known: number): Outcome {
    if (clock < Math.max(known, this.#tombstones.get(client)?.clock ?? 0)) return 'stale';
    remember(this.#tombstones, client, { clock, until: this.#clock.now() + TOMBSTONE_MS });
    if (!this.#peers.has(client)) return 'stale';
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
    speaker: undefined,
    motionClock: 0,
    motion: {},
    activity: 'active',
    leaseMs: 0,
    receivedAt: Number.NEGATIVE_INFINITY,
    expiresAt: 0,
    unreachableAt: undefined,
  };
}
