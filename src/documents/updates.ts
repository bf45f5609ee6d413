/**
 * The updates of a document, for those who need few of them. Yjs encodes each transaction of a document for whoever
 * listens for updates, also one by which the listener itself loads a large document. It looks for listeners after the
 * cleanup of each transaction: so they come and go there.
 */
import type { Doc, Transaction } from 'yjs';

/** Called with an update, as `doc.on` does. */
export type UpdateListener = (update: Uint8Array, origin: unknown, doc: Doc, transaction: Transaction) => void;

/** Listens for updates of those transactions that `wants` names. Returns a function that ends it. */
export function onUpdates(
  doc: Doc,
  type: 'update' | 'updateV2',
  wants: (transaction: Transaction) => boolean,
  listener: UpdateListener,
): () => void {
  const own: UpdateListener = (...update) => listener(...update); // another one may use the same function
  const look = (transaction: Transaction) => {
    if (wants(transaction)) doc.on(type, own);
    else doc.off(type, own);
  };
  doc.on('afterTransactionCleanup', look);
  return () => {
    doc.off('afterTransactionCleanup', look);
    doc.off(type, own);
  };
}

/** True where a transaction has changed the document. To be asked when its observers were called. */
export function hasChanged({ beforeState, afterState, deleteSet }: Transaction): boolean {
  if (deleteSet.clients.size > 0) return true;
  for (const [client, clock] of afterState) if (beforeState.get(client) !== clock) return true;
  return false;
}
