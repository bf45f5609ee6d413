/** Y6: the digest of a document: two with the same content and the same deletions have the same. */
import { type Doc, encodeSnapshot, snapshot } from 'yjs';
import type { Clock } from '../../clock.js';
import { shortHash } from '../../protocol/document-parts.js';
import { DIGEST_COST } from './limits.js';

export class Digest {
  readonly #doc: Doc;
  readonly #clock: Pick<Clock, 'now'>;
  #value: string | undefined;
  /** When it may be reckoned again without being asked for. */
  #freeAt = Number.NEGATIVE_INFINITY;

  constructor(doc: Doc, clock: Pick<Clock, 'now'>) {
    this.#doc = doc;
    this.#clock = clock;
  }

  /** The document has changed. */
  changed(): void {
    this.#value = undefined;
  }

  /** How long to wait before the digest is reckoned, so that little time is spent on it; 0 if it is known. */
  get waitMs(): number {
    return this.#value === undefined ? Math.max(0, this.#freeAt - this.#clock.now()) : 0;
  }

  /** Reckons it if the document has changed: 25 ms for one of 260,000 edits. 16 hexadecimal digits. */
  get value(): string {
    if (this.#value !== undefined) return this.#value;
    const start = this.#clock.now();
    this.#value = shortHash(encodeSnapshot(snapshot(this.#doc)));
    const now = this.#clock.now();
    this.#freeAt = now + (now - start) * DIGEST_COST;
    return this.#value;
  }
}
