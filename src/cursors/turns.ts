/**
 * M10: everything that this session sends while it changes shares one budget: the first message leaves at once, and the
 * next one 100 ms later. Who wants to send asks for a turn, and turns come in the order of the questions, so that
 * neither lane keeps the other one waiting.
 */
import type { Clock } from '../clock.js';

/** Between two messages of one session. Milliseconds. */
export const TURN_MS = 100;
/** How early a browser's timer may fire, by its own clock. Milliseconds. */
export const EARLY_MS = 1;

export class Turns {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #freeAt = Number.NEGATIVE_INFINITY;
  #running = false;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `turn` once: now if nothing was sent lately, otherwise when it is its turn. It need not send anything. */
  request(turn: () => void): void {
    this.#waiting.add(turn);
    this.#run();
  }

  /** Calls off a turn that has not come yet. */
  cancel(turn: () => void): void {
    this.#waiting.delete(turn);
    if (this.#waiting.size === 0) this.#stopTimer();
  }

  /** A message left: the next turn begins 100 ms from now. */
  taken(): void {
    this.#freeAt = this.#clock.now() + TURN_MS;
  }

  #run(): void {
    if (this.#running) return; // a turn asks for another one: the loop below comes to it
    this.#running = true;
    try {
      for (const turn of this.#waiting) {
        if (this.#freeAt - this.#clock.now() > EARLY_MS) break;
        this.#waiting.delete(turn);
        turn();
      }
    } finally {
      this.#running = false;
    }
    this.#stopTimer();
    if (this.#waiting.size === 0) return;
    this.#cancelTimer = this.#clock.after(this.#freeAt - this.#clock.now(), () => {
      this.#cancelTimer = undefined;
      this.#run();
    });
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
