/** `slate doc compact`, `delete` and `undelete`. */
import { parseArgs } from 'node:util';
import { compact, deleteDocument, undeleteDocument } from '../../documents/history/operations.js';
import { tellMembers } from '../documents/tell-members.js';
import { agreed } from './agreed.js';
import { whole } from './amounts.js';
import { headOf, mustBeReadable, noDocument } from './doc-errors.js';
import { documentText, namedDocument } from './document-name.js';
import { withDocument } from './documents-at.js';
import { CONNECTION_FLAGS } from './flags.js';
import type { Io } from './io.js';
import { short } from './text.js';

const DEFAULT_KEEP = 20;

export async function compactCommand(args: string[], io: Io): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...CONNECTION_FLAGS, keep: { type: 'string' }, name: { type: 'string' } },
  });
  const document = namedDocument('slate doc compact', positionals);
  const keep = whole('--keep', values.keep, 1, 1000) ?? DEFAULT_KEEP;
  const moved = await withDocument(values, io, document, async (place) => {
    mustBeReadable(await headOf(place, document), document);
    const made = await compact(place, { keep, by: 'slate doc compact', name: values.name });
    if (made) await tellMembers(place);
    return made;
  });
  const said = moved ? `version ${moved.head.id}, ${short(moved.head.bytes)}B` : 'nothing to compact';
  io.stdout.write(`${documentText(document)}: ${said}\n`);
}

export async function deleteCommand(args: string[], io: Io): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...CONNECTION_FLAGS, yes: { type: 'boolean', short: 'y' }, 'for-good': { type: 'boolean' } },
  });
  const document = namedDocument('slate doc delete', positionals);
  const forGood = values['for-good'] === true;
  await withDocument(values, io, document, async (place) => {
    const kept = await headOf(place, document);
    if (kept.head.deleted && !forGood) throw noDocument(document);
    if (!forGood) mustBeReadable(kept, document);
    const what = forGood ? ', and all of its versions, for good' : '; its versions are kept';
    await agreed(io, values.yes, `Delete ${documentText(document)}${what}?`);
    await deleteDocument(place, { keep: DEFAULT_KEEP, by: 'slate doc delete' }, forGood);
    await tellMembers(place);
  });
  io.stdout.write(`${documentText(document)}: deleted\n`);
}

export async function undeleteCommand(args: string[], io: Io): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: CONNECTION_FLAGS });
  const document = namedDocument('slate doc undelete', positionals);
  await withDocument(values, io, document, async (place) => {
    await headOf(place, document);
    await undeleteDocument(place);
    await tellMembers(place);
  });
  io.stdout.write(`${documentText(document)}: back\n`);
}
