/** All documents of a project, or of all projects: their heads, and what their logs hold behind them. */
import type { Bus } from '../../bus/bus.js';
import { systemRandom } from '../../clock.js';
import { type ListedDocument, listDocuments, STREAM } from '../../documents/history/operations.js';
import { readMessages } from '../../jetstream/ordered.js';
import { documentOf, documentUser, logsOf } from '../../protocol/document-subjects.js';

export interface InventoryEntry extends ListedDocument {
  /** What the log holds behind the snapshot: entries, and their bytes. */
  readonly entries: number;
  readonly bytes: number;
  /** When the document was saved last, in milliseconds since 1970 by the server's clock. */
  readonly savedAt: number;
  /** By whom; empty where that is not known, as in open rooms. */
  readonly savedBy: string;
}

/** By project and name. Rejects as `readMessages` does. */
export async function inventory(bus: Bus, project?: string): Promise<InventoryEntry[]> {
  const entries = new Map<string, Mutable<InventoryEntry>>();
  for (const each of await listDocuments(bus, project)) {
    const [savedAt, savedBy] = [each.head?.at ?? 0, each.head?.by ?? ''];
    entries.set(key(each), { ...each, entries: 0, bytes: 0, savedAt, savedBy });
  }
  const log = { bus, clock: bus.clock, random: systemRandom, stream: STREAM, filter: logsOf(project), from: 1 };
  const bySubject = new Map<string, Mutable<InventoryEntry> | undefined>(); // reading names out of them takes long
  await readMessages(log, (messages) => {
    for (const { subject, seq, stored, data } of messages) {
      const document = bySubject.has(subject) ? undefined : documentOf(subject);
      if (document) bySubject.set(subject, entries.get(key(document)));
      const entry = bySubject.get(subject);
      if (!entry || seq <= (entry.head?.seq ?? 0)) continue; // a snapshot has it
      entry.entries++;
      entry.bytes += data.length;
      entry.savedAt = stored;
      entry.savedBy = documentUser(subject) ?? '';
    }
  });
  return [...entries.values()].sort((a, b) => compare(key(a), key(b)));
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function key({ project, name }: Pick<ListedDocument, 'project' | 'name'>): string {
  return JSON.stringify([project, name]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
