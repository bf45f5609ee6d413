/** D1: errors of one kind that repeat are one event with a count, so that one bad sender does not flood a page. */
import type { Clock } from '../clock.js';
import type { SlateError } from '../errors.js';

/** Between two events for errors of one kind. Milliseconds. */
export const REPEATS_MS = 5_000;
/** With more kinds than this at a time, only the class of an error tells its kind. */
const MAX_KINDS = 64;

export class Repeats {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #emit: (error: SlateError) => void;
  /** For each kind that had an event lately: the newest error since then. */
  readonly #kinds = new Map<string, { newest: SlateError; count: number; cancel: () => void }>();

  constructor(clock: Pick<Clock, 'after'>, emit: (error: SlateError) => void) {
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Emits the first error of its kind at once. The newest of those that follow has their number as its `count`. */
  report(error: SlateError): void {
    const exact = kindOf(error);
    const kind = this.#kinds.size < MAX_KINDS || this.#kinds.has(exact) ? exact : error.name;
    const known = this.#kinds.get(kind);
    if (known) {
      known.newest = error;
      known.count++;
      return;
    }
    this.#watch(kind, error);
    this.#emit(error);
  }

  /** Emits what was counted. */
  stop(): void {
    for (const kind of [...this.#kinds.keys()]) this.#end(kind);
  }

  #watch(kind: string, newest: SlateError): void {
    const cancel = this.#clock.after(REPEATS_MS, () => {
      const repeated = this.#end(kind);
      if (repeated) this.#watch(kind, repeated);
    });
    this.#kinds.set(kind, { newest, count: 0, cancel });
  }

  /** Emits what was counted of this kind, and forgets it. Returns the error; `undefined` if there was none. */
  #end(kind: string): SlateError | undefined {
    const { newest, count = 0, cancel } = this.#kinds.get(kind) ?? {};
    this.#kinds.delete(kind);
    cancel?.();
    if (!newest || count === 0) return undefined;
    newest.count = count;
    this.#emit(newest);
    return newest;
  }
}

/** The class, the reason or else the words, and what it is about. */
function kindOf(error: SlateError): string {
  const { reason = error.message, subject = '', field = '' } = error as SlateError & Record<string, unknown>;
  return [error.name, reason, subject, field].join('\n');
}
