/**
 * What the person before this page keeps from the others: where they point, and that they are active. It lasts for the
 * page. The state is the module's because one person sits before all rooms of a page.
 */
export interface Reserve {
  /** Others do not see one's pointer. */
  readonly pointer: boolean;
  /** One appears away, whatever one does. */
  readonly activity: boolean;
}

const watchers = new Set<() => void>();
let kept: Reserve = { pointer: false, activity: false };

/** What is kept now. */
export const reserve = (): Reserve => kept;

/** Changes what is kept. */
export function setReserve(change: Partial<Reserve>): void {
  kept = { ...kept, ...change };
  for (const fn of [...watchers]) fn();
}

/** Calls `fn` after every change. Returns a function that unsubscribes. */
export function watchReserve(fn: () => void): () => void {
  watchers.add(fn);
  return () => watchers.delete(fn);
}
