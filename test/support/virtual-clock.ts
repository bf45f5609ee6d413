/** A clock that stands still until a test moves it. It then runs every timer that is due, in order. */
import { EventClock } from './event-clock.js';

/** More promise jobs than a request and its answer on the in-memory bus queue one after another. */
const TURNS = 20;

export class VirtualClock extends EventClock {
  /** Lets `ms` pass, timer by timer; the promise jobs of each timer run before the next timer does. */
  async advance(ms: number): Promise<void> {
    const end = this.now() + ms;
    await turns();
    while (this.runNext(end)) await turns();
    this.moveTo(end);
  }

  /** Lets time pass, timer by timer, until `holds`. Rejects when that takes more than `withinMs`. */
  async until(holds: () => boolean, withinMs: number): Promise<void> {
    const end = this.now() + withinMs;
    await turns();
    while (!holds()) {
      if (!this.runNext(end)) throw new Error(`It does not hold within ${withinMs} ms of virtual time.`);
      await turns();
    }
  }

  /** Lets `ms` pass at once, as for a page that slept: every timer that is due runs late, once. */
  async sleep(ms: number): Promise<void> {
    this.moveTo(this.now() + ms);
    await this.advance(0);
  }

  /** Lets time pass until `work` settles, and settles as it does. Rejects when that takes more than `withinMs`. */
  async while<T>(work: Promise<T>, withinMs = 10_000): Promise<T> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    settled.catch(() => undefined); // the caller handles it; meanwhile it must not count as unhandled
    for (let passed = 0; !done && passed < withinMs; passed += 5) await this.advance(5);
    if (!done) throw new Error(`Not done within ${withinMs} ms of virtual time.`);
    return settled;
  }
}

/** Lets `count` promise jobs run, one after another. */
export async function turns(count = TURNS): Promise<void> {
  for (let i = 0; i < count; i++) await Promise.resolve();
}
