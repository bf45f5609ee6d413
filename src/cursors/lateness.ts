/**
 * How far behind a sender playback must stay to be smooth: the 90th percentile of how long its batches take, and the
 * time that one batch spans. Both on the difference of the two clocks, which nobody knows and nobody needs to.
 */

/** As many batches are remembered: some ten seconds of motion; and as many spans, of which one after a rest is short. */
const TRANSITS = 100;
const SPANS = 32;
const PERCENTILE = 0.9;
/** Sorting for every batch of a hundred senders would cost more than reading them. */
const RECKONED_EVERY = 8;
/** What comes closer together than this was held up by one and the same thing, which counts once. Milliseconds. */
const BURST_MS = 20;
/** So that a sample is there just before it is due. Milliseconds. */
const MARGIN_MS = 2;
/** Until so many batches have shown more: one interval, and a way that is not always as quick. Milliseconds. */
const FEW = 4;
const FIRST_SPAN_MS = 100;
const FIRST_MARGIN_MS = 10;

export class Lateness {
  readonly #transits: number[] = [];
  readonly #spans: number[] = [];
  #batches = 0;
  #counted = 0;
  #countedAt = Number.NEGATIVE_INFINITY;
  #usual = 0;
  #delay = 0;

  /** `transit`: our clock at arrival less the sender's at sending. `span`: how much of the path the batch adds. */
  add(transit: number, span: number, now: number): void {
    this.#spans[this.#batches++ % SPANS] = span;
    if (now - this.#countedAt >= BURST_MS) {
      this.#countedAt = now;
      this.#transits[this.#counted++ % TRANSITS] = transit;
      if (this.#counted <= TRANSITS / RECKONED_EVERY || this.#counted % RECKONED_EVERY === 0) this.#reckon();
    }
    const longest = Math.max(...this.#spans);
    const few = this.#counted < FEW;
    this.#delay = this.#usual + (few ? Math.max(longest, FIRST_SPAN_MS) + FIRST_MARGIN_MS : longest + MARGIN_MS);
  }

  /** Our clock less that of the sender's moment that should be shown. Milliseconds. */
  get delay(): number {
    return this.#delay;
  }

  #reckon(): void {
    const sorted = [...this.#transits].sort((a, b) => a - b);
    this.#usual = sorted[Math.floor((sorted.length - 1) * PERCENTILE)] ?? 0;
  }
}
