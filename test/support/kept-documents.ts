/** Documents in the history of a real server, as pages keep them: for the tests of what operators do with them. */
import * as Y from 'yjs';
import type { Bus } from '../../src/bus/bus.js';
import {
  type DocumentPlace,
  ensureDocumentStream,
  importDocument,
  placeOf,
} from '../../src/documents/history/operations.js';
import { store } from '../../src/jetstream/messages.js';
import { encodeUpdate } from '../../src/protocol/document-history.js';
import { documentSubjects } from '../../src/protocol/document-subjects.js';

/** A document with a text `content`, in a snapshot alone. Makes the stream where it is missing. */
export async function keepDocument(bus: Bus, document: DocumentPlace, text: string, by?: string): Promise<Y.Doc> {
  await ensureDocumentStream(bus);
  const doc = new Y.Doc();
  doc.getText('content').insert(0, text);
  await importDocument(placeOf(bus, document), Y.encodeStateAsUpdate(doc), by);
  return doc;
}

/** Adds edits to the log, each of which puts `text` at the end, and waits until they are kept. */
export async function keepEdits(
  bus: Bus,
  { project, name }: DocumentPlace,
  doc: Y.Doc,
  { count, text = 'x', user = '' }: { readonly count: number; readonly text?: string; readonly user?: string },
): Promise<void> {
  const entries: Uint8Array[] = [];
  const keep = (update: Uint8Array) => entries.push(encodeUpdate(update));
  doc.on('updateV2', keep);
  for (let n = 0; n < count; n++) doc.getText('content').insert(doc.getText('content').length, text);
  doc.off('updateV2', keep);
  const { log } = documentSubjects(project, name, user);
  for (let at = 0; at < entries.length; at += 50) {
    await Promise.all(entries.slice(at, at + 50).map((entry) => store(bus, log, entry)));
  }
}
