/** What `slate doc` says where it cannot do what it was asked to. */
import { type KeptHead, type Place, readHead } from '../../documents/history/place.js';
import { SlateError } from '../../errors.js';
import { documentText, type NamedDocument } from './document-name.js';

export function noDocument(document: NamedDocument): SlateError {
  return new SlateError(`There is no document ${documentText(document)}. See slate doc ls.`);
}

/** The head of a document that is there, deleted or not. Rejects with {@link noDocument}, and as `readHead` does. */
export async function headOf(place: Place, document: NamedDocument): Promise<KeptHead> {
  const kept = await readHead(place);
  if (!kept) throw noDocument(document);
  return kept;
}

/** Y21: throws for a document that only those can read who have its key: to fold it without would lose all of it. */
export function mustBeReadable({ head }: KeptHead, document: NamedDocument): void {
  if (!head.sealed) return;
  throw new SlateError(`The document ${documentText(document)} is sealed: only pages that have its key can do that.`);
}
