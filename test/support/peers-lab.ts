/** One receiver of the presence and motion lanes, without a network: Peers over a real Awareness, on a virtual clock. */
import type { Awareness } from 'y-protocols/awareness';
import { AwarenessMirror, createAwareness } from '../../src/presence/awareness.js';
import { type Peer, Peers } from '../../src/presence/peers.js';
import type { CursorBatch } from '../../src/protocol/cursor-codec.js';
import type { PresenceMessage, StateEntry, Terms } from '../../src/protocol/presence-codec.js';
import type { State } from '../../src/protocol/state.js';
import { VirtualClock } from './virtual-clock.js';

export const TERMS: Terms = { activity: 'active', kind: 'slate', leaseMs: 11_000, ageMs: 0 };

type Batch = Pick<CursorBatch, 'client' | 'clock' | 'presence'> & { readonly fields: State };

export class PeersLab {
  readonly clock: VirtualClock;
  readonly awareness: Awareness = createAwareness(undefined, 2 ** 40);
  readonly mirror: AwarenessMirror;
  readonly peers: Peers;
  readonly arrived: number[] = [];
  readonly removed: number[] = [];
  /** How often the roster was said to differ. */
  rosters = 0;
  /** M4: the newest batch of a sender that is not known yet, as a room keeps it. */
  readonly waiting = new Map<number, Batch>();

  constructor(clock = new VirtualClock()) {
    this.clock = clock;
    this.mirror = new AwarenessMirror(this.awareness, this, clock);
    this.peers = new Peers(this.mirror, clock);
    this.peers.on('arrived', ({ client }) => {
      this.arrived.push(client);
      const batch = this.waiting.get(client);
      this.waiting.delete(client);
      if (batch) this.motion(batch);
    });
    this.peers.on('removed', ({ client }) => this.removed.push(client));
    this.peers.on('roster', () => this.rosters++);
    this.awareness.setLocalState(null);
  }

  /** A state of client 5 (or another) as its sender would announce it. */
  state(clock: number, state: State | null = { clock }, more: Partial<Terms> & { client?: number } = {}) {
    const { client = 5, ...terms } = more;
    return this.take([{ client, clock, state, terms: { ...TERMS, ...terms } }]);
  }

  /** The entries of one message, through the door. Gives the outcome of the last. */
  take(entries: readonly StateEntry[]) {
    this.peers.check(entries);
    return entries.map((entry) => this.peers.applyState(entry)).at(-1);
  }

  beat(clock: number, more: Partial<Terms> & { client?: number } = {}) {
    const { client = 5, ...terms } = more;
    return this.peers.applyBeat(client, clock, { ...TERMS, ...terms });
  }

  motion(batch: Batch) {
    const outcome = this.peers.applyMotion(batch.client, batch.clock, batch.presence, batch.fields);
    if (outcome === 'unknown' && batch.clock > (this.waiting.get(batch.client)?.clock ?? -1)) {
      this.waiting.set(batch.client, batch);
    }
    return outcome;
  }

  receive(message: PresenceMessage) {
    if (message.type === 'states') this.take(message.entries);
  }

  peer(client = 5): Peer {
    const peer = this.peers.get(client);
    if (!peer) throw new Error(`Client ${client} is not here.`);
    return peer;
  }

  /** What an editor binding would see, with the clock of each. */
  get shown(): Record<number, { clock: number | undefined; state: State }> {
    this.mirror.flush();
    const entries = [...this.awareness.getStates()].map(
      ([client, state]) => [client, { clock: this.awareness.meta.get(client)?.clock, state }] as const,
    );
    return Object.fromEntries(entries);
  }
}
