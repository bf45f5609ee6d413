/** Y13: the service for documents on a real server: what it compacts, alone and with others, and how it ends. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Bus } from '../../src/bus/bus.js';
import { connect } from '../../src/bus/nats/connect.js';
import { type DocumentPlace, placeOf, readDocument, STREAM } from '../../src/documents/history/operations.js';
import { OptionError, type SlateError } from '../../src/errors.js';
import { subjectsOf } from '../../src/jetstream/streams.js';
import { documentSubjects } from '../../src/protocol/document-subjects.js';
import { type Compacted, type LocalServer, startDocumentService } from '../../src/service/index.js';
import { keepDocument, keepEdits } from '../support/kept-documents.js';
import { natsServer, restarted } from '../support/nats.js';
import { until, within } from '../support/wait.js';

const SOON = { deadlineMs: 20_000 };
let server: LocalServer;
let bus: Bus;
const buses: Bus[] = [];

beforeAll(async () => {
  server = await natsServer({ jetstream: true });
});
afterAll(() => server.stop());
beforeEach(async () => {
  bus = await client();
});
afterEach(async () => {
  await bus.request(`$JS.API.STREAM.DELETE.${STREAM}`, undefined, 2000);
  await Promise.all(buses.splice(0).map((each) => each.close()));
});

async function client(): Promise<Bus> {
  const made = await connect({ servers: server.wsUrl });
  buses.push(made);
  return made;
}

/** Ids are drawn as waits are, so that they may be short and must not be equal. */
const hardly = () => Math.random() / 100;

/** A service that looks often and does not wait, and what it did. */
async function service(own: Bus, options: Parameters<typeof startDocumentService>[1] = {}) {
  const done: Compacted[] = [];
  const errors: SlateError[] = [];
  const started = await startDocumentService(own, {
    everyMs: 100,
    random: hardly,
    onCompacted: (each) => done.push(each),
    onError: (error) => errors.push(error),
    ...options,
  });
  return { done, errors, service: started };
}

const named = (n: number): DocumentPlace => ({ project: 'p1', name: `doc ${n}` });
const NOTES: DocumentPlace = { project: 'p1', name: 'notes' };
const textOf = async (document: DocumentPlace) =>
  (await readDocument(placeOf(bus, document))).doc.getText('content').toString();

it('Y13: compacts what is due when it starts, and what becomes due later, and nothing else', async () => {
  const [doc, quiet] = [await keepDocument(bus, NOTES, 'a'), await keepDocument(bus, named(1), 'b')];
  await keepEdits(bus, NOTES, doc, { count: 501 });
  await keepEdits(bus, named(1), quiet, { count: 500 });
  const { done, errors, service: running } = await service(bus);
  await until(() => done.length === 1, { ...SOON, what: 'the first' });
  expect(done).toMatchObject([{ ...NOTES, entries: 501 }]);
  expect((await readDocument(placeOf(bus, NOTES))).tail.messages).toBe(0);
  await keepEdits(bus, named(1), quiet, { count: 1 });
  await until(() => done.length === 2, { ...SOON, what: 'the second' });
  await keepEdits(bus, NOTES, doc, { count: 1, text: 'y'.repeat(40_000) });
  await keepEdits(bus, NOTES, doc, { count: 1, text: 'z'.repeat(40_000) });
  await until(() => done.length === 3, { ...SOON, what: 'the third, which is large' });
  expect(await textOf(NOTES)).toBe(`a${'x'.repeat(501)}${'y'.repeat(40_000)}${'z'.repeat(40_000)}`);
  expect(await textOf(named(1))).toBe(`b${'x'.repeat(501)}`);
  expect(running.stats).toEqual({ documents: 2, due: 0, compacted: 3, lost: 0, failed: 0 });
  // One generation behind: the entries of the first compaction are gone, those of the second are kept.
  const kept = await subjectsOf(bus, STREAM, documentSubjects('p1', 'notes').logAll);
  expect([...kept.values()]).toEqual([2]);
  await running.stop();
  expect(errors).toEqual([]);
});

it('Y10, Y13: several services on many documents: each is compacted, and none is by two', async () => {
  const count = 12;
  for (let n = 0; n < count; n++) {
    await keepEdits(bus, named(n), await keepDocument(bus, named(n), ''), { count: 501 });
  }
  const all = await Promise.all(
    Array.from({ length: 3 }, async () => service(await client(), { random: Math.random, everyMs: 200 })),
  );
  const names = () => all.flatMap(({ done }) => done.map(({ name }) => name));
  await until(() => names().length >= count, { ...SOON, what: 'all to be compacted' });
  await Promise.all(all.map((each) => each.service.stop()));
  expect(names().sort()).toEqual(Array.from({ length: count }, (_, n) => `doc ${n}`).sort());
  for (let n = 0; n < count; n++) expect(await textOf(named(n))).toBe('x'.repeat(501));
  expect(all.flatMap(({ errors }) => errors)).toEqual([]);
});

