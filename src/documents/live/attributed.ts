/**
 * Y20: what of an update, or of a document, is one user's. Deletions have no author: every writer may delete anything.
 */
import { type Doc, decodeStateVector, encodeStateVector, getState, Skip, UpdateEncoderV1 } from 'yjs';
import { encodeStructs } from '../history/decode.js';
import { inspect } from './inspect.js';
import { differenceFrom } from './state.js';

export interface Part {
  /** In the V1 encoding. */
  readonly update: Uint8Array;
  /** The rest holds something that the document does not have. */
  readonly isShort: boolean;
}

/** The structs of those clients that `isTheirs`, and all deletions. Throws {@link ProtocolError}. */
export function partOf(update: Uint8Array, doc: Doc, isTheirs: (client: number) => boolean): Part {
  const { structs, deletes } = inspect(update);
  const own = structs.filter(({ id }) => isTheirs(id.client));
  if (own.length === structs.length) return { update, isShort: false };
  const isShort = structs.some(
    (struct) =>
      !(struct instanceof Skip || isTheirs(struct.id.client)) &&
      struct.id.clock + struct.length > getState(doc.store, struct.id.client),
  );
  return { update: encodeStructs(own, deletes, new UpdateEncoderV1()), isShort };
}

/** What a document with the state vector `vector` lacks of those clients that `isOwn`, with all deletions. */
export function ownDifference(doc: Doc, vector: Uint8Array, isOwn: (client: number) => boolean): Uint8Array {
  const known = decodeStateVector(vector);
  for (const client of doc.store.clients.keys()) if (!isOwn(client)) known.set(client, getState(doc.store, client));
  return differenceFrom(doc, encodeStateVector(known));
}
