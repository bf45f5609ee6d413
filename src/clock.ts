/**
 * Time and randomness as values that are passed in, so that everything with a lifetime can be tested on a virtual
 * clock and with a seed. No other file in src/, except in src/service, may call setTimeout, Date.now, performance.now
 * or Math.random.
 */

export interface Clock {
  /** Milliseconds on a monotonic clock; only differences mean anything. */
  now(): number;
  /** Milliseconds since the Unix epoch; only for timestamps that people or other programs read. */
  date(): number;
  /**
   * Runs `fn` once after `ms` milliseconds, 24 days at the most. Returns a function that cancels the timer; it does
   * nothing once `fn` has run.
   */
  after(ms: number, fn: () => void): () => void;
}

/** Returns a number from 0 up to, but not including, 1, as `Math.random` does. */
export type Random = () => number;

/** The system's. It does not tell the next number by the last, as `Math.random` does: names made of it are secrets. */
export const systemRandom: Random = () => {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return high * 2 ** -32 + (low >>> 11) * 2 ** -53; // 53 bits, as many as a number holds
};

/** The longest time that a timer of the platform can wait, about 24 days. A longer one would run at once. */
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

/**
 * Runs `fn` every `ms` milliseconds; each wait begins when the timer before it runs. Returns a function that stops it.
 */
export function every(clock: Clock, ms: number, fn: () => void): () => void {
  let cancel = clock.after(ms, function tick() {
    cancel = clock.after(ms, tick);
    fn();
  });
  return () => cancel();
}

/** Stops an interval that a library started for itself. */
export function endInterval(interval: unknown): void {
  clearInterval(interval as ReturnType<typeof setInterval>);
}

/** Formats a date as people and other programs write it: `2025-01-31T12:00:00.000Z`. */
export function isoTime(date: number): string {
  return new Date(date).toISOString();
}

/** The date of such a text, or of one with more decimals; NaN for another text. */
export function timeOf(text: string): number {
  return Date.parse(text);
}
