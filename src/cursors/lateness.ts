/**
 * How far behind a sender playback must stay to be smooth: the 90th percentile of how long its batches take, and the
 * time that one batch spans. Both on the difference of the two clocks, which nobody knows and nobody needs to.
 */

/** As many batches are remembered, some ten seconds of motion; and as many spans, which may change quickly. */
const TRANSITS = 100;
const SPANS = 32;
const PERCENTILE = 0.9;
/** What comes closer together than this was held up by one and the same thing, which counts once. Milliseconds. */
const BURST_MS = 20;
/** A gap that is gone over by going on as before, without harm. Milliseconds. */
const BRIDGED_MS = 12;
/** Until so many batches have shown more: one interval, and a way that is not always as quick. Milliseconds. */
const FEW = 4;
const FIRST_SPAN_MS = 110;
const FIRST_MARGIN_MS = 10;

export class Lateness {
  readonly #transits = new Recent(TRANSITS);
  readonly #spans = new Recent(SPANS);
  #counted = 0;
  #countedAt = Number.NEGATIVE_INFINITY;
  #delay = 0;

  /** `transit`: our clock at arrival less the sender's at sending. `span`: what was unknown before it; 0 after a rest. */
  add(transit: number, span: number, now: number): void {
    if (span > 0) this.#spans.add(span);
    if (now - this.#countedAt >= BURST_MS) {
      this.#countedAt = now;
      this.#counted++;
      this.#transits.add(transit);
    }
    const longest = this.#spans.percentile;
    const few = this.#counted < FEW;
    const spanned = few ? Math.max(longest, FIRST_SPAN_MS) + FIRST_MARGIN_MS : longest;
    this.#delay = this.#transits.percentile + spanned - BRIDGED_MS;
  }

  /** Our clock less that of the sender's moment that should be shown. Milliseconds. */
  get delay(): number {
    return this.#delay;
  }
}

/** The last so many values, and the 90th percentile of them: kept in order, for a hundred senders tell ten a second each. */
class Recent {
  readonly #most: number;
  readonly #values: number[] = [];
  readonly #ordered: number[] = [];
  #next = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(value: number): void {
    const ordered = this.#ordered;
    // The oldest makes room, and what lies between its place and that of the new one moves up by one.
    let i = ordered.length < this.#most ? ordered.length : ordered.indexOf(this.#values[this.#next] as number);
    for (; i > 0 && (ordered[i - 1] as number) > value; i--) ordered[i] = ordered[i - 1] as number;
    for (; i + 1 < ordered.length && (ordered[i + 1] as number) < value; i++) ordered[i] = ordered[i + 1] as number;
    ordered[i] = value;
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#most;
  }

  get percentile(): number {
    return this.#ordered[Math.floor((this.#ordered.length - 1) * PERCENTILE)] ?? 0;
  }
}
