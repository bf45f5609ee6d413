/**
 * A typed emitter. `on` returns its undo; a listener that throws never starves the others and never throws into
 * whoever emits: its error is reported as the platform reports an uncaught one.
 */

export type Listener<T> = (event: T) => void;

export class Emitter<Events extends object> {
  /** The lists are never changed, only replaced: one that is being gone through stays as it was. */
  readonly #listeners = new Map<keyof Events, readonly Listener<never>[]>();

  /** Calls `fn` on every event of this type until the returned function is called. */
  on<K extends keyof Events>(type: K, fn: Listener<Events[K]>): () => void {
    const own = ((event) => fn(event)) as Listener<Events[K]> as Listener<never>; // the same fn may listen twice; each undo is its own
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), own]);
    return () => {
      const rest = this.#listeners.get(type)?.filter((each) => each !== own);
      if (rest) this.#listeners.set(type, rest);
    };
  }

  emit<K extends keyof Events>(type: K, event: Events[K]): void {
    const list = this.#listeners.get(type) as readonly Listener<Events[K]>[] | undefined;
    if (!list) return;
    for (const fn of list) {
      const now = this.#listeners.get(type);
      if (now === list || now?.includes(fn as Listener<never>)) guarded(fn, event, undefined); // else it left meanwhile
    }
  }

  has(type: keyof Events): boolean {
    return (this.#listeners.get(type)?.length ?? 0) > 0;
  }

  clear(): void {
    this.#listeners.clear();
  }
}

/** Calls someone else's function; what it throws, or its promise rejects with, is reported, not passed on. */
export function guarded<A, B>(fn: (one: A, other: B) => unknown, one: A, other: B): void {
  try {
    const result = fn(one, other);
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
