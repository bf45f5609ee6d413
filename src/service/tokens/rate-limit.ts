/** How often something may happen for each key (an address, a user): so many times a minute, also all at once. */
import type { Clock } from '../../clock.js';

const MINUTE_MS = 60_000;
/** Keys that are remembered. Beyond, the one that was seen longest ago is forgotten. */
const MAX_KEYS = 10_000;

export class RateLimit {
  readonly #perMinute: number;
  readonly #clock: Pick<Clock, 'now'>;
  /** What is left of each key's minute, and when that was so. In the order of use. */
  readonly #left = new Map<string, { count: number; at: number }>();

  constructor(perMinute: number, clock: Pick<Clock, 'now'>) {
    this.#perMinute = perMinute;
    this.#clock = clock;
  }

  /** Counts one for the key. Returns 0, or the seconds until it may happen again; then it was not counted. */
  take(key: string): number {
    const now = this.#clock.now();
    const { count, at } = this.#left.get(key) ?? { count: this.#perMinute, at: now };
    const left = Math.min(this.#perMinute, count + ((now - at) * this.#perMinute) / MINUTE_MS);
    this.#left.delete(key);
    this.#left.set(key, { count: left >= 1 ? left - 1 : left, at: now });
    const [oldest] = this.#left.keys();
    if (this.#left.size > MAX_KEYS && oldest !== undefined) this.#left.delete(oldest);
    return left >= 1 ? 0 : Math.ceil(((1 - left) * MINUTE_MS) / this.#perMinute / 1000);
  }
}
