/**
 * One clock for every process of the bench: `process.hrtime` is the machine's monotonic clock on Linux and macOS, so
 * times taken in different processes can be subtracted. Not for anything outside the bench.
 */
const offset = (() => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6 - performance.now();
})();

/** Milliseconds, the same in every process of this machine. */
export const now = (): number => performance.now() + offset;

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Polls `check` until it is true; false when `ms` ran out first. */
export async function until(ms: number, check: () => boolean | Promise<boolean>, everyMs = 50): Promise<boolean> {
  const deadline = now() + ms;
  while (!(await check())) {
    if (now() > deadline) return false;
    await sleep(everyMs);
  }
  return true;
}
