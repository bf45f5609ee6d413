/**
 * The other clients of a room and the merge of what they say: for each, two last-writer-wins registers under one clock
 * (M3), a lease, and whether it answers. It is told what arrived and when; it sends nothing and starts no timer.
 */
import type { Clock } from '../clock.js';
import { Emitter } from '../emitter.js';
import { ProtocolError } from '../errors.js';
import {
  MAX_CLIENTS,
  MAX_CLOCK,
  type PeerActivity,
  type PeerKind,
  type StateEntry,
  type Terms,
} from '../protocol/presence-codec.js';
import type { State } from '../protocol/state.js';
import type { AwarenessMirror } from './awareness.js';
import { STOCK_LEASE_MS, TOMBSTONE_MS, UNREACHABLE_GRACE_MS } from './constants.js';

/** D5: how far a clock may jump at once; and where a client's first may stand. Its owner can always get above both. */
export const MAX_CLOCK_JUMP = 2 ** 24;
const MAX_FIRST_CLOCK = 2 ** 32;

export interface Peer {
  readonly client: number;
  kind: PeerKind;
  /** The presence register: the last announced state, with the clock it came with. */
  clock: number;
  state: State;
  /** The motion register: fast fields newer than `state`; `motionClock` is 0 while there are none. */
  motionClock: number;
  motion: State;
  activity: PeerActivity;
  leaseMs: number;
  /** On our clock. */
  heardAt: number;
  expiresAt: number;
  /** When it was found not to answer (P9). */
  unreachableAt: number | undefined;
}

export interface PeersEvents {
  /** A client came, left, or changed in a way the roster shows. */
  roster: number;
  /** A new client. */
  arrived: Peer;
  removed: Peer;
}

/** What became of a message: `behind` and `unknown` mean that the sender's state should be asked for (M4). */
export type Outcome = 'applied' | 'stale' | 'behind' | 'unknown';

export class Peers {
  readonly #peers = new Map<number, Peer>();
  readonly #tombstones = new Map<number, { clock: number; until: number }>();
  readonly #emitter = new Emitter<PeersEvents>();
  readonly #mirror: AwarenessMirror;
  readonly #clock: Clock;

