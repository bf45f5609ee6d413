/**
 * One receiver of the presence and motion lanes, without a network: Peers over a real Awareness, on a virtual clock.
 */
import type { Awareness } from 'y-protocols/awareness';
import { createAwareness, showRemote } from '../../src/presence/awareness.js';
import { Changes, type Shown } from '../../src/presence/changes.js';
import type { Door } from '../../src/presence/door.js';
import { type Motion, type Peer, Peers, type Source } from '../../src/presence/peers.js';
import type { PresenceMessage, StateEntry, Terms } from '../../src/protocol/presence-codec.js';
import type { Speaker } from '../../src/protocol/speaker.js';
import type { State } from '../../src/protocol/state.js';
import { VirtualClock } from './virtual-clock.js';

export const TERMS: Terms = { activity: 'active', kind: 'slate', leaseMs: 11_000, ageMs: 0 };

/** Changes that count how often something was added to them. */
class CountedChanges extends Changes {
  count = 0;

  override state(client: number, shown: Shown): void {
    this.count++;
    super.state(client, shown);
  }

  override roster(client: number): void {
    this.count++;
    super.roster(client);
  }
}

export class PeersLab {
  readonly clock: VirtualClock;
  readonly awareness: Awareness = createAwareness(undefined, 2 ** 40);
  readonly changes = new CountedChanges();
  readonly peers: Peers;
  readonly arrived: number[] = [];
  readonly removed: number[] = [];
  /** The newest batch of a sender that is not known yet (M4), as a room keeps it. */
  readonly waiting = new Map<number, Motion>();
  /** Who speaks in the messages of this lab. */
  speaker: Speaker;

  constructor({ clock = new VirtualClock(), door }: { clock?: VirtualClock; door?: Door } = {}) {
    this.clock = clock;
    this.peers = new Peers(this.changes, clock, door);
    this.peers.on('arrived', ({ client }) => {
      this.arrived.push(client);
      const batch = this.waiting.get(client);
      this.waiting.delete(client);
      if (batch) this.motion(batch);
    });
    this.peers.on('removed', ({ client }) => this.removed.push(client));
    this.awareness.setLocalState(null);
  }

  /**
   * Receives a state of client 5 (or another) as its sender would announce it; with an age, as another one's roster
   * tells it.
   */
  state(clock: number, state: State | null = { clock }, more: Partial<Terms> & { client?: number } = {}) {
    const { client = 5, ...terms } = more;
    return this.states([{ client, clock, state, terms: { ...TERMS, ...terms } }], terms.ageMs ? 'hearsay' : 'said');
  }

  /** Receives the entries of one message, through the door. Returns the outcome of the last. */
  states(entries: readonly StateEntry[], source: Source = 'said') {
    this.peers.check(entries, this.speaker, source);
    return entries.map((entry) => this.peers.applyState(entry, this.speaker, source)).at(-1);
  }

  heartbeat(clock: number, more: Partial<Terms> & { client?: number } = {}) {
    const { client = 5, ...terms } = more;
    return this.peers.applyHeartbeat(
      { client, clock, terms: { ...TERMS, ...terms } },
      this.speaker,
      terms.ageMs ? 'hearsay' : 'said',
    );
  }

  motion(batch: Motion) {
    const outcome = this.peers.applyMotion(batch, this.speaker);
    if (outcome === 'unknown' && batch.clock > (this.waiting.get(batch.client)?.clock ?? -1)) {
      this.waiting.set(batch.client, batch);
    }
    return outcome;
  }

  receive(message: PresenceMessage) {
    if (message.type === 'states') this.states(message.entries);
  }

  peer(client = 5): Peer {
    const peer = this.peers.get(client);
    if (!peer) throw new Error(`Client ${client} is not here.`);
    return peer;
  }

  /** Brings Awareness up to date. */
  show(): void {
    showRemote(this.awareness, this.changes.takeStates(), this, this.clock);
  }

  /** What an editor binding would see, with the clock of each client. */
  get shown(): Record<number, { clock: number | undefined; state: State }> {
    this.show();
    const entries = [...this.awareness.getStates()].map(
      ([client, state]) => [client, { clock: this.awareness.meta.get(client)?.clock, state }] as const,
    );
    return Object.fromEntries(entries);
  }
}
