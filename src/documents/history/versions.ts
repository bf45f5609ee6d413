/** Y15, Y17: the versions of a document that are kept, and its deletion: what only the head has to say. */
import * as Y from 'yjs';
import { OptionError, ProtocolError } from '../../errors.js';
import { purgeAll, purgeBefore } from '../../jetstream/streams.js';
import { type Head, MAX_HEAD, MAX_LABEL, type Snapshot } from '../../protocol/document-head.js';
import { DocumentDeletedError, HistoryError } from '../errors.js';
import type { Version } from '../types.js';
import { type CompactOptions, compact } from './compaction.js';
import { decodeUpdates } from './decode.js';
import { applyDecoded } from './integrate.js';
import { changeHead, HEAD_TRIES, moveHead, type Place, readHead, STREAM } from './place.js';
import { readSnapshot } from './snapshots.js';

/** So many characters of a head may be versions with names. The rest is for those that come. */
const MAX_NAMED = MAX_HEAD / 3;

/** The versions that are kept, the newest first. Rejects as `readHead` does. */
export async function listVersions(place: Place): Promise<Version[]> {
  const kept = await readHead(place);
  return kept ? versionsIn(kept.head) : [];
}

/** The versions that a head names, the newest first. */
export function versionsIn(head: Head): Version[] {
  return versionsOf(head).map(versionOf);
}

/** The document as it was in a version. Rejects with {@link OptionError} where there is none of this id. */
export async function loadVersion(place: Place, id: string): Promise<Y.Doc> {
  const kept = await readHead(place);
  const version = kept && versionsOf(kept.head).find((each) => each.id === id);
  if (!version) throw noVersion();
  try {
    const state = await readSnapshot(place, version);
    if (!state) throw new ProtocolError('bytes', 'chunks of it are missing');
    return docOf(state);
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause;
    throw new HistoryError(place.document, 'corrupt', `the snapshot ${id} cannot be read`, version.seq, { cause });
  }
}

/** Throws {@link ProtocolError}. */
function docOf(state: readonly Uint8Array[]): Y.Doc {
  try {
    const doc = new Y.Doc();
    const apply = (transaction: Y.Transaction) => {
      applyDecoded(transaction, [...decodeUpdates(state)], (_, cause) => {
        throw cause;
      });
    };
    Y.transact(doc, apply, null, false);
    return doc;
  } catch (cause) {
    throw new ProtocolError('bytes', 'it is no update', { cause });
  }
}

/**
 * Gives a version a name; without an id, makes one of all that is in the history. Rejects with {@link OptionError} for
 * a version that is not kept, and for a name that is empty or has more than 200 characters; and as `compact` does.
 */
export async function nameVersion(
  place: Place,
  id: string | undefined,
  name: string,
  options: CompactOptions,
): Promise<Version> {
  if (typeof name !== 'string' || name === '' || name.length > MAX_LABEL) {
    throw new OptionError('name', `must have 1 to ${MAX_LABEL} characters`);
  }
  let wanted = id;
  for (let tries = 0; tries < HEAD_TRIES; tries++) {
    const made = id === undefined ? await compact(place, { ...options, name }) : undefined;
    if (made) return versionOf(made.head);
    const kept = await readHead(place);
    if (kept?.head.deleted) throw new DocumentDeletedError(place.document);
    if (id === undefined) wanted = kept?.head.n ? kept.head.id : undefined; // nothing is newer than it
    const version = kept && versionsOf(kept.head).find((each) => each.id === wanted);
    if (!kept || !version) throw noVersion();
    const renamed = <T extends Snapshot>(each: T): T => (each.id === wanted ? { ...each, name } : each);
    const head = { ...renamed<Head>(kept.head), old: kept.head.old.map(renamed) };
    const named = head.old.filter((each) => each.name !== undefined);
    if (JSON.stringify({ ...head, old: named }).length > MAX_NAMED) {
      throw new OptionError('name', 'is one too many: the list of the versions with a name is full');
    }
    if (await moveHead(place, head, kept.seq)) return versionOf({ ...version, name });
  }
  throw new HistoryError(place.document, 'incomplete', `others replaced its head ${HEAD_TRIES} times meanwhile`);
}

/**
 * Y17: deletes a document for everyone: its log is removed; its versions stay, so that it can be had back, unless it is
 * deleted `forGood`. Rejects as `store` does.
 */
export async function deleteDocument(place: Place, options: CompactOptions, forGood = false): Promise<void> {
  const { bus, subjects } = place;
  if (!forGood) {
    await compact(place, options).catch((error: unknown) => {
      if (!(error instanceof HistoryError)) throw error; // what cannot be folded is deleted all the same
    });
  }
  const moved = await changeHead(place, (head) => {
    const { deleted, ...rest } = head;
    if (deleted && !forGood) return undefined;
    const empty = { id: '', n: 0, bytes: 0, sha256: '', old: [], name: undefined };
    return { ...rest, ...(forGood && empty), deleted: true };
  });
  if (!moved) return;
  await purgeBefore(bus, STREAM, subjects.logAll, moved.seq);
  await purgeBefore(bus, STREAM, subjects.head, moved.seq);
  if (forGood) await purgeAll(bus, STREAM, subjects.allChunks);
}

/** Has a deleted document back, as its newest version is. Rejects with {@link OptionError} where there is none. */
export async function undeleteDocument(place: Place): Promise<void> {
  await changeHead(place, ({ deleted, ...head }) => {
    if (deleted && head.n === 0) throw new OptionError('document', 'was deleted for good');
    return deleted ? head : undefined;
  });
}

/** The newest version, if there is one, and those before it. */
function versionsOf(head: Head): readonly Snapshot[] {
  return head.n > 0 ? [head, ...head.old] : head.old;
}

function versionOf({ id, at, by, name, bytes }: Snapshot): Version {
  return { id, at, by, name, bytes };
}

const noVersion = () => new OptionError('version', 'is not one that is kept');
