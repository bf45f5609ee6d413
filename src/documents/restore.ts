/** Y15: a document becomes again what it was, by a new edit: what came later is taken back, as undo does. */
import { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector, UndoManager } from 'yjs';
import { applyAsOwn } from './seed.js';

/**
 * In the `meta` of the transaction that restores a version. An undo that takes back a person's own edits, and knows
 * them by their origin, takes this one back, too: `elements/text/steps.ts` does.
 */
const RESTORES = 'slate-restores';

/** Makes `doc` what `version` is, as an edit of this session. */
export function restoreTo(doc: Doc, version: Doc): void {
  const update = restoringUpdate(doc, version);
  doc.transact(({ meta }) => {
    meta.set(RESTORES, true);
    applyAsOwn(doc, update, null);
  }, null);
}

/** The edit that makes `doc` what `version` is, as an update. */
export function restoringUpdate(doc: Doc, version: Doc): Uint8Array {
  const scratch = new Doc({ gc: false }); // with it, what was deleted later could not come back
  applyUpdate(scratch, encodeStateAsUpdate(version));
  const later = {};
  const undo = new UndoManager(scratch, { trackedOrigins: new Set([later]), captureTimeout: 0 });
  applyUpdate(scratch, encodeStateAsUpdate(doc, encodeStateVector(scratch)), later);
  undo.undo();
  const update = encodeStateAsUpdate(scratch, encodeStateVector(doc));
  undo.destroy();
  scratch.destroy();
  return update;
}
