/**
 * What can be done with documents from outside of them: by a service, or by the `slate doc` command. Each call needs a
 * bus alone; the documents need not be open anywhere.
 */
import * as Y from 'yjs';
import type { Bus } from '../../bus/bus.js';
import { type Random, systemRandom } from '../../clock.js';
import { OptionError, type SlateError } from '../../errors.js';
import { randomId } from '../../id.js';
import { readMessages } from '../../jetstream/ordered.js';
import { subjectsOf } from '../../jetstream/streams.js';
import { decodeHead, type Head } from '../../protocol/document-head.js';
import { type DocumentName, documentOf, documentSubjects, headsOf } from '../../protocol/document-subjects.js';
import { isDue } from './compaction.js';
import type { HistoryCipher } from './options.js';
import { moveHead, type Place, readHead, STREAM } from './place.js';
import { Replica, type Tail } from './replica.js';
import { purgeSnapshot, writeSnapshot } from './snapshots.js';

export { type CompactOptions, compact } from './compaction.js';
export { beginHead, ensureDocumentStream, STREAM, type StreamOptions } from './place.js';
export { deleteDocument, listVersions, loadVersion, nameVersion, undeleteDocument } from './versions.js';

/** Which document is meant. */
export interface DocumentPlace {
  readonly project: string;
  readonly name: DocumentName;
}

export interface PlaceOptions {
  /** Receives what cannot be read and is left out. @defaultValue the bus reports it */
  readonly report?: ((error: SlateError) => void) | undefined;
  readonly random?: Random | undefined;
  readonly cipher?: HistoryCipher | undefined;
}

/** The place of a document's history, for the functions that need one. Throws {@link InvalidIdError}. */
export function placeOf(bus: Bus, { project, name }: DocumentPlace, options: PlaceOptions = {}): Place {
  const { report = (error: SlateError) => bus.report(error), random = systemRandom, cipher } = options;
  const document = typeof name === 'string' ? name : name.guid;
  return { bus, clock: bus.clock, random, subjects: documentSubjects(project, name), document, cipher, report };
}

/** What is kept of a document. */
export interface ReadDocument {
  readonly doc: Y.Doc;
  /** `undefined` where there is none. */
  readonly head: Head | undefined;
  /** What the log holds behind the snapshot. */
  readonly tail: Tail;
  /** The log is long enough to be folded. */
  readonly due: boolean;
  /** The sequence numbers of entries behind the snapshot that cannot be read. */
  readonly bad: readonly number[];
  /** Entries are missing that others depend on. */
  readonly incomplete: boolean;
}

/** Reads a document, a deleted one included. Rejects as `Replica.read` does. */
export async function readDocument(place: Place): Promise<ReadDocument> {
  const doc = new Y.Doc();
  const replica = new Replica(place, doc, { origin: {} });
  await replica.read();
  return {
    doc,
    head: replica.head?.head,
    tail: replica.tail,
    due: isDue(replica),
    bad: [...replica.bad.keys()],
    incomplete: replica.knowledge.lacks(doc),
  };
}

/** A document that has a head. */
export interface ListedDocument extends DocumentPlace {
  /** `undefined` where it cannot be read. */
  readonly head: Head | undefined;
}

/** The documents of a project, or of all, in the order of their last heads. Rejects as `readMessages` does. */
export async function listDocuments(bus: Bus, project?: string, random = systemRandom): Promise<ListedDocument[]> {
  const found: ListedDocument[] = [];
  const where = { bus, clock: bus.clock, random, stream: STREAM, filter: headsOf(project) };
  await readMessages({ ...where, from: 'last of each' }, (messages) => {
    for (const { subject, data } of messages) {
      const place = documentOf(subject);
      if (place) found.push({ ...place, head: headOf(data) });
    }
  });
  return found;
}

function headOf(data: Uint8Array): Head | undefined {
  try {
    return decodeHead(data);
  } catch {
    return undefined; // anyone may have written it
  }
}

/** How many messages the stream has of a document. Rejects as `callApi` does. */
export async function countMessages({
  bus,
  subjects,
}: Place): Promise<{ readonly log: number; readonly chunks: number }> {
  const count = async (filter: string) => {
    const found = await subjectsOf(bus, STREAM, filter);
    return [...found.values()].reduce((sum, each) => sum + each, 0);
  };
  return { log: await count(subjects.logAll), chunks: await count(subjects.allChunks) };
}

/**
 * Makes a document of a state, a V1 update. Rejects with {@link OptionError} where there is one of this name, or where
 * the state is no update; and as `store` does.
 */
export async function importDocument(place: Place, state: Uint8Array, by?: string): Promise<Head> {
  if (await readHead(place)) throw exists();
  const written = await writeSnapshot(place, readState(state));
  const rest = { seq: 0, old: [], at: place.clock.date(), by, ...(place.cipher && { sealed: true }) };
  const moved = await moveHead(place, { v: 1, lineage: randomId(place.random), ...written, ...rest }, 0);
  if (moved) return moved.head;
  await purgeSnapshot(place, written.id);
  throw exists();
}

const exists = () => new OptionError('name', 'is that of a document which is there already');

function readState(state: Uint8Array): Y.Doc {
  const doc = new Y.Doc();
  try {
    Y.applyUpdate(doc, state);
  } catch (cause) {
    throw new OptionError('state', 'is no update of Yjs', { cause });
  }
  if (doc.store.pendingStructs || doc.store.pendingDs) throw new OptionError('state', 'is not whole');
  return doc;
}