  constructor(mirror: AwarenessMirror, clock: Clock) {
    this.#mirror = mirror;
    this.#clock = clock;
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

  on<K extends keyof PeersEvents>(type: K, fn: (event: PeersEvents[K]) => void): () => void {
    return this.#emitter.on(type, fn);
  }

  /** D1, D2, D5: refuses a message before any of it is applied. Throws {@link ProtocolError} (reason clock or limit). */
  check(entries: readonly StateEntry[]): void {
    let newcomers = 0;
    for (const { client, clock, state, terms } of entries) {
      const peer = this.#peers.get(client);
      if (!peer && state) newcomers++;
      const limit = peer ? latest(peer) + MAX_CLOCK_JUMP : terms?.kind === 'json' ? MAX_CLOCK : MAX_FIRST_CLOCK;
      if (clock > limit) throw new ProtocolError('clock', `client ${client} jumps to clock ${clock}`);
    }
    if (this.#peers.size + newcomers > MAX_CLIENTS) {
      throw new ProtocolError('limit', `a room holds at most ${MAX_CLIENTS} clients`);
    }
  }

  /** One entry of a checked state message (P1) or roster (P5). */
  applyState({ client, clock, state, terms }: StateEntry): Outcome {
    const peer = this.#peers.get(client);
    const kind = terms?.kind ?? peer?.kind ?? 'yjs'; // a stock client may pass on the state of one that is none
    if (state === null) return this.#goodbye(client, clock, peer ? latest(peer) : 0);
    if (peer ? clock <= peer.clock : clock <= (this.#tombstones.get(client)?.clock ?? 0)) {
      if (peer && clock === peer.clock && terms) this.#renew(peer, terms.activity, terms.leaseMs, terms.ageMs); // repeated on request or on reconnection
      return 'stale';
    }
    if (!peer && terms && terms.ageMs >= terms.leaseMs) return 'stale';
    const next = peer ?? newPeer(client);
    next.kind = kind;
    next.clock = clock;
    next.state = state;
    if (next.motionClock <= clock) [next.motionClock, next.motion] = [0, {}];
    this.#peers.set(client, next);
    this.#tombstones.delete(client);
    this.#renew(
      next,
      terms?.activity ?? 'active',
      terms?.leaseMs ?? peer?.leaseMs ?? STOCK_LEASE_MS,
      terms?.ageMs ?? 0,
    );
    this.#show(next);
    if (!peer) this.#emitter.emit('arrived', next);
    this.#emitter.emit('roster', client);
    return 'applied';
  }

  /** The fast fields of a cursor batch, and its word that the sender lives. `presence`: see M3. */
  applyMotion(client: number, clock: number, presence: number, fields: State | undefined): Outcome {
    const peer = this.#peers.get(client);
    if (!peer) return this.#unheld(client, clock);
    if (clock > latest(peer) + MAX_CLOCK_JUMP) {
      throw new ProtocolError('clock', `client ${client} jumps to clock ${clock}`);
    }
    this.#renew(peer, peer.activity, peer.leaseMs, 0);
    if (fields && clock > latest(peer)) {
      peer.motionClock = clock;
      peer.motion = fields;
      this.#show(peer);
    }
    return presence > peer.clock ? 'behind' : 'applied';
  }

  /** P3: a beat renews the lease; its clock tells whether we hold the last state. */
  applyBeat(client: number, clock: number, terms: Terms): Outcome {
    const peer = this.#peers.get(client);
    if (!peer) return this.#unheld(client, clock);
    this.#renew(peer, terms.activity, terms.leaseMs, terms.ageMs);
    return clock > peer.clock ? 'behind' : 'applied';
  }

  /** P9: dimmed at once, dropped after a grace unless it speaks. A report older than what we hold says nothing. */
  markUnreachable(client: number, clock: number): void {
    const peer = this.#peers.get(client);
    if (!peer || peer.unreachableAt !== undefined || clock < peer.clock) return;
    peer.unreachableAt = this.#clock.now();
    this.#emitter.emit('roster', client);
  }

  /** P8: with the same clock, so that whatever it says next is newer. */
  remove(client: number): void {
    const peer = this.#peers.get(client);
    if (!peer) return;
    this.#peers.delete(client);
    this.#mirror.set(client, latest(peer), null);
    this.#emitter.emit('removed', peer);
    this.#emitter.emit('roster', client);
  }

  /** Drops whose lease ran out or whose grace is over, and forgets old goodbyes. */
  sweep(): void {
    const now = this.#clock.now();
    for (const { client, expiresAt, unreachableAt } of [...this.#peers.values()]) {
      if (now >= expiresAt || (unreachableAt !== undefined && now - unreachableAt >= UNREACHABLE_GRACE_MS)) {
        this.remove(client);
      }
    }
    for (const [client, { until }] of this.#tombstones) if (now >= until) this.#tombstones.delete(client);
  }

  /** P7: time in which we could hear nobody does not count against anyone. */
  extendLeases(ms: number): void {
    for (const peer of this.#peers.values()) {
      peer.expiresAt += ms;
      if (peer.unreachableAt !== undefined) peer.unreachableAt += ms;
    }
  }

  /** How the mirror shows a peer: its announced state under its newer fast fields. */
  effective(peer: Peer): { clock: number; state: State } {
    return { clock: latest(peer), state: { ...peer.state, ...peer.motion } };
  }

  #show(peer: Peer): void {
    const { clock, state } = this.effective(peer);
    this.#mirror.set(peer.client, clock, state);
  }

  #renew(peer: Peer, activity: PeerActivity, leaseMs: number, ageMs: number): void {
    const now = this.#clock.now();
    const heardAt = now - ageMs;
    if (heardAt < peer.heardAt) return; // second-hand, and older than what we heard ourselves
    const { activity: before, unreachableAt } = peer;
    peer.heardAt = heardAt;
    peer.leaseMs = leaseMs;
    // Second-hand word never shortens a lease: its bearer may have been offline itself, and counts that time (P7).
    peer.expiresAt = ageMs > 0 ? Math.max(peer.expiresAt, heardAt + leaseMs) : heardAt + leaseMs;
    peer.activity = activity;
    if (ageMs === 0) peer.unreachableAt = undefined;
    if (before !== activity || unreachableAt !== peer.unreachableAt) this.#emitter.emit('roster', peer.client);
  }

  /** Something of a client that is not here: from before its goodbye, or of someone whose state has not come yet. */
  #unheld(client: number, clock: number): Outcome {
    return clock <= (this.#tombstones.get(client)?.clock ?? -1) ? 'stale' : 'unknown';
  }

  /** A goodbye counts from a client at its newest clock; an older one was overtaken by its return, or by a later one. */
  #goodbye(client: number, clock: number, known: number): Outcome {
    if (clock < Math.max(known, this.#tombstones.get(client)?.clock ?? 0)) return 'stale';
    this.#tombstones.delete(client); // to the end of the line
    if (this.#tombstones.size >= MAX_CLIENTS) {
      const oldest = this.#tombstones.keys().next().value;
      if (oldest !== undefined) this.#tombstones.delete(oldest);
    }
    this.#tombstones.set(client, { clock, until: this.#clock.now() + TOMBSTONE_MS });
    if (!this.#peers.has(client)) return 'stale';
    this.remove(client);
    return 'applied';
  }
}

/** The clock under which a peer is shown. */
const latest = (peer: Peer) => Math.max(peer.clock, peer.motionClock);

function newPeer(client: number): Peer {
  return {
    client,
    kind: 'slate',
    clock: 0,
    state: {},
    motionClock: 0,
    motion: {},
    activity: 'active',
    leaseMs: 0,
    heardAt: Number.NEGATIVE_INFINITY,
    expiresAt: 0,
    unreachableAt: undefined,
  };
}
