/** A clock that stands still until a test moves it, and lets everything that became due run, in order. */
import type { Clock } from '../../src/clock.js';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly fn: () => void;
}

/** Enough turns for promise chains of a request and its answer on the in-memory bus. */
const TURNS = 20;

export class VirtualClock implements Clock {
  #now = 1_000;
  #order = 0;
  readonly #timers = new Set<Timer>();

  now = () => this.#now;
  date = () => 1_700_000_000_000 + this.#now;

  after = (ms: number, fn: () => void) => {
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, fn };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Lets `ms` pass, timer by timer; what each one starts is finished before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await turns();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.fn();
      await turns();
    }
    this.#now = end;
  }

  /** Lets `ms` pass at once, as for a page that slept: every timer comes late, once. */
  async sleep(ms: number): Promise<void> {
    this.#now += ms;
    await this.advance(0);
  }

  /** Runs `work` while time passes, and gives what it gives. Rejects when it is not done in `withinMs`. */
  async while<T>(work: Promise<T>, withinMs = 10_000): Promise<T> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    settled.catch(() => undefined); // it is given back below; here it only must not count as unhandled
    for (let passed = 0; !done && passed < withinMs; passed += 5) await this.advance(5);
    if (!done) throw new Error(`Not done within ${withinMs} ms of virtual time.`);
    return settled;
  }

  #next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)))
        first = timer;
    }
    return first;
  }
}

export async function turns(count = TURNS): Promise<void> {
  for (let i = 0; i < count; i++) await Promise.resolve();
}
