/** The entry `slate-collab/documents`: what a page needs that handles documents by itself. Re-exports only. */
export {
  DocumentDeletedError,
  DocumentOutdatedError,
  DocumentReplacedError,
  DocumentTooLargeError,
  HistoryError,
  HistoryFullError,
  HistoryUnavailableError,
  ReadOnlyError,
  SeedNotDeterministicError,
} from './documents/errors.js';
export { openDocument } from './documents/open.js';
export type {
  Cipher,
  CipherContext,
  DocumentEvents,
  DocumentName,
  DocumentOptions,
  DocumentProvider,
  DocumentStatus,
  LocalStore,
  RoomDocumentOptions,
  RoomDocuments,
  RoomDocumentsEvents,
  SavingState,
  SharedDocument,
  Version,
} from './documents/types.js';
