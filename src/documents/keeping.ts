/**
 * How a document is kept: its history, which may not be available now, or at all (Y22). It is opened when it can be,
 * caught up with after each connection, and tried again after a failure.
 */
import type { Clock } from '../clock.js';
import type { SlateError } from '../errors.js';
import { DocumentDeletedError, DocumentOutdatedError, HistoryUnavailableError } from './errors.js';
import type { History } from './history/history.js';
import type { LocalStore, SavingState } from './types.js';

/** Under this key a local store remembers the lineage. */
export const LINEAGE_KEY = 'slate-lineage';

/** A failure is tried again after so long, in milliseconds, doubled each time. */
const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

export interface KeepingOptions {
  readonly history: History;
  readonly title: string;
  readonly clock: Clock;
  readonly store: LocalStore | undefined;
  /** The error that offers what to do where another document is kept; `theirs` is its state. */
  replaced(theirs: Uint8Array): SlateError;
  report(error: unknown): void;
  changed(): void;
  /** The document was deleted, or replaced, or a newer page has written it. */
  ended(error: SlateError): void;
  /** The history has become available, some time after the document was opened. */
  arrived(): void;
}

export class Keeping {
  readonly #options: KeepingOptions;
  #isOpen = false;
  #ended = false;
  /** The document has what the history may lack, from a store or others; no edit of this session brings it there. */
  #behind = false;
  /** Counts the times at which that was found. */
  #found = 0;
  #error: SlateError | undefined;
  /** The lineage that the local store knows. */
  #remembered: string | undefined;
  #wait = RETRY_MS;
  #cancel: (() => void) | undefined;

  constructor(options: KeepingOptions) {
    this.#options = options;
  }

  get state(): SavingState {
    if (!this.#isOpen) return 'unsaved';
    const { state } = this.#options.history;
    if (state === 'outdated') return 'readonly';
    return this.#behind && state === 'saved' ? 'saving' : state;
  }

  /** How many edits wait; what came from elsewhere counts as one. */
  get unsaved(): number {
    return this.#isOpen ? Math.max(this.#options.history.unsaved, this.#behind ? 1 : 0) : 0;
  }

  get error(): SlateError | undefined {
    return this.#error ?? this.#options.history.error ?? (this.#isOpen ? this.#options.history.wanting : undefined);
  }

  /** What is kept was read, and can be added to. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  get lineage(): string | undefined {
    return this.#isOpen ? this.#options.history.lineage : undefined;
  }

  get coversAll(): boolean {
    return this.#isOpen && this.#options.history.coversAll;
  }

  /** The history. Throws {@link HistoryUnavailableError} while there is none. */
  get history(): History {
    if (this.#isOpen) return this.#options.history;
    const { title } = this.#options;
    throw new HistoryUnavailableError(title, this.#error?.message ?? 'it is not open yet', { cause: this.#error });
  }

  /** Reads what is kept (Y11), or what is new since the last connection. Never rejects. */
  async join(): Promise<void> {
    this.stop();
    await (this.#isOpen ? this.#catchUp() : this.#open());
  }

  /** Others have what is missing here, and the history may show it (Y20). Never rejects. */
  async read(): Promise<void> {
    if (this.#isOpen && !this.#ended) await this.#catchUp();
  }

  /** The head may have moved. */
  async look(): Promise<void> {
    if (!this.#isOpen) return;
    await this.#options.history.look();
    this.#checkEnd();
    await this.#remember();
  }

  /** Looks whether the document has what the history lacks; {@link rescue} saves it. */
  compare(): void {
    if (!this.#isOpen || this.#ended || this.#options.history.coversAll) return;
    this.#behind = true;
    this.#found++;
  }

  /** Saves what waits, and what came from elsewhere. Rejects with why that fails. */
  async flush(): Promise<void> {
    const { history } = this;
    await (this.#behind ? this.#reconcile() : history.flush());
  }

  async #reconcile(): Promise<number> {
    const found = this.#found;
    const bytes = await this.#options.history.reconcile();
    if (found === this.#found) this.#behind = false;
    this.#options.changed();
    return bytes;
  }

  /**
   * Compares the history with the document, and saves what is missing (Y9); how many bytes. `isCompared`: that was just
   * done.
   */
  async rescue(isCompared = false): Promise<number> {
    if (!this.#isOpen || this.#ended || (isCompared && !this.#behind)) return 0;
    try {
      return await this.#reconcile();
    } catch (error) {
      this.#options.report(error);
      this.#tryAgain();
      return 0;
    } finally {
      this.#checkEnd();
    }
  }

  /** Ends the tries. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  async #open(): Promise<void> {
    const { history, store, replaced, report, changed } = this.#options;
    try {
      await store?.whenSynced;
      const known = await store?.get(LINEAGE_KEY);
      const opened = await history.open(typeof known === 'string' ? known : undefined);
      if (opened.replaced) {
        this.#end(replaced(opened.theirs ?? new Uint8Array()));
        return;
      }
      this.#isOpen = true;
      this.#error = undefined;
      this.#wait = RETRY_MS;
      if (history.wanting) this.#tryAgain();
      changed();
      await this.#remember();
    } catch (error) {
      if (error instanceof DocumentDeletedError || error instanceof DocumentOutdatedError) this.#end(error);
      else {
        if (error instanceof HistoryUnavailableError) this.#error = error;
        report(error);
        this.#tryAgain();
      }
    }
  }

  async #catchUp(): Promise<void> {
    const { history, changed } = this.#options;
    await history.catchUp(); // reports what fails
    this.#checkEnd();
    if (history.error ?? history.wanting) this.#tryAgain();
    else this.#wait = RETRY_MS;
    changed();
    await this.#remember();
  }

  /** Tells the local store the lineage, when there is one. */
  async #remember(): Promise<void> {
    const { store, report } = this.#options;
    const { lineage } = this;
    if (!store || !lineage || lineage === this.#remembered) return;
    this.#remembered = lineage;
    try {
      await store.set(LINEAGE_KEY, lineage);
    } catch (error) {
      report(error);
    }
  }

  #tryAgain(): void {
    if (this.#ended || this.#cancel) return;
    const { clock, arrived } = this.#options;
    this.#cancel = clock.after(this.#wait, () => {
      const was = this.#isOpen;
      void this.join().then(() => {
        if (this.#behind || (!was && this.#isOpen)) arrived();
      });
    });
    this.#wait = Math.min(2 * this.#wait, LONGEST_RETRY_MS);
  }

  #checkEnd(): void {
    const { history, title, replaced } = this.#options;
    if (history.outdated) this.#end(history.outdated);
    else if (history.state === 'deleted') this.#end(new DocumentDeletedError(title));
    else if (history.state === 'replaced') this.#end(replaced(history.theirs ?? new Uint8Array()));
  }

  #end(error: SlateError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.stop();
    this.#options.ended(error);
  }
}
