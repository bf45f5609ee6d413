/**
 * M4: the newest batch of each sender whose state has not come yet. Senders may be invented, so only the newest of
 * them are kept, and none for longer than an answer may take.
 */
import type { Clock } from '../clock.js';
import { ASK_LATE_MS } from '../presence/constants.js';
import type { CursorBatch } from '../protocol/cursor-codec.js';
import type { Speaker } from '../protocol/speaker.js';

/** How many batches are kept (D2). */
const MAX_WAITING = 256;

export class Waiting {
  readonly #clock: Clock;
  readonly #batches = new Map<number, { batch: CursorBatch; speaker: Speaker; until: number }>();
  #cancel: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  keep(batch: CursorBatch, speaker: Speaker): void {
    this.#batches.delete(batch.client); // so that it becomes the newest
    const [oldest] = this.#batches.keys();
    if (this.#batches.size >= MAX_WAITING && oldest !== undefined) this.#batches.delete(oldest);
    this.#batches.set(batch.client, { batch, speaker, until: this.#clock.now() + ASK_LATE_MS });
    this.#cancel ??= this.#clock.after(ASK_LATE_MS, () => this.#forget());
  }

  /** Hands out the batch of `client`, if there is one. */
  take(client: number): { readonly batch: CursorBatch; readonly speaker: Speaker } | undefined {
    const waiting = this.#batches.get(client);
    this.#batches.delete(client);
    return waiting;
  }

  stop(): void {
    this.#cancel?.();
  }

  #forget(): void {
    const now = this.#clock.now();
    for (const [client, { until }] of this.#batches) if (now >= until) this.#batches.delete(client);
    this.#cancel = this.#batches.size > 0 ? this.#clock.after(ASK_LATE_MS, () => this.#forget()) : undefined;
  }
}
