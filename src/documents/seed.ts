/**
 * Y16: the first content of a document, made once. Each session that finds the document empty makes it, under a client
 * id that follows from the content: so all make the same structs, and what they make is there once.
 */
import { digest } from 'lib0/hash/sha256';
import { applyUpdate, Doc, encodeStateAsUpdate, type Transaction } from 'yjs';
import { SeedNotDeterministicError } from './errors.js';

/** The content as an update. Throws {@link SeedNotDeterministicError}, and what `seed` throws. */
export function seedUpdate(document: string, seed: (doc: Doc) => void): Uint8Array {
  const first = run(seed, 1);
  const again = run(seed, 1);
  if (first.length !== again.length || first.some((byte, i) => byte !== again[i])) {
    throw new SeedNotDeterministicError(document);
  }
  const [a = 0, b = 0, c = 0, d = 0] = digest(first);
  return run(seed, ((a << 24) | (b << 16) | (c << 8) | d) >>> 0);
}

function run(seed: (doc: Doc) => void, client: number): Uint8Array {
  const scratch = new Doc();
  scratch.clientID = client;
  scratch.transact(() => seed(scratch));
  const update = encodeStateAsUpdate(scratch);
  scratch.destroy();
  return update;
}

/** True while nobody has ever written to the document. */
export function isUntouched(doc: Doc): boolean {
  return doc.store.clients.size === 0;
}

/**
 * Yjs remembers in each type which index stands where. It moves these marks with own edits, and drops them after
 * foreign ones: an update moves nothing, so what was inserted next would go to a wrong place.
 */
function forgetPlaces({ changed }: Transaction): void {
  for (const type of changed.keys()) (type as { _searchMarker?: unknown[] | null })._searchMarker?.splice(0);
}

/** Applies an update as an edit of this session, so that it is published and saved. */
export function applyAsOwn(doc: Doc, update: Uint8Array, origin: unknown): void {
  doc.transact((transaction) => {
    applyUpdate(doc, update, origin);
    transaction.local = true; // Yjs calls each transaction that applies an update foreign
    forgetPlaces(transaction);
  }, origin);
}
