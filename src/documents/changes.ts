/**
 * Hears of the changes of a document, and of own edits as bytes. Yjs encodes every transaction for whoever listens to
 * `update`, those of others too, of which nobody here needs the bytes: with many typists that was most of what an edit
 * cost. So `update` has a listener only while Yjs ends a transaction of this session.
 */
import type { Doc, Transaction } from 'yjs';

export interface ChangeListener {
  /** The document has changed, through anybody. */
  changed?(transaction: Transaction): void;
  /** This session has changed it: the edit, in the V1 encoding. Called after `changed`. */
  edited?(update: Uint8Array): void;
  /** A transaction has ended, also one that changed nothing: edits may wait now whose predecessors are missing (Y7). */
  ended?(): void;
}

/** Returns a function that unsubscribes. */
export function onChanges(doc: Doc, listener: ChangeListener): () => void {
  const onUpdate = (update: Uint8Array) => {
    doc.off('update', onUpdate);
    listener.edited?.(update);
  };
  const onCleanup = (transaction: Transaction) => {
    listener.ended?.();
    if (!hasChanges(transaction)) return;
    listener.changed?.(transaction);
    if (transaction.local && listener.edited) doc.on('update', onUpdate); // Yjs looks for listeners next
  };
  doc.on('afterTransactionCleanup', onCleanup);
  return () => {
    doc.off('afterTransactionCleanup', onCleanup);
    doc.off('update', onUpdate);
  };
}

/** Editors make transactions that change nothing. For those Yjs has no update. */
function hasChanges({ deleteSet, beforeState, afterState }: Transaction): boolean {
  if (deleteSet.clients.size > 0) return true;
  for (const [client, clock] of afterState) if (beforeState.get(client) !== clock) return true;
  return false;
}
