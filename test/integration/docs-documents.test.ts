/** docs/documents-operations.md: the permissions that it shows are enough for their document, and for no other. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { connect } from '../../src/bus/nats/connect.js';
import { openDocument } from '../../src/documents/open.js';
import { PermissionError, type SlateError } from '../../src/errors.js';
import { DOC_HELP } from '../../src/service/command/doc.js';
import { coldText } from '../support/history-lab.js';
import { keepDocument } from '../support/kept-documents.js';
import { natsServer } from '../support/nats.js';

const text = readFileSync(new URL('../../docs/documents-operations.md', import.meta.url), 'utf8');
const [, permissions = ''] = /<!-- permissions of one document -->\n```conf\n([^`]+)```/.exec(text) ?? [];

it('Y19: a page with the permissions of one document opens and saves it, and reaches no other', async () => {
  const config = `authorization { users = [
    { user: root, password: root }
    { user: ada, password: ada, permissions { ${permissions} } }
  ] }`;
  await using server = await natsServer({ jetstream: true, config });
  const root = await connect({ servers: server.wsUrl, user: 'root', pass: 'root' });
  const page = await connect({ servers: server.wsUrl, user: 'ada', pass: 'ada' });
  await keepDocument(root, { project: 'p1', name: 'notes' }, 'kept');
  const document = await openDocument(page, { project: 'p1', name: 'notes', verified: true, user: 'ada' });
  const errors: SlateError[] = [];
  document.on('error', (error) => errors.push(error));
  page.on('error', (error) => errors.push(error));
  expect(document.doc.getText('content').toString()).toBe('kept');
  document.doc.getText('text').insert(0, 'hello');
  await document.save();
  expect(await coldText(root, 'notes')).toBe('hello');
  await document.close();
  expect(errors).toEqual([]);
  const others = [
    'slate.collab.doclog.p1.notes.bob',
    'slate.collab.docsync.p1.notes.bob',
    'slate.collab.doclog.p1.other.ada',
    'slate.collab.dochead.p1.notes',
    '$JS.API.DIRECT.GET.SLATE_DOCS.slate.collab.dochead.p1.other',
    '$JS.API.CONSUMER.CREATE.SLATE_DOCS.x.slate.collab.doclog.p1.other.*',
  ];
  for (const subject of others) await expect(page.request(subject, {}, 2000)).rejects.toThrow(PermissionError);
  await Promise.all([page.close(), root.close()]);
}, 20_000);

it('shows only commands and options that there are', () => {
  const commands = [...text.matchAll(/slate doc (\w+)/g)].map(([, action = '']) => action);
  expect(commands.length).toBeGreaterThan(8);
  for (const action of commands) expect(DOC_HELP).toContain(`slate doc ${action}`);
});
