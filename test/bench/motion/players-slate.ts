/** The receiving tab: what any method is asked, and Slate itself, which must also run in a page. */
import type { Clock } from '../../../src/clock.js';
import { Playout } from '../../../src/cursors/playout.js';
import { ReceivedAnchors } from '../../../src/protocol/anchor-numbers.js';
import { decodeBatch } from '../../../src/protocol/cursor-codec.js';
import { type Point, SURFACE } from './trace.js';

export interface Player<T> {
  receive(message: T): void;
  frame(now: number): Point | undefined;
}

/** Slate: the real codec and the real playout. */
export class SlatePlayer implements Player<Uint8Array> {
  readonly #playout: Playout;
  readonly #anchors = new ReceivedAnchors();

  constructor(clock: Clock) {
    this.#playout = new Playout(clock);
  }

  receive(message: Uint8Array): void {
    const { client, sentAt, samples, left } = decodeBatch(message, this.#anchors);
    this.#playout.push(client, sentAt, samples, left);
  }

  frame(now: number): Point | undefined {
    const [played] = this.#playout.sample(now);
    return played && { x: played.x * SURFACE.width, y: played.y * SURFACE.height };
  }
}
