/** Waits for a fact: a condition, an event or a promise. Each has a deadline and a name; none is a fixed sleep. */

/**
 * Polls until `predicate` returns something truthy, and resolves with it. Rejects after `deadlineMs` with the name
 * `what`.
 */
export async function until<T>(
  predicate: () => T | Promise<T>,
  { deadlineMs = 10_000, what = 'a condition' }: { deadlineMs?: number; what?: string } = {},
): Promise<NonNullable<T>> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const value = await predicate();
    if (value) return value;
    if (performance.now() > end) throw new Error(`Waited ${deadlineMs} ms for ${what}, which did not happen.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/**
 * Resolves with the next event that `accept` accepts:
 * `once((fn) => bus.on('status', fn), ({ type }) => type === 'closed')`. Subscribes when it is called, not when it is
 * awaited.
 */
export function once<T>(
  subscribe: (fn: (event: T) => void) => () => void,
  accept: (event: T) => boolean = () => true,
  { deadlineMs = 10_000, what = 'an event' }: { deadlineMs?: number; what?: string } = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      unsubscribe();
      reject(new Error(`Waited ${deadlineMs} ms for ${what}, which did not happen.`));
    }, deadlineMs);
    const unsubscribe = subscribe((event) => {
      if (!accept(event)) return;
      clearTimeout(timer);
      unsubscribe();
      resolve(event);
    });
  });
}

/** Settles as `promise` does, or rejects with the name `what` after `deadlineMs`. */
export async function within<T>(promise: Promise<T>, what: string, deadlineMs = 10_000): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Waited ${deadlineMs} ms for ${what}, which did not happen.`)),
      deadlineMs,
    );
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
