/** `slate doc export` and `slate doc import`: a document as a file, and a file as a document. */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import * as Y from 'yjs';
import { importDocument, loadVersion, readDocument } from '../../documents/history/operations.js';
import { readHead } from '../../documents/history/place.js';
import { jsonOf } from '../documents/content.js';
import { readText, readUpdate } from '../documents/read-update.js';
import { replaceDocument } from '../documents/replace.js';
import { tellMembers } from '../documents/tell-members.js';
import { agreed } from './agreed.js';
import { headOf, mustBeReadable, noDocument } from './doc-errors.js';
import { documentText, namedDocument } from './document-name.js';
import { withDocument } from './documents-at.js';
import { UsageError } from './exit.js';
import { CONNECTION_FLAGS } from './flags.js';
import type { Io } from './io.js';
import { safe, short } from './text.js';

/** The command, and who made what it imports. */
const IMPORT = `slate doc import`;

export async function exportCommand(args: string[], io: Io): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...CONNECTION_FLAGS,
      version: { type: 'string' },
      output: { type: 'string', short: 'o' },
      json: { type: 'boolean' },
    },
  });
  const document = namedDocument('slate doc export', positionals);
  const { version, output, json } = values;
  const { stdout, stderr } = io;
  if (output === undefined && !json && stdout.isTTY) {
    throw new UsageError('slate doc export writes bytes: give -o <file>, or --json');
  }
  const doc = await withDocument(values, io, document, async (place) => {
    const kept = await headOf(place, document);
    mustBeReadable(kept, document);
    if (version !== undefined) return loadVersion(place, version);
    if (kept.head.deleted) throw noDocument(document);
    return (await readDocument(place)).doc;
  });
  const content = json ? `${safe(JSON.stringify(jsonOf(doc)))}\n` : Y.encodeStateAsUpdate(doc);
  if (output === undefined) return void stdout.write(content);
  await writeFile(output, content);
  stderr.write(`${documentText(document)}: ${short(content.length)}B in ${safe(output)}\n`);
}

export async function importCommand(args: string[], io: Io): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...CONNECTION_FLAGS,
      text: { type: 'string' },
      replace: { type: 'boolean' },
      yes: { type: 'boolean', short: 'y' },
    },
  });
  const document = namedDocument(IMPORT, positionals, 1);
  const [, , file = ''] = positionals;
  const bytes = await readFile(file);
  const doc = values.text === undefined ? readUpdate(bytes) : readText(bytes, values.text);
  const state = Y.encodeStateAsUpdate(doc);
  await withDocument(values, io, document, async (place) => {
    const there = values.replace ? await readHead(place) : undefined;
    if (there) mustBeReadable(there, document);
    else return void (await importDocument(place, state, IMPORT));
    await agreed(io, values.yes, `Replace ${documentText(document)}, and all of its versions?`);
    await replaceDocument(place, state, IMPORT);
    await tellMembers(place);
  });
  io.stderr.write(`${documentText(document)}: imported, ${short(state.length)}B\n`);
}
