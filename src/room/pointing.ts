/**
 * The pointers of a room: our own on its way out, everyone else's as they are to be shown, and where all of them rest, for
 * one who has come. It joins cursors with the people they belong to; it decides nothing about people.
 */
import type { Clock, Random } from '../clock.js';
import { Batcher, type Motion } from '../cursors/batcher.js';
import { Pace } from '../cursors/pace.js';
import { Playout } from '../cursors/playout.js';
import type { Peers } from '../presence/peers.js';
import { SentAnchors } from '../protocol/anchor-numbers.js';
import { encodeBatch, senderOf } from '../protocol/cursor-codec.js';
import { fittingAnchor } from '../protocol/samples-codec.js';
import type { RemotePointer, Room, User } from './types.js';

export interface PointingOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** M6: the room's budget. */
  readonly messagesPerSecond: number;
  readonly peers: Peers;
  readonly client: () => number;
  /** M3: our awareness clock, and that of our last presence state. */
  readonly clocks: () => { readonly clock: number; readonly presence: number };
  /** Sends a batch to those in our file; what is lost is replaced by the next. */
  readonly send: (batch: Uint8Array) => void;
  /** M1: whether anyone would see our motion now. */
  readonly audience: () => boolean;
}

export class Pointing {
  readonly pointer: Room['pointer'];
  readonly pointers: Room['pointers'];
  readonly batcher: Batcher;
  readonly playout: Playout;
  readonly pace: Pace;
  readonly #options: PointingOptions;
  readonly #anchors = new SentAnchors();

  constructor(options: PointingOptions) {
    const { clock, random, messagesPerSecond, send, audience } = options;
    this.#options = options;
    const playout = new Playout(clock);
    const pace = new Pace(clock, random, messagesPerSecond);
    const batcher = new Batcher({
      clock,
      send: (motion) => send(this.#encode(motion, this.#anchors)),
      audience,
      interval: () => pace.interval,
    });
    this.pointer = {
      move: ({ x, y, anchor }, at = clock.now()) => {
        if (Number.isFinite(x) && Number.isFinite(y)) batcher.move({ x, y, anchor: fittingAnchor(anchor) }, at);
      },
      leave: () => batcher.leave(),
    };
    this.pointers = {
      sample: (now = clock.now()) => this.#sample(now),
      get moving() {
        return playout.moving;
      },
    };
    this.playout = playout;
    this.pace = pace;
    this.batcher = batcher;
  }

  /** M7: someone has come, who knows no anchor of ours. */
  spellAgain(): void {
    this.#anchors.spellOutAll();
  }

  /** M5: where everyone in our file points, ourselves included, as batches of one sample each, for `asker`. */
  resting(asker: number): Uint8Array[] {
    const { clock, peers } = this.#options;
    const rest = this.batcher.rest();
    const batches = rest ? [this.#encode(rest)] : [];
    const sentAt = clock.now();
    for (const { client, restingMs, ...position } of this.playout.latest()) {
      const peer = peers.get(client);
      if (!peer || peer.unreachableAt !== undefined || client === asker) continue;
      const { clock } = peers.effective(peer);
      const samples = [{ ...position, ago: restingMs }];
      batches.push(encodeBatch({ client, clock, presence: clock, sentAt, samples, left: false }));
    }
    return batches;
  }

  /** P5: a pointer that is not among these batches, and has not moved since `asked`, has left. */
  retain(batches: readonly Uint8Array[], asked: number): void {
    this.playout.retain(batches.map(senderOf), asked);
  }

  #encode(motion: Motion, anchors?: SentAnchors): Uint8Array {
    const { client, clocks } = this.#options;
    return encodeBatch({ client: client(), ...clocks(), ...motion }, anchors);
  }

  #sample(now: number): readonly RemotePointer[] {
    const shown: RemotePointer[] = [];
    for (const played of this.playout.sample(now)) {
      const peer = this.#options.peers.get(played.client);
      if (peer && peer.unreachableAt === undefined) shown.push({ ...played, user: peer.state.user as User });
    }
    return shown;
  }
}
