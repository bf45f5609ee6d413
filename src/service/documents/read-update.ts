/** A file as an edit: an update of Yjs, in either encoding, or plain text. */
import * as Y from 'yjs';
import { OptionError } from '../../errors.js';

/** An update in the V1 encoding has the number of its clients first; one in V2 always a 0, for features to come. */
const V2_BEGINS = 0;
const EMPTY_V1_BYTES = 2;

/** The document that a V1 or V2 update makes. Throws {@link OptionError} for bytes that are none, or not all of one. */
export function readUpdate(bytes: Uint8Array): Y.Doc {
  const isV2 = bytes[0] === V2_BEGINS && bytes.length > EMPTY_V1_BYTES;
  const doc = new Y.Doc();
  try {
    if (isV2) Y.applyUpdateV2(doc, bytes);
    else Y.applyUpdate(doc, bytes);
  } catch (cause) {
    throw new OptionError('file', 'holds no update of Yjs; plain text is imported with --text', { cause });
  }
  if (doc.store.pendingStructs || doc.store.pendingDs) {
    throw new OptionError('file', 'holds edits without those before them; export the whole document');
  }
  return doc;
}

/** A document with a text. Throws {@link OptionError} for bytes that are not UTF-8. */
export function readText(bytes: Uint8Array, part: string): Y.Doc {
  const doc = new Y.Doc();
  try {
    doc.getText(part).insert(0, new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new OptionError('file', 'holds no text in UTF-8', { cause });
  }
  return doc;
}
