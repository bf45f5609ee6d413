/** Work that keeps its order, although some of it takes time: a cipher may, and so does sending much (Y5, Y21). */

export class Serial {
  readonly #fail: (error: unknown) => void;
  #waiting: (() => void | Promise<void>)[] = [];
  #busy = false;

  /** `fail`: receives what a task throws or rejects with; the next task runs all the same. */
  constructor(fail: (error: unknown) => void) {
    this.#fail = fail;
  }

  /** Runs `task` at once if nothing is under way, and otherwise after what came before it. */
  run(task: () => void | Promise<void>): void {
    this.#waiting.push(task);
    if (!this.#busy) this.#next();
  }

  /** Leaves out what has not begun. */
  clear(): void {
    this.#waiting = [];
  }

  #next(): void {
    this.#busy = true;
    for (let task = this.#waiting.shift(); task; task = this.#waiting.shift()) {
      try {
        const done = task();
        if (done instanceof Promise) {
          done.catch(this.#fail).finally(() => this.#next());
          return;
        }
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#busy = false;
  }
}
