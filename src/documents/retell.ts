/**
 * Lexical shows what it hears of a document, and nothing that was in it before (facebook/lexical#4999). So once it
 * listens it is told what there is: by the events of a transaction that changes nothing.
 */
import type { Doc, Transaction } from 'yjs';

/** A type of Yjs to which Lexical has bound a node of its own. */
interface Bound {
  readonly _collabNode?: { isEmpty?(): boolean };
}

/** Tells Lexical of each of its texts in `doc` that it shows as empty, and nobody else of anything. */
export function retell(doc: Doc): void {
  const isUnseen = (type: Bound) => type._collabNode?.isEmpty?.() === true;
  const unseen = [...doc.share.values()].filter((type) => type._length > 0 && isUnseen(type as Bound));
  if (unseen.length === 0) return;
  const origin = {};
  // Observers reckon what is new from the state before; those of updates, which come after, shall find nothing.
  const settle = (transaction: Transaction) => {
    if (transaction.origin === origin) transaction.beforeState = transaction.afterState;
  };
  doc.on('afterTransaction', settle);
  doc.transact((transaction) => {
    transaction.beforeState = new Map();
    for (const type of unseen) transaction.changed.set(type, new Set([null, ...type._map.keys()]));
  }, origin);
  doc.off('afterTransaction', settle);
}
