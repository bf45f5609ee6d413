/**
 * When this session takes a place among the others, and when it moves (P15): at its first join, as soon as it knows who
 * is here, and then only where somebody who came earlier has its look. What others say makes it move a few times a
 * minute at most.
 */
import type { Clock } from '../clock.js';
import { PLACE_MOVES, PLACE_REST_MS, PLACE_SETTLE_MS, REACTION_MS } from '../presence/constants.js';
import type { OwnClient } from '../presence/own-client.js';
import type { Peer } from '../presence/peers.js';
import { choose, moveOf, type Placed } from '../presence/place.js';
import type { CleanUser } from '../protocol/state.js';
import type { Self } from './self.js';

export interface PlacingOptions {
  readonly clock: Clock;
  readonly own: OwnClient;
  readonly peers: Iterable<Peer>;
  readonly self: Self;
}

export class Placing {
  readonly #options: PlacingOptions;
  /** When this session moved last, the newest at the end. */
  #moves: number[] = [];
  #cancel: (() => void) | undefined;

  constructor(options: PlacingOptions) {
    this.#options = options;
  }

  /** The question for the roster is settled: takes a place, once. */
  settle(): void {
    const { self } = this.#options;
    self.place ??= choose(self.identity.user.id, this.#others());
  }

  /** Somebody came or changed. A crowd that arrives is looked at once. */
  check(): void {
    if (!this.#cancel) this.#again(PLACE_SETTLE_MS);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #again(ms: number): void {
    this.#cancel = this.#options.clock.after(ms, () => this.#check());
  }

  #check(): void {
    this.stop();
    const { clock, own, self } = this.#options;
    const { place, shown } = self;
    if (!place || !shown) return; // what changes that brings us here again
    const user = self.identity.user.id;
    const me = { client: own.id, user, ...place, ...(self.hasOwnColor && { color: shown.color }) };
    const move = moveOf(me, this.#others('hearsay'), self.hasOwnColor);
    if (!move) {
      // Of whom only others tell (P13), it is known soon what they say themselves.
      if (moveOf(me, this.#others(), self.hasOwnColor)) this.#again(REACTION_MS);
      return;
    }
    const now = clock.now();
    this.#moves = this.#moves.filter((at) => now - at < PLACE_REST_MS);
    const [oldest] = this.#moves;
    if (oldest !== undefined && this.#moves.length >= PLACE_MOVES) {
      this.#again(oldest + PLACE_REST_MS - now);
      return;
    }
    this.#moves.push(now);
    self.place = move;
  }

  /** Who can be reached, without those of whom only `source` tells. */
  #others(source?: Peer['source']): Placed[] {
    const others: Placed[] = [];
    for (const peer of this.#options.peers) {
      if (peer.unreachableAt !== undefined || peer.source === source) continue;
      const { id, color, mark = 0, arrival } = peer.state.user as CleanUser;
      others.push({ client: peer.client, user: id, color, mark, ...(peer.kind === 'slate' && { arrival }) });
    }
    return others;
  }
}
