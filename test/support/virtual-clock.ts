/** A clock that stands still until a test moves it, and lets everything that became due run, in order. */
import { EventClock } from './event-clock.js';

/** Enough turns for promise chains of a request and its answer on the in-memory bus. */
const TURNS = 20;

export class VirtualClock extends EventClock {
  /** Lets `ms` pass, timer by timer; what each one starts is finished before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.now() + ms;
    await turns();
    while (this.runNext(end)) await turns();
    this.moveTo(end);
  }

  /** Lets `ms` pass at once, as for a page that slept: every timer comes late, once. */
  async sleep(ms: number): Promise<void> {
    this.moveTo(this.now() + ms);
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
}

export async function turns(count = TURNS): Promise<void> {
  for (let i = 0; i < count; i++) await Promise.resolve();
}
