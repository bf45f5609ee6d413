/**
 * A typed emitter. A listener that throws stops neither the other listeners nor the code that emits: its error is
 * reported as the platform reports an uncaught error.
 */
import { OptionError } from './errors.js';

export type Listener<T> = (event: T) => void;

export class Emitter<Events extends object> {
  /** The lists are replaced and never changed, so that `emit` can go through one while listeners come and go. */
  readonly #listeners = new Map<keyof Events, readonly Listener<never>[]>();

  /** Calls `fn` on every event of this type. Returns a function that unsubscribes. Throws {@link OptionError}. */
  on<K extends keyof Events>(type: K, fn: Listener<Events[K]>): () => void {
    checkFunction('listener', fn);
    // A function of its own for each call: the same `fn` may subscribe twice, and unsubscribe once.
    const own = ((event) => fn(event)) as Listener<Events[K]> as Listener<never>;
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
      // A listener that another one has unsubscribed meanwhile is not called.
      if (now === list || now?.includes(fn as Listener<never>)) guarded(fn, event, undefined);
    }
  }

  has(type: keyof Events): boolean {
    return (this.#listeners.get(type)?.length ?? 0) > 0;
  }

  clear(): void {
    this.#listeners.clear();
  }
}

/** Throws {@link OptionError} for a callback that is missing: calling it later would fail where nobody expects it. */
export function checkFunction(option: string, fn: unknown): void {
  if (typeof fn !== 'function') throw new OptionError(option, 'must be a function');
}

/**
 * Calls a user's function with two arguments. An error that it throws, or that its promise rejects with, is reported.
 */
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
