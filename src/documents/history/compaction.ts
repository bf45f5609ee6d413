/**
 * Y12 to Y14: folds the log into a new snapshot. Any number of sessions and services may try at once: the head is
 * replaced by compare-and-set, and only who replaced it removes what nobody needs any more, one generation behind.
 */
import * as Y from 'yjs';
import { isoTime } from '../../clock.js';
import { PermissionError, SlateError } from '../../errors.js';
import { ifFound, TOO_LARGE } from '../../jetstream/api.js';
import { lastMessage, type StoredMessage } from '../../jetstream/direct.js';
import { store } from '../../jetstream/messages.js';
import { purgeBefore, subjectsOf } from '../../jetstream/streams.js';
import { type Head, type Snapshot, withBad } from '../../protocol/document-head.js';
import { DocumentDeletedError, HistoryError, HistoryUnavailableError } from '../errors.js';
import { type KeptHead, moveHead, type Place, STREAM } from './place.js';
import { Replica } from './replica.js';
import { purgeSnapshot, writeSnapshot } from './snapshots.js';

/** Y13: the log is folded when it has more messages than this, or more bytes than the snapshot, and than this. */
export const DUE_MESSAGES = 500;
export const DUE_BYTES = 64 * 1024;
/** Chunks that no head names are those of a writer that died, when they are this old. */
const ORPHAN_MS = 3_600_000;

export interface CompactOptions {
  /** How many versions are kept, besides those with a name. */
  readonly keep: number;
  /** The id of the user who does it. */
  readonly by?: string | undefined;
  /** The name of the version that is made. */
  readonly name?: string | undefined;
  /** What the server was found to forbid; it is not tried again. */
  readonly forbidden?: { tidying?: boolean } | undefined;
}

/** True where a log of this size is due to be folded. */
export function isDue(replica: Pick<Replica, 'tail' | 'head'>): boolean {
  const { messages, bytes } = replica.tail;
  return messages > DUE_MESSAGES || bytes > Math.max(DUE_BYTES, replica.head?.head.bytes ?? 0);
}

/**
 * Folds the log into a new snapshot. Resolves with the new head; with `undefined` where there is nothing to fold, or
 * another one was faster. Rejects with {@link HistoryError} where the history is incomplete or cannot be read, with
 * {@link DocumentDeletedError}, {@link DocumentTooLargeError}, and as `store` does; the head stays then.
 */
export async function compact(place: Place, options: CompactOptions): Promise<KeptHead | undefined> {
  const doc = new Y.Doc();
  const replica = new Replica(place, doc, { origin: {} });
  try {
    await replica.read();
    return await fold(place, options, doc, replica);
  } finally {
    doc.destroy();
  }
}

async function fold(
  place: Place,
  options: CompactOptions,
  doc: Y.Doc,
  replica: Replica,
): Promise<KeptHead | undefined> {
  const { keep, by, name } = options;
  const { document, clock } = place;
  const { head: before } = replica;
  if (!before) return undefined;
  if (before.head.deleted) throw new DocumentDeletedError(document);
  checkSeal(place, before.head);
  const seq = Math.max(before.head.seq, replica.foldable);
  if (seq === before.head.seq && (name === undefined || before.head.n > 0)) return undefined;
  if (replica.knowledge.lacks(doc)) {
    throw new HistoryError(document, 'incomplete', 'messages are missing that others depend on');
  }
  if (!replica.proven) throw new HistoryError(document, 'corrupt', 'the cipher opens nothing of it');
  for (const message of replica.bad.values()) await copyBad(place, message);
  const written = await writeSnapshot(place, doc);
  const old = kept(before.head, keep);
  const head: Head = {
    ...before.head,
    ...written,
    seq,
    at: clock.date(),
    by,
    name,
    old,
    clients: replica.authors.forHead(),
    bad: withBad(before.head.bad, [...replica.bad.keys()]),
  };
  const moved = await moveHead(place, head, before.seq);
  if (!moved) {
    await purgeSnapshot(place, written.id);
    return undefined;
  }
  await tryToTidy(place, before, moved, options.forbidden);
  return moved;
}

/** Y21: without the key every entry would count as unreadable, and an empty snapshot would take the place of all. */
function checkSeal({ cipher, document }: Place, { sealed = false }: Head): void {
  if (sealed === (cipher !== undefined)) return;
  const reason = sealed ? 'it is sealed, and only who has its key folds it' : 'it is not sealed with a cipher';
  throw new HistoryUnavailableError(document, reason);
}

/** One that is too large with our headers is not copied: it must not keep the rest from being folded. */
async function copyBad({ bus, subjects, clock }: Place, { data, subject, seq }: StoredMessage): Promise<void> {
  const headers = { 'Slate-Subject': subject, 'Slate-Sequence': String(seq), 'Slate-Time': isoTime(clock.date()) };
  await ifFound(store(bus, subjects.bad, data, { headers }), [TOO_LARGE]);
}

/** The document is folded, whether or not what nobody needs can be removed. */
async function tryToTidy(
  place: Place,
  before: KeptHead,
  now: KeptHead,
  forbidden: CompactOptions['forbidden'] = {},
): Promise<void> {
  if (forbidden.tidying) return;
  try {
    await tidy(place, before, now);
  } catch (error) {
    if (error instanceof PermissionError) forbidden.tidying = true;
    else if (error instanceof SlateError) place.report(error);
    else throw error;
  }
}

/** The versions that stay beside a new one: those with a name, and the newest of the others. */
function kept(before: Head, keep: number): Snapshot[] {
  const { id, n, bytes, sha256, seq, at, by, name, old } = before;
  const all = n > 0 ? [{ id, n, bytes, sha256, seq, at, by, name }, ...old] : [...old];
  let unnamed = 0;
  return all.filter((each, index) => each.name !== undefined || unnamed++ < keep || index === 0);
}

/**
 * Removes what the head before the last one needed, and nothing that a reader of the last one needs: a session that has
 * just read that one finds everything behind it.
 */
async function tidy(place: Place, before: KeptHead, now: KeptHead): Promise<void> {
  const { bus, subjects } = place;
  await purgeBefore(bus, STREAM, subjects.logAll, before.head.seq + 1);
  await purgeBefore(bus, STREAM, subjects.head, before.seq);
  const named = new Set([now.head.id, ...now.head.old.map(({ id }) => id)]);
  const gone = [before.head, ...before.head.old].filter(({ n, id }) => n > 0 && !named.has(id));
  for (const { id } of gone) await purgeSnapshot(place, id);
  await purgeOrphans(place, named, now);
}

async function purgeOrphans(place: Place, named: ReadonlySet<string>, now: KeptHead): Promise<void> {
  const { bus, subjects } = place;
  const found = await subjectsOf(bus, STREAM, subjects.allChunks);
  const ids = new Set([...found.keys()].map((subject) => subject.split('.').at(-2) as string));
  const orphans = [...ids].filter((id) => !named.has(id));
  if (orphans.length === 0) return;
  const head = await lastMessage(bus, STREAM, subjects.head);
  if (head?.seq !== now.seq) return; // another one may name them
  for (const id of orphans) {
    const any = [...found.keys()].find((subject) => subject.split('.').at(-2) === id) as string;
    const chunk = await lastMessage(bus, STREAM, any);
    if (chunk && head.stored - chunk.stored > ORPHAN_MS) await purgeSnapshot(place, id);
  }
}
