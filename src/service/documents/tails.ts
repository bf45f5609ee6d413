/**
 * Y13: what the log holds behind the snapshot of each document, as the service knows it from heads and entries, and so
 * which documents are due. Numbers only: nothing of what the documents say.
 */
import { DUE_BYTES, DUE_MESSAGES } from '../../documents/history/compaction.js';
import type { DocumentPlace } from '../../documents/history/operations.js';
import { decodeHead, type Head } from '../../protocol/document-head.js';
import { isSealed } from '../../protocol/document-history.js';
import { type DocumentName, documentOf, documentSubjects } from '../../protocol/document-subjects.js';

/** A document, and what is known of it. */
export interface Tail {
  readonly project: string;
  readonly name: DocumentName;
  /** How many entries lie behind the snapshot, and how many bytes they have. */
  readonly entries: number;
  readonly bytes: number;
}

interface Known {
  readonly project: string;
  readonly name: DocumentName;
  /** The sequence numbers of the entries behind the snapshot, ascending, and their sizes. */
  seqs: number[];
  sizes: number[];
  bytes: number;
  /** The snapshot: up to where it goes, and its size. */
  folded: number;
  snapshot: number;
  /** A head of it was seen. */
  hasHead: boolean;
  /** Whether its edits are sealed, by the first of them. */
  sealed: boolean | undefined;
  /** Nobody here may fold it: deleted, sealed, with a head that cannot be read, or with none yet. */
  closed: boolean;
}

/** A message of a stream, as far as it matters here. */
export interface Seen {
  readonly subject: string;
  readonly seq: number;
  readonly data: Uint8Array;
}

export class Tails {
  /** By the subject of their heads. */
  readonly #documents = new Map<string, Known>();
  /** By each of their subjects, because reading names out of subjects takes long where there are many messages. */
  readonly #subjects = new Map<string, Known>();

  /** How many documents there are, without those that nobody here may fold. */
  get size(): number {
    return [...this.#documents.values()].filter(({ closed }) => !closed).length;
  }

  /** The head of a document is this one now. Throws {@link ProtocolError} for one that cannot be read. */
  head({ subject, data }: Seen): void {
    const known = this.#of(subject);
    if (!known) return;
    known.hasHead = true;
    known.closed = true;
    const head = decodeHead(data);
    known.closed = head.deleted === true || head.sealed === true;
    fold(known, head);
  }

  /** A snapshot of this size holds the entries up to `seq` now; its head will be seen later. */
  folded(project: string, name: DocumentName, snapshot: Pick<Head, 'seq' | 'bytes'>): void {
    const known = this.#documents.get(documentSubjects(project, name).head);
    if (known) fold(known, snapshot);
  }

  /** An entry of the log, each once and in order. */
  entry({ subject, seq, data }: Seen): void {
    const known = this.#of(subject);
    if (!known || seq <= known.folded) return;
    known.sealed ??= isSealed(data);
    known.seqs.push(seq);
    known.sizes.push(data.length);
    known.bytes += data.length;
  }

  /** The documents that are due, in no order that matters. */
  due(): Tail[] {
    return [...this.#documents.values()].filter(isDue).map(tailOf);
  }

  /** The documents that have edits and no head, since nobody who wrote them may make one (Y24). */
  headless(): (DocumentPlace & { readonly sealed: boolean })[] {
    return [...this.#documents.values()].flatMap(({ project, name, hasHead, sealed }) =>
      hasHead || sealed === undefined ? [] : { project, name, sealed },
    );
  }

  /** Whether this one is due still. */
  isDue(project: string, name: DocumentName): boolean {
    const known = this.#documents.get(documentSubjects(project, name).head);
    return known !== undefined && isDue(known);
  }

  forget(): void {
    this.#documents.clear();
    this.#subjects.clear();
  }

  /** `undefined` for a subject that is no document's: whoever may publish into the stream can make such ones. */
  #of(subject: string): Known | undefined {
    const seen = this.#subjects.get(subject);
    if (seen) return seen;
    const document = documentOf(subject);
    if (!document) return undefined;
    const { head } = documentSubjects(document.project, document.name);
    let known = this.#documents.get(head);
    if (!known) {
      known = {
        ...document,
        seqs: [],
        sizes: [],
        bytes: 0,
        folded: 0,
        snapshot: 0,
        hasHead: false,
        sealed: undefined,
        closed: true,
      };
      this.#documents.set(head, known);
    }
    this.#subjects.set(subject, known);
    return known;
  }
}

function fold(known: Known, { seq, bytes }: Pick<Head, 'seq' | 'bytes'>): void {
  known.folded = seq;
  known.snapshot = bytes;
  const first = known.seqs.findIndex((each) => each > seq);
  const gone = first === -1 ? known.seqs.length : first;
  known.seqs = known.seqs.slice(gone);
  known.sizes = known.sizes.slice(gone);
  known.bytes = known.sizes.reduce((sum, size) => sum + size, 0);
}

function isDue({ closed, seqs, bytes, snapshot }: Known): boolean {
  return !closed && (seqs.length > DUE_MESSAGES || bytes > Math.max(DUE_BYTES, snapshot));
}

function tailOf({ project, name, seqs, bytes }: Known): Tail {
  return { project, name, entries: seqs.length, bytes };
}
