/** Y18: says which edits and documents are too large for others to take. */
import { decodeUpdate } from 'yjs';
import type { SlateError } from '../../errors.js';
import { DocumentTooLargeError } from '../errors.js';
import { MAX_STATE_BYTES, MAX_UPDATE_BYTES, SOFT_STATE_BYTES } from './limits.js';

export class Sizes {
  readonly #document: string;
  readonly #report: (error: SlateError) => void;
  #reported = false;

  constructor(document: string, report: (error: SlateError) => void) {
    this.#document = document;
    this.#report = report;
  }

  /**
   * Whether an own edit may leave; reports one that may not. An edit of many pieces may have as much as a document, in
   * which others get it; one that is a single piece may not, since nothing smaller would bring it.
   */
  mayLeave(edit: Uint8Array): boolean {
    const { length } = edit;
    if (length <= MAX_UPDATE_BYTES) return true;
    const inPieces = length <= MAX_STATE_BYTES && decodeUpdate(edit).structs.length > 1;
    if (inPieces) return true;
    this.#report(new DocumentTooLargeError(this.#document, length, MAX_UPDATE_BYTES));
    return false;
  }

  /** A document has so many bytes: reports one that grows large, once. */
  state(bytes: number): void {
    if (bytes <= SOFT_STATE_BYTES || this.#reported) return;
    this.#reported = true;
    this.#report(new DocumentTooLargeError(this.#document, bytes, SOFT_STATE_BYTES));
  }
}
