/** Sessions of documents with a history, on a real server: each with its own `Y.Doc`, and what it reported. */
import * as Y from 'yjs';
import type { Bus } from '../../src/bus/bus.js';
import { systemClock, systemRandom } from '../../src/clock.js';
import { Authors } from '../../src/documents/authors.js';
import { History } from '../../src/documents/history/history.js';
import { placeOf } from '../../src/documents/history/operations.js';
import type { HistoryOptions } from '../../src/documents/history/options.js';
import type { Place } from '../../src/documents/history/place.js';
import type { SlateError } from '../../src/errors.js';
import { documentSubjects } from '../../src/protocol/document-subjects.js';

export const PROJECT = 'p1';

export interface Session {
  readonly doc: Y.Doc;
  readonly text: Y.Text;
  readonly history: History;
  readonly errors: SlateError[];
}

/** A session that has not opened its history yet. */
export function session(bus: Bus, name: string, options: Partial<HistoryOptions> = {}): Session {
  const doc = options.doc ?? new Y.Doc();
  const errors: SlateError[] = [];
  const history = new History({
    bus,
    clock: systemClock,
    random: systemRandom,
    doc,
    authors: new Authors(),
    subjects: documentSubjects(PROJECT, name),
    document: name,
    origin: {},
    readOnly: false,
    by: 'ada',
    keep: 20,
    report: (error) => errors.push(error),
    changed: () => undefined,
    ...options,
  });
  return { doc, text: doc.getText('text'), history, errors };
}

/** A session that has opened it, and saves. */
export async function opened(bus: Bus, name: string, options: Partial<HistoryOptions> = {}): Promise<Session> {
  const made = session(bus, name, options);
  await made.history.open();
  made.history.start();
  return made;
}

/** The place of a document, whose errors go to `errors`. */
export function place(bus: Bus, name: string, errors: SlateError[] = []): Place {
  return placeOf(bus, { project: PROJECT, name }, { report: (error) => errors.push(error) });
}

/** The text of a document, as who opens it cold reads it. */
export async function coldText(bus: Bus, name: string): Promise<string> {
  const { history, text } = session(bus, name, { readOnly: true });
  await history.open();
  await history.stop();
  return text.toString();
}
