/**
 * V1, V6, Y19, Y20, Y24: documents of verified rooms on a real server, with the permissions that the protocol gives to
 * each role. Mallory is a writer, with credentials of her own, who tries to write as others.
 */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Bus, BusMessage } from '../../src/bus/bus.js';
import { connect } from '../../src/bus/nats/connect.js';
import {
  compact,
  ensureDocumentStream,
  placeOf,
  readDocument,
  STREAM,
} from '../../src/documents/history/operations.js';
import { readHead } from '../../src/documents/history/place.js';
import { openDocument } from '../../src/documents/open.js';
import type { DocumentOptions, SharedDocument } from '../../src/documents/types.js';
import { ProtocolError, type SlateError } from '../../src/errors.js';
import { callApi } from '../../src/jetstream/api.js';
import { documentPermissions, documentSubjects } from '../../src/protocol/document-subjects.js';
import { type LocalServer, startDocumentService } from '../../src/service/index.js';
import { FORGED, Mallory } from '../support/mallory.js';
import { natsServer } from '../support/nats.js';
import { until } from '../support/wait.js';

const SOON = { deadlineMs: 20_000 };
const quoted = (list: readonly string[]) => list.map((each) => JSON.stringify(each)).join(', ');

/** A block of nats-server's configuration. */
function user(name: string, publish: readonly string[], subscribe: readonly string[]): string {
  return `{ user: ${name}, password: p, permissions {
    publish: { allow: [${quoted(publish)}] }, subscribe: { allow: [${quoted([...subscribe, `slate.inbox.${name}.>`])}] }
  } }`;
}

function member(name: string, writes: boolean): string {
  const { read, write } = documentPermissions('p1', name, STREAM);
  const publish = [...read.publish, ...(writes ? write.publish : [])];
  return user(name, publish, [...read.subscribe, ...(writes ? write.subscribe : [])]);
}

const SERVICE = user(
  'docs',
  [
    'slate.collab.doc.*.*.*',
    ...['doclog.*.*.*', 'docsnap.*.*.*.*', 'dochead.*.*', 'docbad.*.*'].map((each) => `slate.collab.${each}`),
    ...['STREAM.CREATE', 'STREAM.INFO', 'STREAM.PURGE'].map((each) => `$JS.API.${each}.${STREAM}`),
    ...[`DIRECT.GET.${STREAM}.>`, `CONSUMER.CREATE.${STREAM}.>`, `CONSUMER.MSG.NEXT.${STREAM}.*`].map(
      (each) => `$JS.API.${each}`,
    ),
  ],
  [],
);

let server: LocalServer;
let service: Bus;
const buses: Bus[] = [];
const documents: SharedDocument[] = [];
let count = 0;
const fresh = () => `doc ${++count}`;

beforeAll(async () => {
  const users = [member('ada', true), member('bob', true), member('mallory', true), member('vic', false), SERVICE];
  server = await natsServer({ jetstream: true, config: `authorization { users: [ ${users.join(',\n')} ] }` });
  service = await connect({ servers: server.wsUrl, user: 'docs', pass: 'p' });
  await ensureDocumentStream(service);
});
afterEach(async () => {
  await Promise.all(documents.splice(0).map((each) => each.close()));
  await Promise.all(buses.splice(0).map((each) => each.close()));
});
afterAll(async () => {
  await service.close();
  await server.stop();
});

/** A connection of a user, and what the server refused it. */
async function busOf(name: string): Promise<{ bus: Bus; refused: SlateError[] }> {
  const bus = await connect({ servers: server.wsUrl, user: name, pass: 'p' });
  buses.push(bus);
  const refused: SlateError[] = [];
  bus.on('error', (error) => refused.push(error));
  return { bus, refused };
}

async function open(who: string, name: string, options: Partial<DocumentOptions> = {}) {
  const { bus, refused } = await busOf(who);
  const document = await openDocument(bus, { project: 'p1', name, user: who, verified: true, ...options });
  documents.push(document);
  const errors: SlateError[] = [];
  document.on('error', (error) => errors.push(error));
  return { bus, document, refused, errors, text: document.doc.getText('text') };
}

const place = (name: string) => placeOf(service, { project: 'p1', name }, { report: () => undefined });
const keptText = async (name: string) => (await readDocument(place(name))).doc.getText('text').toString();
const reasons = (errors: readonly SlateError[]) =>
  errors.map((error) =>
    error instanceof ProtocolError ? `${error.reason} ${error.subject.split('.').at(-1)}` : error,
  );

