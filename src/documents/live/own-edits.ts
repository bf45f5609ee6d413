/** Y3: own edits, on their way to others: at once after a rest, otherwise merged. */
import { mergeUpdates } from 'yjs';
import type { Clock } from '../../clock.js';
import { MAX_UPDATE_BYTES, MERGE_MS, MERGED_EDITS } from './limits.js';

export class OwnEdits {
  readonly #clock: Clock;
  readonly #send: (update: Uint8Array) => void;
  #waiting: Uint8Array[] = [];
  #sentAt = Number.NEGATIVE_INFINITY;
  #open = false;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, send: (update: Uint8Array) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** `update`: in the V1 encoding. */
  add(update: Uint8Array): void {
    this.#waiting.push(update);
    if (!this.#open) {
      if (this.#waiting.length >= MERGED_EDITS) this.#waiting = this.#merged();
      return;
    }
    const wait = this.#sentAt + MERGE_MS - this.#clock.now();
    if (wait <= 0) this.flush();
    else this.#cancel ??= this.#clock.after(wait, () => this.flush());
  }

  /** From now on edits leave, those first that have waited. */
  open(): void {
    this.#open = true;
    this.flush();
  }

  /** From now on edits wait. */
  hold(): void {
    this.#open = false;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Everything that waits leaves, if edits may leave. */
  flush(): void {
    if (!this.#open) return;
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#waiting.length === 0) return;
    this.#sentAt = this.#clock.now();
    const messages = this.#merged();
    this.#waiting = [];
    for (const message of messages) this.#send(message);
  }

  /** Forgets what waits: others get it with Y4. */
  clear(): void {
    this.#waiting = [];
  }

  /** What waits, merged as far as that is cheap, and not beyond what one update may have. */
  #merged(): Uint8Array[] {
    const merged: Uint8Array[] = [];
    let group: Uint8Array[] = [];
    let bytes = 0;
    const end = () => {
      const [first] = group;
      if (first) merged.push(group.length === 1 ? first : mergeUpdates(group));
      group = [];
      bytes = 0;
    };
    for (const update of this.#waiting) {
      if (group.length === MERGED_EDITS || bytes + update.length > MAX_UPDATE_BYTES) end();
      group.push(update);
      bytes += update.length;
    }
    end();
    return merged;
  }
}
