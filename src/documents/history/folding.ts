/** When this session folds the log of a document into a snapshot (docs/PROTOCOL.md, Y13); `compaction.ts` says how. */
import { PermissionError } from '../../errors.js';
import { type CompactOptions, compact, isDue } from './compaction.js';
import type { HistoryOptions } from './options.js';
import type { Place } from './place.js';
import type { Replica } from './replica.js';

/** After so many own entries, or bytes of them, it is time to look how long the log has become. */
const LOOK_ENTRIES = 100;
const LOOK_BYTES = 32 * 1024;
/** Who finds that the log is to be folded waits up to this long, in milliseconds, and looks again. */
const FOLD_WAIT_MS = 5_000;

export interface FoldingOptions extends Pick<HistoryOptions, 'keep' | 'by' | 'readOnly' | 'moved'> {
  readonly place: Place;
  readonly replica: Replica;
  /** Reads what is new in the history. */
  read(): Promise<unknown>;
  /** Runs this when what runs has ended, and only while the document lives; what it rejects with is reported. */
  later(work: () => Promise<void>): void;
}

export class Folding {
  readonly #options: FoldingOptions;
  readonly #forbidden = {};
  /** Own entries since the log was looked at, and their bytes. */
  #entries = 0;
  #bytes = 0;
  #cancel: (() => void) | undefined;
  #may: boolean;
  #stopped = false;

  constructor(options: FoldingOptions) {
    this.#options = options;
    this.#may = !options.readOnly;
  }

  /** What a compaction needs to know of this session. */
  get settings(): CompactOptions {
    const { keep, by } = this.#options;
    return { keep, by, forbidden: this.#forbidden };
  }

  /** An own entry of so many bytes is in the log. */
  grown(bytes: number): void {
    this.#entries++;
    this.#bytes += bytes;
    if (this.#entries < LOOK_ENTRIES && this.#bytes < LOOK_BYTES) return;
    this.#entries = 0;
    this.#bytes = 0;
    if (!this.#may || this.#cancel) return;
    this.#options.later(async () => {
      await this.#options.read();
      this.consider();
    });
  }

  /** Folds the log soon, where it is due. */
  consider(): void {
    const { place, replica, later } = this.#options;
    if (!this.#may || this.#cancel || this.#stopped || !isDue(replica)) return;
    this.#cancel = place.clock.after(place.random() * FOLD_WAIT_MS, () => {
      this.#cancel = undefined;
      later(() => this.#fold());
    });
  }

  /** A service folds here: the server forbids it to this session. */
  forbid(): void {
    this.#may = false;
  }

  /** Folds nothing more. Idempotent. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  async #fold(): Promise<void> {
    const { place, replica, read, moved } = this.#options;
    await read();
    if (!isDue(replica)) return; // another one has done it
    try {
      if (await compact(place, this.settings)) moved?.(); // there is a version more
      await read();
    } catch (error) {
      if (error instanceof PermissionError) this.forbid();
      else throw error;
    }
  }
}
