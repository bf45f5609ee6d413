/** What the live lane needs of a Yjs document and its store, beyond what Yjs offers as functions. */
import { type Doc, encodeStateAsUpdate } from 'yjs';
import type { Random } from '../../clock.js';

/** Y7: whether edits wait whose predecessors are missing. */
export function isPending({ store }: Doc): boolean {
  return store.pendingStructs !== null || store.pendingDs !== null;
}

/** Drops the edits that wait for their predecessors, which come with the next answer if anybody has them. */
export function dropPending({ store }: Doc): void {
  store.pendingStructs = null;
  store.pendingDs = null;
}

/**
 * What a document with the state vector `vector` lacks of this one, as a V1 update, with all deletions. Yjs adds the
 * edits that wait for their predecessors, which must not be passed on (Y7); so they are put aside meanwhile. Throws if
 * `vector` is not one.
 */
export function differenceFrom(doc: Doc, vector?: Uint8Array): Uint8Array {
  const { store } = doc;
  const { pendingStructs, pendingDs } = store;
  dropPending(doc);
  try {
    return encodeStateAsUpdate(doc, vector);
  } finally {
    store.pendingStructs = pendingStructs;
    store.pendingDs = pendingDs;
  }
}

/** Whether the document has content, or ever had. */
export const hasContent = ({ store }: Doc) => store.clients.size > 0;

/** Gives a document another client id. */
export function drawClient(doc: Doc, random: Random): void {
  doc.clientID = Math.floor(random() * 2 ** 32);
}
