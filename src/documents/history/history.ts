/** The history lane of one document (docs/PROTOCOL.md, Y9 to Y17): what its sessions keep in the server's stream. */
import type { Doc } from 'yjs';
import type { SlateError } from '../../errors.js';
import type { Version } from '../types.js';
import type { HistoryOptions, HistoryState, Opened } from './options.js';

export class History {
  readonly #options: HistoryOptions;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  get state(): HistoryState {
    return this.#options.readOnly ? 'readonly' : 'unsaved';
  }

  /** How many edits of this session wait for their acknowledgement. */
  get unsaved(): number {
    return 0;
  }

  /** Why saving or reading fails, if it does. */
  get error(): SlateError | undefined {
    return undefined;
  }

  get lineage(): string | undefined {
    return undefined;
  }

  /** True while everything in the document is known to be in the stream. */
  get coversAll(): boolean {
    return false;
  }

  /**
   * Reads head, snapshot and tail into the document (Y11); makes the stream where it is missing and may be made, and
   * the first head. `expect`: the lineage that a local store remembers. Rejects with {@link HistoryUnavailableError}
   * and {@link DocumentDeletedError}.
   */
  open(_expect?: string): Promise<Opened> {
    throw new Error('not yet');
  }

  /** Begins to save own edits (Y9), and to look whether compaction is due (Y13). */
  start(): void {
    throw new Error('not yet');
  }

  /**
   * Reads what the stream has that is not known here, and saves what it lacks; how many bytes. `rescue`: the user who
   * made the edits and could not save them (Y9).
   */
  reconcile(_rescue?: string): Promise<number> {
    throw new Error('not yet');
  }

  /** After a reconnection: reads the head and the tail since the last one, then saves what waits. */
  catchUp(): Promise<void> {
    throw new Error('not yet');
  }

  /** Reads the head now: was the document deleted, or replaced? */
  look(): Promise<void> {
    throw new Error('not yet');
  }

  /** Resolves when everything until now is acknowledged; rejects with why that is not possible. */
  flush(): Promise<void> {
    throw new Error('not yet');
  }

  /** The versions that are kept, the newest first. */
  versions(): Promise<readonly Version[]> {
    throw new Error('not yet');
  }

  /** The document as it was in a version, as a new one. Rejects with {@link OptionError} where there is no such one. */
  load(_version: string): Promise<Doc> {
    throw new Error('not yet');
  }

  /** Gives a version a name, which keeps it for good; without a version, makes one of the document as it is. */
  name(_version: string | undefined, _label: string): Promise<Version> {
    throw new Error('not yet');
  }

  /** Deletes the document for everyone (Y17). */
  delete(): Promise<void> {
    throw new Error('not yet');
  }

  /** Stops saving and looking. Does not flush. Idempotent. */
  stop(): Promise<void> {
    throw new Error('not yet');
  }
}
