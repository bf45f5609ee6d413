/** What `slate doc` says where there is no such document. */
import { SlateError } from '../../errors.js';
import type { NamedDocument } from './document-name.js';
import { documentText } from './document-name.js';

export function noDocument(document: NamedDocument): SlateError {
  return new SlateError(`There is no document ${documentText(document)}. See slate doc ls.`);
}
