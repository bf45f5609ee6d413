/** Y15, Y17: hints that the head has moved, or is another one. Strangers send them too, so few are followed. */
import type { Clock } from '../../clock.js';
import { LOOK_MS } from './limits.js';

export class Hints {
  readonly #clock: Clock;
  readonly #look: () => void;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, look: () => void) {
    this.#clock = clock;
    this.#look = look;
  }

  /** Looks now, or when 5 s are over since it last did, once for all hints until then. */
  hint(): void {
    const wait = this.#lookedAt + LOOK_MS - this.#clock.now();
    if (wait <= 0) this.#now();
    else this.#cancel ??= this.#clock.after(wait, () => this.#now());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #now(): void {
    this.stop();
    this.#lookedAt = this.#clock.now();
    this.#look();
  }
}
