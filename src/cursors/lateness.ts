/**
 * How late one sender's batches arrive: the shortest transit seen lately stands for the distance of the two clocks, and
 * the delay that makes playback smooth is the 90th percentile of how much later than that each batch's oldest sample came.
 */

/** Over which the shortest transit is kept, in two halves, so that drifting clocks and changed routes are followed. */
const WINDOW_MS = 30_000;
const REMEMBERED = 40;
/** Sorting for every batch of a hundred senders would cost more than reading them. */
const RECKONED_EVERY = 8;
const PERCENTILE = 0.9;
/** What arrives this close together was held up together: one event, that counts once, at its worst. */
const BUNCH_MS = 20;
/** Until batches have shown more: one batch interval and a little. */
const FIRST_DELAY_MS = 110;
/** So that a sample is there just before it is due. */
const MARGIN_MS = 2;
const MAX_DELAY_MS = 1_000;

export class Lateness {
  #halves: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  #halfEndsAt = Number.NEGATIVE_INFINITY;
  readonly #needs: number[] = [];
  #next = 0;
  #addedAt = Number.NEGATIVE_INFINITY;
  #delay = FIRST_DELAY_MS;

  /** `transit`: our clock at arrival less the sender's at sending. `oldest`: how old its first sample was then. */
  add(transit: number, oldest: number, now: number): void {
    if (now >= this.#halfEndsAt) {
      this.#halves = [this.#halves[1], transit];
      this.#halfEndsAt = now + WINDOW_MS / 2;
    } else this.#halves[1] = Math.min(this.#halves[1], transit);
    const need = transit + oldest;
    if (now - this.#addedAt < BUNCH_MS) {
      const slot = (this.#next - 1) % REMEMBERED;
      this.#needs[slot] = Math.max(this.#needs[slot] ?? need, need);
      return;
    }
    this.#addedAt = now;
    this.#needs[this.#next++ % REMEMBERED] = need;
    if (this.#next > REMEMBERED && this.#next % RECKONED_EVERY > 0) return;
    const sorted = [...this.#needs].sort((a, b) => a - b);
    const enough = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * PERCENTILE))] ?? 0;
    const seen = enough - this.transit + MARGIN_MS;
    this.#delay = Math.min(MAX_DELAY_MS, sorted.length < 4 ? Math.max(seen, FIRST_DELAY_MS) : seen);
  }

  /** Whether any batch has come. */
  get known(): boolean {
    return this.#next > 0;
  }

  /** The shortest transit lately. */
  get transit(): number {
    return Math.min(...this.#halves);
  }

  /** How long after `transit` a sample should be played. Milliseconds. */
  get delay(): number {
    return this.#delay;
  }
}
