/** `slate doc ls`: the documents that are kept. */
import { parseArgs } from 'node:util';
import type { Bus } from '../../bus/bus.js';
import { isoTime } from '../../clock.js';
import { placeOf, readDocument } from '../../documents/history/operations.js';
import type { SlateError } from '../../errors.js';
import { type Makeup, makeupOf } from '../documents/content.js';
import { type InventoryEntry, inventory } from '../documents/inventory.js';
import { nameText, word } from './document-name.js';
import { withBus } from './documents-at.js';
import { UsageError } from './exit.js';
import { CONNECTION_FLAGS } from './flags.js';
import type { Io } from './io.js';
import { table } from './table.js';
import { palette, safe, short, wantsColor } from './text.js';

type Row = InventoryEntry & { readonly makeup?: Makeup | undefined };

export async function listCommand(args: string[], io: Io): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...CONNECTION_FLAGS,
      stats: { type: 'boolean' },
      deleted: { type: 'boolean' },
      json: { type: 'boolean' },
    },
  });
  const [project, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError('slate doc ls takes one project, or none for all');
  const { stdout, env } = io;
  const rows = await withBus(values, io, async (bus) => {
    const all = (await inventory(bus, project)).filter(({ head }) => values.deleted || !head?.deleted);
    return values.stats ? await withMakeup(bus, all) : all;
  });
  if (values.json) for (const row of rows) stdout.write(`${safe(JSON.stringify(asJson(row)))}\n`);
  else if (rows.length > 0) {
    const { bold } = palette(wantsColor(stdout, env));
    const head = ['project', 'document', 'size', 'log', 'log size', 'versions', 'last saved', 'by'];
    const all = [values.stats ? [...head, 'structs', 'deleted'] : head, ...rows.map((row) => cells(row))];
    const [first = '', ...others] = table(all, [2, 3, 4, 5, 8, 9]);
    stdout.write(`${[bold(first), ...others].join('\n')}\n`);
  }
}

/** One after another, because each of them is read whole. */
async function withMakeup(bus: Bus, documents: readonly InventoryEntry[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const each of documents) {
    const errors: SlateError[] = []; // of one document, `slate doc show` says what is wrong
    const place = placeOf(bus, each, { report: (error) => errors.push(error) });
    const readable = each.head && !each.head.deleted && !each.head.sealed;
    const doc = readable ? (await readDocument(place).catch(() => undefined))?.doc : undefined;
    rows.push({ ...each, makeup: doc && makeupOf(doc) });
    doc?.destroy();
  }
  return rows;
}

function cells({ project, name, head, entries, bytes, savedAt, savedBy, makeup }: Row): string[] {
  const of = [word(project), word(nameText(name))];
  if (!head) return [...of, 'its head cannot be read'];
  if (head.deleted) return [...of, 'deleted', '', '', String(versions(head)), isoTime(head.at), by(head.by)];
  return [
    ...of,
    `${short(head.bytes)}B`,
    String(entries),
    `${short(bytes)}B`,
    String(versions(head)),
    isoTime(savedAt),
    by(savedBy),
    ...(makeup ? [String(makeup.structs), String(makeup.deleted)] : []),
  ];
}

const by = (user: string | undefined) => (user ? word(user) : '');

/** The newest one included. */
function versions({ n, old }: NonNullable<Row['head']>): number {
  return old.length + (n > 0 ? 1 : 0);
}

function asJson({ project, name, head, entries, bytes, savedAt, savedBy, makeup }: Row): object {
  if (!head) return { project, document: name, readable: false };
  const { deleted = false, lineage } = head;
  return {
    project,
    document: name,
    lineage,
    deleted,
    bytes: head.bytes,
    versions: versions(head),
    log: { entries, bytes },
    saved: { at: isoTime(savedAt), by: savedBy },
    ...(makeup && { madeOf: makeup }),
  };
}
