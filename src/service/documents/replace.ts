/**
 * Puts another document in the place of one that is kept: a new life (Y16), with nothing of the one before it. Sessions
 * that have that one open keep it, and ask their user what to do.
 */
import * as Y from 'yjs';
import { deleteDocument } from '../../documents/history/operations.js';
import { moveHead, type Place, readHead } from '../../documents/history/place.js';
import { purgeSnapshot, writeSnapshot } from '../../documents/history/snapshots.js';
import { SlateError } from '../../errors.js';
import { randomId } from '../../id.js';

/**
 * `state`: a V1 update, whole. Rejects with {@link SlateError} where another one replaces the head meanwhile, and as
 * `store` does; the document is deleted then, and can be had back.
 */
export async function replaceDocument(place: Place, state: Uint8Array, by: string): Promise<void> {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, state);
  await deleteDocument(place, { keep: 1, by });
  const last = await readHead(place);
  const written = await writeSnapshot(place, doc);
  // Everything that was stored before the deletion belongs to the life before, also what was not purged yet.
  const seq = last?.seq ?? 0;
  const lineage = randomId(place.random);
  const head = { v: 1, lineage, ...written, seq, old: [], at: place.clock.date(), by } as const;
  if (await moveHead(place, head, seq)) {
    const before = last ? [last.head, ...last.head.old] : [];
    for (const { id, n } of before) if (n > 0) await purgeSnapshot(place, id);
    return;
  }
  await purgeSnapshot(place, written.id);
  throw new SlateError(`The document "${place.document}" was changed by somebody else meanwhile. Try again.`);
}
