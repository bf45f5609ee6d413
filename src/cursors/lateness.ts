/**
 * How far behind a sender playback must stay to be smooth: the 90th percentile of how long its batches take, and the
 * time that one batch spans. Both on the difference of the two clocks, which nobody knows and nobody needs to.
 */

/** As many batches are remembered, some ten seconds of motion; and as many spans, which may change quickly. */
const TRANSITS = 100;
const SPANS = 32;
const PERCENTILE = 0.9;
/** Sorting for every batch of a hundred senders would cost more than reading them. */
const RECKONED_EVERY = 8;
/** What comes closer together than this was held up by one and the same thing, which counts once. Milliseconds. */
const BURST_MS = 20;
/** A gap that is gone over by going on as before, without harm. Milliseconds. */
const BRIDGED_MS = 12;
/** Until so many batches have shown more: one interval, and a way that is not always as quick. Milliseconds. */
const FEW = 4;
const FIRST_SPAN_MS = 110;
const FIRST_MARGIN_MS = 10;

export class Lateness {
  readonly #transits: number[] = [];
  readonly #spans: number[] = [];
  #spanned = 0;
  #counted = 0;
  #countedAt = Number.NEGATIVE_INFINITY;
  #usual = 0;
  #delay = 0;

  /** `transit`: our clock at arrival less the sender's at sending. `span`: what was unknown before it; 0 after a rest. */
  add(transit: number, span: number, now: number): void {
    if (span > 0) this.#spans[this.#spanned++ % SPANS] = span;
    if (now - this.#countedAt >= BURST_MS) {
      this.#countedAt = now;
      this.#transits[this.#counted++ % TRANSITS] = transit;
      if (this.#counted <= TRANSITS / RECKONED_EVERY || this.#counted % RECKONED_EVERY === 0)
        this.#usual = percentile(this.#transits);
    }
    const longest = percentile(this.#spans);
    const few = this.#counted < FEW;
    this.#delay = this.#usual + (few ? Math.max(longest, FIRST_SPAN_MS) + FIRST_MARGIN_MS : longest) - BRIDGED_MS;
  }

  /** Our clock less that of the sender's moment that should be shown. Milliseconds. */
  get delay(): number {
    return this.#delay;
  }
}

function percentile(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * PERCENTILE)] ?? 0;
}
