/**
 * Y9: what comes into a document from elsewhere, from a local store, an import or another provider, is no edit of this
 * session. It is saved as well, and the document is not called saved before.
 */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { applyUpdate, Doc, encodeStateAsUpdate } from 'yjs';
import { connect } from '../../src/bus/nats/connect.js';
import { openDocument } from '../../src/documents/open.js';
import type { DocumentOptions } from '../../src/documents/types.js';
import type { Bus } from '../../src/index.js';
import { coldText } from '../support/history-lab.js';
import { type LocalServer, natsServer } from '../support/nats.js';
import { until } from '../support/wait.js';

let server: LocalServer;
let reader: Bus;
beforeAll(async () => {
  server = await natsServer({ jetstream: true });
  reader = await connect({ servers: server.wsUrl });
});
afterAll(async () => {
  await reader.close();
  await server.stop();
});

let count = 0;
const fresh = () => `elsewhere-${++count}`;

const written = (words: string) => {
  const doc = new Doc();
  doc.getText('text').insert(0, words);
  return doc;
};

async function open(name: string, options: Partial<DocumentOptions> = {}) {
  const bus = await connect({ servers: server.wsUrl });
  const document = await openDocument(bus, { project: 'p1', name, ...options });
  onTestFinished(async () => {
    await document.close();
    await bus.close();
  });
  return document;
}

it('Y9: what another provider brings while the document is open', async () => {
  const name = fresh();
  const document = await open(name);
  await until(() => document.status.state === 'saved', { what: 'saved' });
  applyUpdate(document.doc, encodeStateAsUpdate(written('from elsewhere')), 'another provider');
  expect(document.status).toMatchObject({ state: 'saving', unsaved: 1 });
  await until(() => document.status.state === 'saved', { what: 'saved again' });
  expect(document.status.unsaved).toBe(0);
  expect(await coldText(reader, name)).toBe('from elsewhere');
});

it('Y9: what a document has when it is opened', async () => {
  const name = fresh();
  const document = await open(name, { doc: written('brought along') });
  await until(() => document.status.state === 'saved', { what: 'saved' });
  expect(await coldText(reader, name)).toBe('brought along');
});

it('Y9: save() and close() wait for it', async () => {
  const names = [fresh(), fresh()] as const;
  const [one, other] = [await open(names[0]), await open(names[1], { doc: written('brought along') })];
  applyUpdate(one.doc, encodeStateAsUpdate(written('from elsewhere')), 'another provider');
  await Promise.all([one.save(), other.close()]);
  expect(await coldText(reader, names[0])).toBe('from elsewhere');
  expect(await coldText(reader, names[1])).toBe('brought along');
});
