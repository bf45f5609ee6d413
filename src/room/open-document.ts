/** Opening a document without a room. Its code is loaded with the first one. */
import type { Bus } from '../bus/bus.js';
import type { DocumentOptions, SharedDocument } from '../documents/types.js';
import { loadDocuments } from './documents.js';

/**
 * Opens a document, without being seen in a room: for a bot, an import, or a page that needs no presence. See
 * `openDocument` of `slate-collab/documents`, whose code this loads. Rejects as that does, and with {@link
 * PartMissingError}.
 */
export async function openDocument(bus: Bus, options: DocumentOptions): Promise<SharedDocument> {
  const documents = await loadDocuments();
  return documents.openDocument(bus, options);
}
