/** Long work in small tasks, so that the page can draw and listen between them. */
import { type Clock, delay } from '../../clock.js';
import { nextTask } from '../../next-task.js';

/** After so many milliseconds a task ends. What comes before the next pause is still in it. */
const TASK_MS = 12;

export class Turns {
  readonly #clock: Clock;
  #began = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Between two steps: ends the task, where it has taken long enough. */
  async pause(): Promise<void> {
    if (this.#clock.now() - this.#began < TASK_MS) return;
    // A timer alone is late: it waits 4 ms in a page, and up to a minute in the background.
    await Promise.race([nextTask(), delay(this.#clock, 0)]);
    this.#began = this.#clock.now();
  }
}
