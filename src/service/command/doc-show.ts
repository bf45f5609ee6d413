/** `slate doc show`: what is kept of one document. */
import { parseArgs } from 'node:util';
import { isoTime } from '../../clock.js';
import { type ReadDocument, readDocument } from '../../documents/history/operations.js';
import type { Head, Snapshot } from '../../protocol/document-head.js';
import { makeupOf, partsOf, textOf } from '../documents/content.js';
import { headOf, mustBeReadable } from './doc-errors.js';
import { documentText, namedDocument, word } from './document-name.js';
import { withDocument } from './documents-at.js';
import { CONNECTION_FLAGS } from './flags.js';
import type { Io } from './io.js';
import { table } from './table.js';
import { palette, safe, short, wantsColor } from './text.js';

export async function showCommand(args: string[], io: Io): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...CONNECTION_FLAGS, text: { type: 'boolean' }, json: { type: 'boolean' } },
  });
  const document = namedDocument('slate doc show', positionals);
  const { head, read } = await withDocument(values, io, document, async (place) => {
    const kept = await headOf(place, document);
    if (values.text) mustBeReadable(kept, document);
    const { head } = kept;
    return head.sealed ? { head } : { head, read: await readDocument(place) };
  });
  const { stdout, env } = io;
  if (values.text && read) stdout.write(texts(read));
  else if (values.json) stdout.write(`${safe(JSON.stringify({ ...document, ...asJson(head, read) }))}\n`);
  else {
    const { dim } = palette(wantsColor(stdout, env));
    const facts = [['document', documentText(document)], ...factsOf(head, read)];
    const lines = facts.map(([name = '', fact = '']) => `${dim(name.padEnd(10))}${fact}`);
    stdout.write(`${[...lines, ...versionLines(head)].join('\n')}\n`);
  }
}

function factsOf(head: Head, read: ReadDocument | undefined): string[][] {
  return [
    ['lineage', head.lineage],
    ...(head.deleted ? [['deleted', `at ${isoTime(head.at)}; slate doc undelete has it back`]] : []),
    ['size', `${short(head.bytes)}B in ${head.n} ${head.n === 1 ? 'chunk' : 'chunks'}`],
    ...(read ? contentFacts(head, read) : [['sealed', 'only pages that have its key can read it']]),
  ];
}

function contentFacts(head: Head, { doc, tail, due, bad, incomplete }: ReadDocument): string[][] {
  const { structs, deleted, clients } = makeupOf(doc);
  const unreadable = [...new Set([...(head.bad?.seqs ?? []), ...bad])];
  const count = (head.bad?.count ?? 0) + bad.filter((seq) => !head.bad?.seqs.includes(seq)).length;
  return [
    ['log', `${tail.messages} entries, ${short(tail.bytes)}B${due ? ', due to be compacted' : ''}`],
    ['made of', `${structs} structs of ${clients} clients, ${deleted} deleted`],
    ...partsOf(doc).map((part, n) => [n === 0 ? 'holds' : '', `${part.kind} ${word(part.name)}${lengthOf(doc, part)}`]),
    ...(incomplete ? [['lacks', 'edits that others depend on; it is not compacted']] : []),
    ...(count > 0 ? [['bad', `${count} entries cannot be read: ${unreadable.join(', ')}`]] : []),
  ];
}

function lengthOf(...[doc, part]: Parameters<typeof textOf>): string {
  return part.kind === 'text' ? ` of ${textOf(doc, part).length} characters` : '';
}

function versionLines(head: Head): string[] {
  const rows = versionsOf(head).map(({ id, at, bytes, by, name }) => [
    id,
    isoTime(at),
    `${short(bytes)}B`,
    by ? word(by) : '',
    name ? word(name) : '',
  ]);
  return rows.length > 0 ? ['', ...table([['version', 'made', 'size', 'by', 'name'], ...rows], [2])] : [];
}

function versionsOf(head: Head): readonly Snapshot[] {
  return head.n > 0 ? [head, ...head.old] : head.old;
}

/** Each line safe for a terminal, and a heading for each where there are several. */
function texts({ doc }: ReadDocument): string {
  const parts = partsOf(doc).filter(({ kind }) => kind === 'text' || kind === 'xml');
  return parts
    .map((part) => `${parts.length > 1 ? `== ${word(part.name)}\n` : ''}${lines(textOf(doc, part))}\n`)
    .join('');
}

function lines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(safe).join('\t'))
    .join('\n');
}

function asJson(head: Head, read: ReadDocument | undefined): object {
  const versions = versionsOf(head).map(({ id, at, bytes, by, name }) => ({ id, at: isoTime(at), bytes, by, name }));
  const { lineage, deleted = false, sealed = false, bytes, n: chunks } = head;
  return { lineage, deleted, sealed, bytes, chunks, versions, ...(read && contentJson(head, read)) };
}

function contentJson(head: Head, { doc, tail, due, bad, incomplete }: ReadDocument): object {
  const log = { entries: tail.messages, bytes: tail.bytes, due };
  const unreadable = { inSnapshot: head.bad?.count ?? 0, inLog: bad };
  return { log, unreadable, incomplete, madeOf: makeupOf(doc), parts: partsOf(doc) };
}
