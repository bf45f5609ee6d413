/** Why a history is not available, in words: what an opening rejects with (docs/PROTOCOL.md, Y22). */
import { JetStreamError, NoRespondersError, RequestTimeoutError, SlateError } from '../../errors.js';
import { DocumentDeletedError, DocumentOutdatedError, HistoryUnavailableError } from '../errors.js';

/** The error itself where it already says so, and otherwise one that names the document and the reason. */
export function unavailable(document: string, error: unknown): SlateError {
  const known = [DocumentDeletedError, DocumentOutdatedError, HistoryUnavailableError];
  if (known.some((each) => error instanceof each)) return error as SlateError;
  return new HistoryUnavailableError(document, reasonOf(error), { cause: error });
}

function reasonOf(error: unknown): string {
  if (error instanceof NoRespondersError || (error instanceof JetStreamError && error.code === 503)) {
    return 'JetStream is not enabled on this server, or not for this user';
  }
  if (error instanceof RequestTimeoutError) return 'there is no stream, or it does not allow direct gets';
  if (error instanceof SlateError) return error.message;
  return String(error);
}