it('Y20, Y24: writers edit and save under their own names, without a head, until a service makes one', async () => {
  const name = fresh();
  const [ada, bob] = [await open('ada', name), await open('bob', name)];
  ada.text.insert(0, 'hello');
  await until(() => bob.text.toString() === 'hello', { ...SOON, what: 'the edit' });
  bob.text.insert(5, '!');
  await ada.document.save();
  await bob.document.save();
  expect(ada.document.lineage).toBe(undefined);
  expect(ada.document.status).toMatchObject({ state: 'saved', error: { name: 'HistoryError' } });
  expect(await ada.document.versions()).toEqual([]);
  const running = await startDocumentService(service, { everyMs: 100 });
  await until(() => ada.document.lineage !== undefined && bob.document.lineage === ada.document.lineage, {
    ...SOON,
    what: 'the head',
  });
  await running.stop();
  expect(ada.document.status).toMatchObject({ state: 'saved', error: undefined });
  expect(bob.document.authorOf(ada.document.doc.clientID)).toEqual({ user: 'ada', verified: true });
  expect(ada.document.authorOf(bob.document.doc.clientID)).toEqual({ user: 'bob', verified: true });
  expect(ada.document.authorOf(7)).toBe(undefined);
  expect(await keptText(name)).toBe('hello!');
  for (const { refused, errors } of [ada, bob]) expect([...refused, ...errors]).toEqual([]);
});

it('Y20: who comes when all are gone has the text, and whose it is, from a snapshot too', async () => {
  const name = fresh();
  const ada = await open('ada', name);
  ada.text.insert(0, 'kept');
  const id = ada.document.doc.clientID;
  await ada.document.save();
  await ada.document.close();
  const running = await startDocumentService(service, { everyMs: 100 });
  await until(async () => (await readHead(place(name))) !== undefined, { ...SOON, what: 'the head' });
  await running.stop();
  const moved = await compact(place(name), { keep: 5 });
  expect(moved?.head.clients).toEqual([{ user: 'ada', ids: [id] }]);
  const bob = await open('bob', name);
  expect(bob.text.toString()).toBe('kept');
  expect(bob.document.authorOf(id)).toEqual({ user: 'ada', verified: true });
  expect(await bob.document.versions()).toHaveLength(1);
  bob.text.insert(0, 'well ');
  await bob.document.save();
  expect(await keptText(name)).toBe('well kept');
});

it('Y21, Y24: a sealed document has a sealed head, and goes on', async () => {
  const name = fresh();
  const flip = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0x5a);
  const cipher = { seal: flip, open: flip };
  const ada = await open('ada', name, { cipher });
  ada.text.insert(0, 'hidden');
  await ada.document.save();
  const running = await startDocumentService(service, { everyMs: 100 });
  await until(() => ada.document.lineage !== undefined, { ...SOON, what: 'the head' });
  await running.stop();
  expect((await readHead(place(name)))?.head.sealed).toBe(true);
  const bob = await open('bob', name, { cipher });
  expect(bob.text.toString()).toBe('hidden');
  expect(bob.document.authorOf(ada.document.doc.clientID)).toEqual({ user: 'ada', verified: true });
  expect([...ada.errors, ...bob.errors]).toEqual([]);
});

it('Y19, V6: a viewer reads, and what it types is taken back', async () => {
  const name = fresh();
  const ada = await open('ada', name);
  ada.text.insert(0, 'look');
  await ada.document.save();
  const vic = await open('vic', name, { readOnly: true });
  expect(vic.text.toString()).toBe('look');
  vic.text.insert(0, 'not mine ');
  expect(vic.text.toString()).toBe('look');
  ada.text.insert(4, '!');
  await until(() => vic.text.toString() === 'look!', { ...SOON, what: 'the edit' });
  expect(vic.refused).toEqual([]);
  expect(vic.errors).toMatchObject([{ name: 'ReadOnlyError' }]);
});

