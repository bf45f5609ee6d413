/** Y15, Y17: hints that the head has moved, or is another one. Strangers send them too, so few are followed. */
import type { Clock } from '../../clock.js';
import { LOOK_MS } from './limits.js';

export class Hints {
  readonly #clock: Clock;
  readonly #look: () => void;
  readonly #everyMs: number;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  /** `everyMs`: between two looks at least. */
  constructor(clock: Clock, look: () => void, everyMs = LOOK_MS) {
    this.#clock = clock;
    this.#look = look;
    this.#everyMs = everyMs;
  }

  /** Looks now, or when it is time since it last did, once for all hints until then. */
  hint(): void {
    const wait = this.#lookedAt + this.#everyMs - this.#clock.now();
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
