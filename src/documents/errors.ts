/** The errors of documents, apart from the others, because a page loads them with its first document. */
import { SlateError } from '../errors.js';
import type { SharedDocument } from './types.js';

/**
 * The history of documents cannot be used (docs/PROTOCOL.md, Y22): JetStream is off, there is no stream, or the server
 * forbids it. Documents stay shared while somebody has them open, and nothing is saved.
 */
export class HistoryUnavailableError extends SlateError {
  override name = 'HistoryUnavailableError';
  constructor(
    readonly document: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`The history of the document "${document}" is not available: ${reason}. Its edits are not saved.`, options);
  }
}

/** What is kept of a document cannot be read whole (docs/PROTOCOL.md, Y14 and the table of failures). */
export class HistoryError extends SlateError {
  override name = 'HistoryError';
  constructor(
    readonly document: string,
    /**
     * `corrupt`: a message of the stream cannot be read, and is left out; `incomplete`: messages are missing that
     * others depend on; `reset`: the stream was deleted, or restored from an older copy.
     */
    readonly reason: 'corrupt' | 'incomplete' | 'reset',
    readonly detail: string,
    /** The sequence number of the message in the stream, where there is one. */
    readonly seq?: number,
    options?: ErrorOptions,
  ) {
    super(`The history of the document "${document}" is ${reason}: ${detail}.`, options);
  }
}

/** The stream of the history takes no more messages, because it is full. Edits are kept here, and tried again. */
export class HistoryFullError extends SlateError {
  override name = 'HistoryFullError';
  constructor(
    readonly document: string,
    options?: ErrorOptions,
  ) {
    super(`The history is full, so edits of the document "${document}" wait to be saved. Raise its limits.`, options);
  }
}

/** An edit, or a whole document, is larger than the limits of Y18. It stays here, and others do not receive it. */
export class DocumentTooLargeError extends SlateError {
  override name = 'DocumentTooLargeError';
  constructor(
    readonly document: string,
    /** In bytes. */
    readonly size: number,
    readonly limit: number,
  ) {
    super(`An edit of the document "${document}" has ${size} bytes, over ${limit}. Make smaller edits.`);
  }
}

/** A document that is open for reading only was edited (Y19). The edit was taken back. */
export class ReadOnlyError extends SlateError {
  override name = 'ReadOnlyError';
  constructor(readonly document: string) {
    super(`The document "${document}" is open for reading only; the edit was taken back.`);
  }
}

/**
 * A page with a newer `schema` has written the document (Y16). A program with an older one does not know all that is in
 * it, and an editor would delete what it does not know. So the document is open here for reading only.
 */
export class DocumentOutdatedError extends SlateError {
  override name = 'DocumentOutdatedError';
  constructor(
    readonly document: string,
    /** The `schema` of this page; 0 where it gave none. */
    readonly own: number,
    /** The one that the document was written with. */
    readonly needed: number,
  ) {
    super(
      `The document "${document}" was written with schema ${needed}, and this page has ${own}. It is open for ` +
        'reading only: reload the page, to get its newer program.',
    );
  }
}

/** The document was deleted (Y17). Nothing is saved, and it is not made again by members that still have it open. */
export class DocumentDeletedError extends SlateError {
  override name = 'DocumentDeletedError';
  constructor(readonly document: string) {
    super(`The document "${document}" was deleted.`);
  }
}

/**
 * The document that is kept under this name is not the one that this session has (Y16): it was deleted and made anew.
 * The two are never merged. Decide with one of the three functions; each opens a document with a new `Doc`.
 */
export class DocumentReplacedError extends SlateError {
  override name = 'DocumentReplacedError';
  constructor(
    readonly document: string,
    /** The state that this session has, and the one that is kept, as V1 updates. */
    readonly mine: Uint8Array,
    readonly theirs: Uint8Array,
    /** Takes what is kept, and drops what this session has. */
    readonly takeTheirs: () => Promise<SharedDocument>,
    /** Makes the content that this session has the content of what is kept, as a new edit. */
    readonly keepMine: () => Promise<SharedDocument>,
    /** Keeps what this session has under another name. */
    readonly saveCopy: (name: string) => Promise<SharedDocument>,
  ) {
    super(`The document "${document}" was replaced by another one of the same name.`);
  }
}

/** A function that seeds a document made different content in two runs (Y16), so that text could appear twice. */
export class SeedNotDeterministicError extends SlateError {
  override name = 'SeedNotDeterministicError';
  constructor(readonly document: string) {
    super(`The seed of the document "${document}" makes different content each time it runs. Make it always the same.`);
  }
}