it('Y15: keeps as many versions as it is told', async () => {
  const doc = await keepDocument(bus, NOTES, '');
  const { done, service: running } = await service(bus, { keep: 2, by: 'the service' });
  for (let n = 1; n <= 4; n++) {
    await keepEdits(bus, NOTES, doc, { count: 501 });
    await until(() => done.length === n, { ...SOON, what: `compaction ${n}` });
  }
  await running.stop();
  const { head } = await readDocument(placeOf(bus, NOTES));
  expect(head?.old).toHaveLength(2);
  expect(head?.by).toBe('the service');
});

it('Y14: an entry that cannot be read stops neither its document nor others', async () => {
  const doc = await keepDocument(bus, NOTES, '');
  await bus.request(documentSubjects('p1', 'notes').log, Uint8Array.of(1, 0, 255, 255, 255), 2000);
  await bus.request(documentSubjects('p1', 'other').head, { v: 9 }, 2000);
  await keepEdits(bus, NOTES, doc, { count: 501 });
  const { done, errors, service: running } = await service(bus);
  await until(() => done.length === 1, { ...SOON, what: 'the compaction' });
  await running.stop();
  expect(await textOf(NOTES)).toBe('x'.repeat(501));
  expect((await readDocument(placeOf(bus, NOTES))).head?.bad?.count).toBe(1);
  expect(errors.map(({ name }) => name).sort()).toEqual(['HistoryError', 'HistoryError']);
});

it('notices that the stream was deleted and made anew', async () => {
  const { done, service: running } = await service(bus);
  await keepEdits(bus, named(1), await keepDocument(bus, named(1), ''), { count: 600 });
  await until(() => done.length === 1, { ...SOON, what: 'a compaction' });
  await bus.request(`$JS.API.STREAM.DELETE.${STREAM}`, undefined, 2000);
  await keepEdits(bus, NOTES, await keepDocument(bus, NOTES, ''), { count: 501 });
  await until(() => done.length === 2, { ...SOON, what: 'a compaction in the new stream' });
  expect(done[1]).toMatchObject(NOTES);
  expect(running.stats.documents).toBe(1);
  await running.stop();
});

it('goes on when its server was away', async () => {
  const storeDir = await mkdtemp(join(tmpdir(), 'slate-docs-'));
  const first = await natsServer({ storeDir });
  const own = await connect({ servers: first.wsUrl });
  const made = await keepDocument(own, NOTES, '');
  const { done, service: running } = await service(own);
  await until(() => running.stats.documents === 1, { what: 'the document' });
  await first.kill();
  await until(() => own.status.type !== 'connected', { what: 'the loss' });
  await using again = await restarted(first, { storeDir });
  await until(() => own.status.type === 'connected', { ...SOON, what: 'the connection' });
  await keepEdits(own, NOTES, made, { count: 501 });
  await until(() => done.length === 1, { ...SOON, what: 'the compaction' });
  expect(again.version).toBe(first.version);
  await running.stop();
  await own.close();
  await rm(storeDir, { recursive: true, force: true });
  await keepDocument(bus, NOTES, ''); // the stream that is deleted after each test
}, 40_000);

it('ends with its signal, when it is disposed, and with an error when its connection is closed', async () => {
  const ending = new AbortController();
  const { service: first } = await service(bus, { signal: ending.signal });
  ending.abort();
  expect(await within(first.closed, 'its end')).toBeUndefined();
  await expect(startDocumentService(bus, { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow(
    'too late',
  );
  const own = await client();
  const { service: second } = await service(own, { everyMs: 60_000 });
  await own.close();
  expect(await within(second.closed, 'its end')).toMatchObject({ name: 'ConnectionClosedError' });
  const third = (await service(bus)).service;
  await third[Symbol.asyncDispose]();
  await third.stop();
});

it.each([
  [{ keep: 0 }],
  [{ keep: 1.5 }],
  [{ everyMs: 99 }],
  [{ replicas: 6 }],
  [{ maxBytes: Number.NaN }],
  [{ by: '' }],
])('refuses %o', async (options) => {
  await expect(startDocumentService(bus, options)).rejects.toThrow(OptionError);
  await keepDocument(bus, NOTES, ''); // the stream that is deleted after each test
});
