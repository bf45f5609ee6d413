/**
 * Puts decoded updates into a document as they are, so that opening a large one does not decode all of it twice. Yjs
 * itself takes only bytes; what a plain case here does is what its `applyUpdateV2` does with the structs that it has
 * decoded. Any other case is left to that.
 */
import * as Y from 'yjs';
import { type Decoded, type DecodedUpdate, encodeStructs, type Struct } from './decode.js';

/**
 * Applies updates within a transaction. What throws is handed to `failed`, with the number of the update, and the
 * others are applied.
 */
export function applyDecoded(
  transaction: Y.Transaction,
  updates: readonly DecodedUpdate[],
  failed: (index: number, cause: unknown) => void,
): void {
  const { doc, origin } = transaction;
  const { store } = doc;
  /** Deletions of updates whose structs are in; of several clients, several times. */
  const deletes: Decoded['ds'][] = [];
  updates.forEach(({ update, decoded }, index) => {
    try {
      const isPending = store.pendingStructs !== null || store.pendingDs !== null;
      const isIn =
        !isPending && decoded.structs.length > 0 && decoded.structs.every((struct) => integrated(transaction, struct));
      if (!isIn) Y.applyUpdateV2(doc, update, origin);
      else if (decoded.ds.clients.size > 0) deletes.push(decoded.ds);
    } catch (cause) {
      failed(index, cause);
    }
  });
  if (deletes.length === 0) return;
  const [only] = deletes;
  const ds = deletes.length === 1 && only ? only : Y.mergeDeleteSets(deletes);
  Y.applyUpdateV2(doc, encodeStructs([], ds.clients), origin);
}

/** True when the struct is in the document now; false where something is missing before it. */
function integrated(transaction: Y.Transaction, struct: Struct): boolean {
  const { store } = transaction.doc;
  const known = Y.getState(store, struct.id.client) - struct.id.clock;
  if (known < 0 || struct instanceof Y.Skip) return false;
  if (known >= struct.length) return true;
  if (struct instanceof Y.Item) {
    const parent: unknown = struct.parent;
    // The name of a root type, where Yjs would have put the type when it decoded.
    if (typeof parent === 'string') struct.parent = transaction.doc.get(parent);
    if (struct.getMissing(transaction, store) !== null) return false;
  }
  struct.integrate(transaction, known);
  return true;
}