it('V6: the server lets a writer publish, ask and listen on nothing that is of others', async () => {
  const name = fresh();
  const ada = await open('ada', name);
  const { bus, refused } = await busOf('mallory');
  const own = documentSubjects('p1', name, 'mallory');
  const adas = documentSubjects('p1', name, 'ada');
  const elsewhere = documentSubjects('p2', name, 'mallory');
  const forbidden = [
    ...[adas.live, adas.log, adas.question, adas.answer(1, 'bob')],
    ...[elsewhere.live, elsewhere.log, elsewhere.question, elsewhere.answer(1, 'bob')],
    ...[own.head, own.chunk('x', 0), own.bad, 'slate.inbox.ada.x'],
    ...['PURGE', 'DELETE', 'UPDATE', 'CREATE', 'INFO', 'MSG.DELETE', 'MSG.GET'].map(
      (each) => `$JS.API.STREAM.${each}.${STREAM}`,
    ),
    `$JS.API.CONSUMER.NAMES.${STREAM}`,
    `$JS.API.CONSUMER.CREATE.${STREAM}.x.${elsewhere.logAll}`,
    `$JS.API.CONSUMER.CREATE.${STREAM}`,
    `$JS.API.DIRECT.GET.${STREAM}.${elsewhere.head}`,
    `$JS.API.DIRECT.GET.${STREAM}`,
  ];
  for (const subject of forbidden) bus.publish(subject, new Uint8Array());
  await bus.flush();
  expect(refused.map((error) => (error as unknown as { subject: string }).subject).sort()).toEqual(forbidden.sort());
  // To hear the log is to be able to answer as the stream does; to hear questions, to answer before others.
  const overheard = [own.logAll, own.questionAll, adas.answersTo(1), elsewhere.liveAll, 'slate.inbox.ada.>'];
  for (const subject of overheard) {
    expect(await bus.subscribe(subject, () => undefined).closed, subject).toMatchObject({ name: 'PermissionError' });
  }
  // The pattern in a consumer's configuration counts as well.
  const call = callApi(bus, `CONSUMER.CREATE.${STREAM}.x.${own.logAll}`, {
    stream_name: STREAM,
    config: { name: 'x', filter_subject: elsewhere.logAll, ack_policy: 'none' },
  });
  await expect(call).rejects.toMatchObject({ name: 'JetStreamError' });
  expect(ada.errors).toEqual([]);
});

it('Y20: a writer who edits as others is refused at every door, by name, and changes nothing of theirs', async () => {
  const name = fresh();
  const [ada, bob] = [await open('ada', name), await open('bob', name)];
  ada.text.insert(0, 'mine');
  await ada.document.save();
  await until(() => bob.text.toString() === 'mine', { ...SOON, what: 'the edit' });
  const { bus, refused } = await busOf('mallory');
  const mallory = new Mallory(bus, 'mallory', Math.random, 'p1', name);
  const { doc } = ada.document;
  for (let round = 0; round < 3; round++) {
    for (const attack of [mallory.live, mallory.log, mallory.mixed, mallory.kept, mallory.claim, mallory.answer]) {
      attack.call(mallory, doc);
    }
    await bus.flush();
    ada.text.insert(0, `${round}`); // under the id that she wants
    bob.text.insert(bob.text.length, `${round}`);
  }
  await until(() => bob.errors.some(({ count }) => count > 1), { ...SOON, what: 'the refusals' });
  await ada.document.save();
  await bob.document.save();
  const expected = ada.text.toString();
  await until(() => bob.text.toString() === ada.text.toString(), { ...SOON, what: 'the same text' });
  expect(expected).not.toContain(FORGED);
  expect(expected).toHaveLength(10);
  expect(new Set(reasons([...ada.errors, ...bob.errors]))).toEqual(new Set(['identity mallory']));
  expect(refused).toEqual([]); // all of it is what the server lets her do
  // The history refuses the same: for who opens it now, and for the service.
  const vic = await open('vic', name);
  expect(vic.text.toString()).toBe(expected);
  expect(vic.document.authorOf(doc.clientID)).toEqual({ user: 'ada', verified: true });
  expect(await keptText(name)).toBe(expected);
});

it('V12, Y20: what a server was made to send to others is nobody’s word, and held against nobody', async () => {
  const name = fresh();
  const [ada, bob] = [await open('ada', name), await open('bob', name)];
  ada.text.insert(0, 'once');
  await ada.document.save();
  await until(() => bob.text.toString() === 'once', { ...SOON, what: 'the edit' });
  const { bus } = await busOf('mallory');
  const own = documentSubjects('p1', name, 'mallory');
  const bobs = documentSubjects('p1', name, 'bob');
  const heard: BusMessage[] = [];
  (await busOf('ada')).bus.subscribe(own.liveAll, (message) => heard.push(message));
  // Entries of the log, asked for as if the answer were to go to where everybody listens for what bob says.
  await callApi(bus, `CONSUMER.CREATE.${STREAM}.pulled.${own.logAll}`, {
    stream_name: STREAM,
    config: { name: 'pulled', filter_subject: own.logAll, ack_policy: 'none' },
  });
  bus.publish(`$JS.API.CONSUMER.MSG.NEXT.${STREAM}.pulled`, { batch: 10, no_wait: true }, { reply: bobs.live });
  // The head, to the same place: it says that bob said it, and is nothing that he could say.
  bus.publish(`$JS.API.DIRECT.GET.${STREAM}.${own.head}`, undefined, { reply: bobs.live });
  await until(() => heard.filter(({ hasHeaders }) => hasHeaders).length > 1, { ...SOON, what: 'what was sent' });
  ada.text.insert(4, ' more');
  await until(() => bob.text.toString() === 'once more', { ...SOON, what: 'the next edit' });
  expect([...ada.errors, ...bob.errors]).toEqual([]);
});
