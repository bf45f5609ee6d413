/**
 * Y19: a document that is open for reading only. The lanes work on a copy that nobody edits; the page's document
 * follows the copy. An edit of the page is taken back, and reported.
 */
import { applyUpdate, Doc, encodeStateAsUpdate, type Transaction, UndoManager } from 'yjs';

/** Takes the origins of all edits of the page for its own. */
class AnyOrigin extends Set<unknown> {
  override has(): boolean {
    return true;
  }
}

/** Makes `doc` follow a copy of its own. Returns the copy, and a function that ends this. `refused`: after an edit. */
export function readOnlyCopy(doc: Doc, refused: () => void): { readonly copy: Doc; readonly stop: () => void } {
  const copy = new Doc({ gc: doc.gc });
  const undo = new UndoManager(doc, {
    trackedOrigins: new AnyOrigin(),
    captureTransaction: ({ local }) => local,
    captureTimeout: 0,
  });
  let takingBack = false;
  const follow = (update: Uint8Array) => applyUpdate(doc, update, copy);
  const onEdit = (_: Doc, transactions: Transaction[]) => {
    if (takingBack || !transactions.some(({ local }) => local)) return;
    takingBack = true;
    while (undo.undoStack.length > 0) undo.undo();
    undo.clear();
    takingBack = false;
    refused();
  };
  applyUpdate(copy, encodeStateAsUpdate(doc));
  copy.on('update', follow);
  doc.on('afterAllTransactions', onEdit);
  return {
    copy,
    stop: () => {
      doc.off('afterAllTransactions', onEdit);
      undo.destroy();
      copy.destroy();
    },
  };
}
