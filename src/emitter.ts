/**
 * A typed emitter. `on` returns its undo; a listener that throws never starves the others and never throws into
 * whoever emits: its error is reported as the platform reports an uncaught one.
 */

export type Listener<T> = (event: T) => void;

export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();

  /** Calls `fn` on every event of this type until the returned function is called. */
  on<K extends keyof Events>(type: K, fn: Listener<Events[K]>): () => void {
    const set = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, set);
    const own: Listener<Events[K]> = (event) => fn(event); // the same fn may listen twice; each undo is its own
    set.add(own as Listener<never>);
    return () => set.delete(own as Listener<never>);
  }

  emit<K extends keyof Events>(type: K, event: Events[K]): void {
    const set = this.#listeners.get(type);
    if (!set) return;
    for (const fn of [...set]) {
      if (!set.has(fn)) continue; // left while an earlier listener ran
      guarded(fn as Listener<Events[K]>, event);
    }
  }

  has(type: keyof Events): boolean {
    return (this.#listeners.get(type)?.size ?? 0) > 0;
  }

  clear(): void {
    this.#listeners.clear();
  }
}

/** Runs someone else's callback; what it throws, or its promise rejects with, is reported, not passed on. */
export function guarded<T = undefined>(fn: (argument: T) => unknown, argument?: T): void {
  try {
    const result = fn(argument as T);
    if (result instanceof Promise) result.catch(report);
  } catch (error) {
    report(error);
  }
}

function report(error: unknown): void {
  const { reportError } = globalThis as { reportError?: (error: unknown) => void };
  if (reportError) reportError(error);
  else console.error(error);
}
