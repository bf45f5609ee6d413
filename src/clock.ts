/**
 * Time and chance as values that are passed in, so that everything with a lifetime can be tested on a virtual clock
 * and a seed. Nothing else in src/ may call setTimeout, Date.now, performance.now or Math.random.
 */

export interface Clock {
  /** Milliseconds on a monotonic clock; only differences mean anything. */
  now(): number;
  /** Milliseconds since the Unix epoch; only for timestamps that people or other programs read. */
  date(): number;
  /**
   * Runs `fn` once after `ms` milliseconds, 24 days at the most, unless the returned function is called first. Calling that
   * late is harmless.
   */
  after(ms: number, fn: () => void): () => void;
}

/** A number in [0, 1), as `Math.random`. */
export type Random = () => number;

export const systemRandom: Random = Math.random;

/** What a timer takes, some 24 days: with more it would run at once. */
const LONGEST_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, Math.min(ms, LONGEST_MS));
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms` milliseconds. */
export function delay(clock: Pick<Clock, 'after'>, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}

/** Runs `fn` every `ms` milliseconds (counted from the end of the last run) until the returned function is called. */
export function every(clock: Clock, ms: number, fn: () => void): () => void {
  let cancel = clock.after(ms, function tick() {
    cancel = clock.after(ms, tick);
    fn();
  });
  return () => cancel();
}

/** Ends an interval that a library started for itself. */
export function endInterval(interval: unknown): void {
  clearInterval(interval as ReturnType<typeof setInterval>);
}

/** A time as people and other programs write it: `2025-01-31T12:00:00.000Z`. */
export function isoTime(date: number): string {
  return new Date(date).toISOString();
}
