/** What the service for documents takes and gives. Types and their defaults only. */
import type { Clock, Random } from '../../clock.js';
import type { SlateError } from '../../errors.js';
import type { DocumentName } from '../../protocol/document-subjects.js';

/** A document that was compacted: what its log held was put into a new snapshot. */
export interface Compacted {
  readonly project: string;
  readonly name: DocumentName;
  /** How many entries of the log the snapshot took in. */
  readonly entries: number;
  /** The size of the snapshot, in bytes. */
  readonly bytes: number;
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

export interface DocumentServiceOptions {
  /** How many versions of a document are kept, 1 to 1000; those with a name are kept for good. @defaultValue 20 */
  readonly keep?: number | undefined;
  /** Milliseconds between two looks at what is due, 100 to 3 600 000. @defaultValue 5000 */
  readonly everyMs?: number | undefined;
  /** On how many servers of a cluster documents are kept, where the stream is created; 1 to 5. @defaultValue 1 */
  readonly replicas?: number | undefined;
  /** The most bytes of all documents, where the stream is created. @defaultValue no limit */
  readonly maxBytes?: number | undefined;
  /** Who makes the versions, in their list; at most 256 characters. @defaultValue 'slate docs' */
  readonly by?: string | undefined;
  /** Called after each compaction. */
  readonly onCompacted?: ((done: Compacted) => void) | undefined;
  /**
   * Called with everything that fails; the service goes on. Errors of one kind are one call a second. What is wrong
   * with a document is a {@link HistoryError}, a {@link DocumentTooLargeError} or a {@link DocumentDeletedError}.
   */
  readonly onError?: ((error: SlateError) => void) | undefined;
  /** Aborting it stops the service. */
  readonly signal?: AbortSignal | undefined;
  /** @defaultValue the system's */
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

export interface DocumentService extends AsyncDisposable {
  readonly stats: DocumentServiceStats;
  /** Resolves when the service has ended: with an error where the connection was closed. Never rejects. */
  readonly closed: Promise<SlateError | undefined>;
  /** Ends after the compaction that runs now. Calling it again is harmless. */
  stop(): Promise<void>;
}

export interface DocumentServiceStats {
  /** How many documents there are now, and how many of them are due. */
  readonly documents: number;
  readonly due: number;
  /** Since the service started: how many were compacted, how often another instance was first, and failures. */
  readonly compacted: number;
  readonly lost: number;
  readonly failed: number;
}
