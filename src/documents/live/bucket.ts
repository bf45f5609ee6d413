/** Y18: so much a second, and no more: what was not used for a while may be used at once, up to a burst. */
import type { Clock } from '../../clock.js';

export class Bucket {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #perSecond: number;
  readonly #burst: number;
  #left: number;
  #at: number;

  constructor(clock: Pick<Clock, 'now'>, perSecond: number, burst = perSecond) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#left = burst;
    this.#at = clock.now();
  }

  /** Takes `amount`, if anything is left; it may then take more than that. */
  take(amount = 1): boolean {
    const now = this.#clock.now();
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#at) / 1_000) * this.#perSecond);
    this.#at = now;
    if (this.#left < Math.min(1, amount)) return false;
    this.#left -= amount;
    return true;
  }
}
