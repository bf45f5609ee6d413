/** Waiting on facts: a condition, an event, a promise, each with a deadline and a name. Never a fixed sleep. */

/** Polls until `predicate` gives something truthy and returns it. Rejects after `deadlineMs`, naming `what` was awaited. */
export async function until<T>(
  predicate: () => T | Promise<T>,
  { deadlineMs = 5000, what = 'a condition' }: { deadlineMs?: number; what?: string } = {},
): Promise<NonNullable<T>> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const value = await predicate();
    if (value) return value;
    if (performance.now() > end) throw new Error(`Waited ${deadlineMs} ms in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/**
 * The next event that `accept` takes: `once((fn) => bus.on('status', fn), (status) => status.type === 'closed')`.
 * Listens from the call on, not from the `await`.
 */
export function once<T>(
  listen: (fn: (event: T) => void) => () => void,
  accept: (event: T) => boolean = () => true,
  { deadlineMs = 5000, what = 'an event' }: { deadlineMs?: number; what?: string } = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`Waited ${deadlineMs} ms in vain for ${what}.`));
    }, deadlineMs);
    const stop = listen((event) => {
      if (!accept(event)) return;
      clearTimeout(timer);
      stop();
      resolve(event);
    });
  });
}

/** The promise, or a rejection that names it when it takes longer than `deadlineMs`. */
export async function within<T>(promise: Promise<T>, what: string, deadlineMs = 5000): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${deadlineMs} ms in vain for ${what}.`)), deadlineMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
