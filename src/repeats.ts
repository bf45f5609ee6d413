/** D1: errors of one kind that repeat are one event with a count, so that one bad sender does not flood a page. */
import type { Clock } from './clock.js';
import { ProtocolError, type SlateError } from './errors.js';

/** Between two events for errors of one kind. Milliseconds. */
export const REPEATS_MS = 1_000;
/** With more kinds than this at a time, only the class of an error tells its kind. */
const MAX_KINDS = 64;
/** The names of the errors of messages that were refused. */
export const REFUSED: ReadonlySet<string> = new Set(['ProtocolError', 'EventError', 'PayloadError']);

export class Repeats {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #emit: (error: SlateError) => void;
  /** For each kind that had an event lately: the newest error since then. */
  readonly #kinds = new Map<string, { newest: SlateError; count: number; told: number; cancel: () => void }>();

  readonly #atOnce: number;

  /** `atOnce`: how many errors of a kind are emitted before the others wait. */
  constructor(clock: Pick<Clock, 'after'>, emit: (error: SlateError) => void, atOnce = 1) {
    this.#atOnce = atOnce;
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Emits the first error of its kind at once. The newest of those that follow has their number as its `count`. */
  report(error: SlateError): void {
    const exact = kindOf(error);
    const kind = this.#kinds.size < MAX_KINDS || this.#kinds.has(exact) ? exact : error.name;
    const known = this.#kinds.get(kind);
    if (known && known.told++ >= this.#atOnce) {
      // The event names a sender only where all that it stands for name the same one.
      if (error instanceof ProtocolError && known.count > 0) {
        const before = known.newest as ProtocolError;
        if (error.client !== before.client) error.client = undefined;
        if (error.user !== before.user) error.user = undefined;
      }
      known.newest = error;
      known.count += error.count;
      return;
    }
    if (!known) this.#watch(kind, error);
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
    this.#kinds.set(kind, { newest, count: 0, told: 1, cancel });
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

/** The class, the reason or else the words, and what it is about; of messages that were refused only the subject. */
function kindOf(error: SlateError): string {
  const { reason = error.message, subject = '', field = '' } = error as SlateError & Record<string, unknown>;
  return [error.name, REFUSED.has(error.name) || reason, subject, field].join('\n');
}
