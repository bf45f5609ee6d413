/**
 * M8: how far playout stays behind a sender, so that 90 % of its batches arrive before their first sample is due. Media
 * players size their jitter buffer in the same way, by a percentile of the recent network delays (Moon, Kurose and
 * Towsley, "Packet audio playout delay adjustment", Multimedia Systems 6, 1998):
 *
 *     delay = 90th percentile of the transits + 90th percentile of the spans − 12 ms
 *
 * A *transit* is the time of arrival on our clock minus the time of sending on the sender's clock. The unknown
 * difference between the two clocks is in every transit, and so it is in the delay, where it cancels out: our time
 * minus the delay is a time on the sender's clock. A *span* is how much time of the path a batch brings.
 */

/** How many transits are remembered: about ten seconds of motion. */
const TRANSITS = 100;
/** How many spans are remembered; fewer, because the sender's interval can change quickly (M6). */
const SPANS = 32;
const PERCENTILE = 0.9;
/** Batches that arrive this close together were delayed by the same cause, which counts once. Milliseconds. */
const BURST_MS = 20;
/** Extrapolation bridges a gap of this length without being noticed, so playout need not wait for it. Milliseconds. */
const BRIDGED_MS = 12;
/** With fewer batches than this, the span counts as one interval at least, plus a margin for jitter. */
const FEW = 4;
const FIRST_SPAN_MS = 110;
const FIRST_MARGIN_MS = 10;

export class PlayoutDelay {
  readonly #transits = new RecentValues(TRANSITS);
  readonly #spans = new RecentValues(SPANS);
  #counted = 0;
  #countedAt = Number.NEGATIVE_INFINITY;
  #delay = 0;

  /** A batch arrived at `now`. All are in milliseconds; `span` is 0 for the first batch after a rest. */
  add(transit: number, span: number, now: number): void {
    if (span > 0) this.#spans.add(span);
    if (now - this.#countedAt >= BURST_MS) {
      this.#countedAt = now;
      this.#counted++;
      this.#transits.add(transit);
    }
    const usual = this.#spans.percentile;
    const span90 = this.#counted < FEW ? Math.max(usual, FIRST_SPAN_MS) + FIRST_MARGIN_MS : usual;
    this.#delay = this.#transits.percentile + span90 - BRIDGED_MS;
  }

  /** Our clock minus the time on the sender's clock that should be shown now. Milliseconds. */
  get ms(): number {
    return this.#delay;
  }
}

/**
 * The last `max` values and their 90th percentile. They are kept sorted, as a hundred senders add ten values a second
 * each.
 */
class RecentValues {
  readonly #max: number;
  /** In order of arrival, as a ring. */
  readonly #values: number[] = [];
  readonly #sorted: number[] = [];
  #next = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** The new value replaces the oldest one; the values between their two places in the order move by one. */
  add(value: number): void {
    const sorted = this.#sorted;
    let i = sorted.length < this.#max ? sorted.length : sorted.indexOf(this.#values[this.#next] as number);
    for (; i > 0 && (sorted[i - 1] as number) > value; i--) sorted[i] = sorted[i - 1] as number;
    for (; i + 1 < sorted.length && (sorted[i + 1] as number) < value; i++) sorted[i] = sorted[i + 1] as number;
    sorted[i] = value;
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#max;
  }

  get percentile(): number {
    return this.#sorted[Math.floor((this.#sorted.length - 1) * PERCENTILE)] ?? 0;
  }
}
