/** The seven kinds of events between two connections of a real nats-server, one of them the default connection. */
import { QueryClient } from '@tanstack/react-query';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Bus,
  type CacheKey,
  CacheKeys,
  closeNatsConnection,
  configure,
  connect,
  connectCache,
  defaultBus,
  natsStats,
  onBuildEvents,
  onBusError,
  onEditorEvents,
  onFileEvents,
  onInvalidate,
  onProjectEvents,
  publishBuildEvent,
  publishFileEvent,
  publishProjectEvent,
  type SlateError,
} from '../../src/index.js';
import { connectQueryClient } from '../../src/react/index.js';
import { RESOURCES, type Sample } from '../support/event-samples.js';
import { type LocalServer, natsServer, restarted } from '../support/nats.js';
import { until, within } from '../support/wait.js';

let server: LocalServer;
let other: Bus;
let errors: SlateError[];
let unsubscribe: () => void;

beforeAll(async () => {
  server = await natsServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  errors = [];
  unsubscribe = onBusError((error) => errors.push(error));
  other = await connect({ servers: server.wsUrl });
  configure({ servers: server.wsUrl, name: 'page' });
});
afterEach(async () => {
  await closeNatsConnection();
  await other.close();
  unsubscribe();
});

const settled = () => defaultBus().flush();

/** How many subscriptions the server has for the page. */
async function cost(): Promise<number> {
  await settled();
  const answer = await fetch(`${server.monitorUrl}/connz`);
  const { connections } = (await answer.json()) as { connections: { name?: string; subscriptions: number }[] };
  return connections.find(({ name }) => name === 'page')?.subscriptions ?? -1;
}

describe.each(RESOURCES)('$name events', ({ publish, listen, scope, samples, subjects }) => {
  it('are received once each by each of a hundred listeners, which share a few subscriptions', async () => {
    const received: Sample[] = [];
    let calls = 0;
    const stops = Array.from({ length: 99 }, () => listen(scope, () => calls++));
    stops.push(listen(scope, (event) => received.push(event)));
    await settled().catch(() => until(() => defaultBus().status.type === 'connected', { what: 'the connection' }));
    const subscriptions = await cost();
    expect(subscriptions).toBeLessThanOrEqual(7);
    for (const sample of samples) await publish(sample, { bus: other });
    for (const sample of samples) await publish(sample);
    await until(() => received.length >= 2 * samples.length, { what: 'the events' });
    await settled();
    expect(received.map(({ type }) => type)).toEqual([...samples, ...samples].map(({ type }) => type));
    expect(calls).toBe(99 * received.length);
    for (const stop of stops) stop();
    expect(await cost()).toBe(0);
    expect(errors).toEqual([]);
  });

  it('arrive that are published right after configure(), with no connection yet', async () => {
    const received: Sample[] = [];
    listen(scope, (event) => received.push(event), { bus: other });
    await other.flush();
    await Promise.all(samples.map((sample) => publish(sample)));
    await until(() => received.length >= samples.length, { what: 'the events' });
    expect(received.map(({ type }) => type).sort()).toEqual(samples.map(({ type }) => type).sort());
    expect(natsStats()).toMatchObject({ dropped: 0, held: 0 });
  });

  it('that are not valid cost one error with subject and path', async () => {
    const [sample] = samples as [Sample];
    const subject = subjects[0]?.[0] ?? '';
    const received: Sample[] = [];
    for (const _ of [1, 2]) listen(scope, (event) => received.push(event));
    await until(() => defaultBus().status.type === 'connected', { what: 'the connection' });
    await settled();
    other.publish(subject, { ...sample, timestamp: 'now' });
    other.publish(subject, { ...sample, extra: true });
    await until(() => received.length === 2, { what: 'the good event' });
    expect(received[0]).toEqual({ ...sample, extra: true });
    expect(errors).toMatchObject([{ name: 'EventError', subject, path: 'timestamp' }]);
  });
});

it('events that are published while the server is down are received once, in order, when it is back', async () => {
  const received: number[] = [];
  onBuildEvents('p1', (event) => event.type === 'progress' && received.push(event.data.percent));
  const progress = (value: number) =>
    publishBuildEvent({ type: 'progress', projectId: 'p1', timestamp: Date.now(), data: { percent: value } });
  await progress(0);
  await server.kill();
  await until(() => defaultBus().status.type === 'reconnecting', { what: 'the loss' });
  const waiting = Array.from({ length: 50 }, (_, index) => progress(index + 1));
  expect(natsStats()?.held).toBe(50);
  server = await restarted(server);
  await within(Promise.all(waiting), 'what waited', 15_000);
  expect(received).toEqual(Array.from({ length: 51 }, (_, index) => index));
  await progress(100);
  expect(received.at(-1)).toBe(100);
});

it('after the server was down, what is cached is loaded again, and is invalidated by events as before', async () => {
  const queries = new QueryClient();
  const keys: CacheKey[] = [];
  const stops = [
    onInvalidate((key) => keys.push(key)),
    connectQueryClient(queries, { projects: ['p1'], afterLoss: [['dashboard']] }),
  ];
  const cached = [CacheKeys.project('p1'), CacheKeys.builds('p2'), ['dashboard', 'p1'], ['weather']];
  const fill = () => {
    for (const key of cached) queries.setQueryData(key, 'cached');
  };
  const stale = () => cached.filter((key) => queries.getQueryState(key)?.isInvalidated);
  fill();
  await until(() => defaultBus().status.type === 'connected', { what: 'the connection' });
  await settled();
  expect(stale()).toEqual([]);
  await server.kill();
  await until(() => defaultBus().status.type === 'reconnecting', { what: 'the loss' });
  expect(stale()).toEqual([]); // it could not be loaded again
  server = await restarted(server);
  await until(() => stale().length > 0, { what: 'the invalidation', deadlineMs: 15_000 });
  expect(stale()).toEqual(cached.slice(0, 3)); // the weather is not among the keys of Slate
  fill();
  keys.length = 0;
  await publishBuildEvent({ type: 'completed', projectId: 'p1', timestamp: Date.now() });
  await until(() => keys.length > 0, { what: 'an event afterwards' });
  expect(keys).toEqual([CacheKeys.builds('p1')]);
  for (const stop of stops) stop();
});

it('a first connection invalidates nothing, unless an attempt failed before it', async () => {
  const keys: CacheKey[] = [];
  const stops = [onInvalidate((key) => keys.push(key)), connectCache({ projects: ['p1'] })];
  await until(() => defaultBus().status.type === 'connected', { what: 'the connection' });
  await settled();
  expect(keys).toEqual([]);
  await closeNatsConnection();
  const { wsUrl } = server;
  await server.stop();
  configure({ servers: wsUrl });
  stops.push(connectCache({ projects: ['p2'] }));
  await until(() => 'error' in defaultBus().status, { what: 'a failed try' });
  server = await restarted(server);
  await until(() => keys.length > 0, { what: 'the invalidation', deadlineMs: 15_000 });
  expect(keys).toContainEqual(CacheKeys.project());
  for (const stop of stops) stop();
});

it('a user receives the changes by another user to a shared project, and so does the cache', async () => {
  const keys: CacheKey[] = [];
  const received: string[] = [];
  const stops = [
    onInvalidate((key) => keys.push(key)),
    connectCache({ userId: 'ada' }),
    onProjectEvents('ada', ({ type, userId }) => received.push(`${type} by ${userId}`)),
  ];
  const event = (type: 'created' | 'updated' | 'deleted', userId: string) => ({
    type,
    userId,
    projectId: 'p1',
    timestamp: Date.now(),
  });
  await publishProjectEvent(event('created', 'ada'));
  await until(() => received.length === 1, { what: 'the creation' });
  await settled(); // the listener has subscribed to the project now
  await publishProjectEvent(event('updated', 'bob'), { bus: other });
  await publishProjectEvent(event('deleted', 'bob'), { bus: other, notify: ['ada'] });
  await until(() => received.length === 3, { what: 'the others' });
  await settled();
  expect(received).toEqual(['created by ada', 'updated by bob', 'deleted by bob']);
  expect(keys).toEqual(received.flatMap(() => [CacheKeys.projects(), CacheKeys.project('p1')]));
  for (const stop of stops) stop();
});

it('programs that follow the bus document alone are heard: unknown files, what follows a creation, batches', async () => {
  const received: string[] = [];
  const stops = [
    onFileEvents('p1', ({ type, fileId }) => received.push(`${type} ${fileId}`)),
    onEditorEvents('f1', ({ type, userId }) => received.push(`${type} by ${userId}`)),
  ];
  await until(() => defaultBus().status.type === 'connected', { what: 'the connection' });
  await settled();
  const event = (type: string, fileId: string) => ({ type, fileId, projectId: 'p1', userId: 'bob', timestamp: 1 });
  other.publish('slate.file.updated.f9', event('updated', 'f9'));
  other.publish('slate.file.created.p1', event('created', 'f1'));
  other.publish('slate.file.updated.f1', event('updated', 'f1'));
  const cursor = { type: 'cursor', userId: 'bob', fileId: 'f1', timestamp: 1, data: { position: 5 } };
  other.publish('slate.editor.cursors.batch', [cursor, { ...cursor, userId: 'eve', fileId: 'f2' }]);
  await until(() => received.length === 4, { what: 'the events' });
  expect(received).toEqual(['updated f9', 'created f1', 'updated f1', 'cursor by bob']);
  for (const stop of stops) stop();
  expect(await cost()).toBe(0);
  expect(errors).toEqual([]);
});

it('a server that forbids the subjects of everyone costs an error each, and known files are heard', async () => {
  const strict = await natsServer({
    config: `authorization { users: [{ user: ada, password: x, permissions {
      publish: ["slate.>", "_INBOX.>"], subscribe: ["slate.file.*.p1", "slate.file.*.known", "_INBOX.>"] } }] }`,
  });
  configure({ servers: strict.wsUrl, user: 'ada', pass: 'x' });
  const received: string[] = [];
  onFileEvents('p1', ({ type, fileId }) => received.push(`${type} ${fileId}`), { files: ['known'] });
  await until(() => errors.length > 1, { what: 'the refusals' });
  onFileEvents('p1', () => undefined, { files: ['known'] });
  await settled();
  const event = { type: 'updated', fileId: 'known', projectId: 'p1', userId: 'bob', timestamp: 1 };
  defaultBus().publish('slate.file.updated.known', event);
  await until(() => received.length > 0, { what: 'the change of the known file' });
  const forbidden = errors.map((error) => `${error.name} ${(error as { subject?: string }).subject}`);
  await closeNatsConnection();
  await strict.stop();
  expect(forbidden.sort()).toEqual(['PermissionError slate.file.deleted.*', 'PermissionError slate.file.updated.*']);
});

it('an event that one of its subjects refused says which refused it and which it arrived on', async () => {
  const strict = await natsServer({
    config: `authorization { users: [
      { user: ada, password: x, permissions { publish: ["slate.file.updated.f1", "_INBOX.>"], subscribe: [">"] } },
      { user: all, password: x } ] }`,
  });
  const listener = await connect({ servers: strict.wsUrl, user: 'all', pass: 'x' });
  const arrived: string[] = [];
  listener.subscribe('slate.>', ({ subject }) => arrived.push(subject));
  await listener.flush();
  configure({ servers: strict.wsUrl, user: 'ada', pass: 'x' });
  const event = { type: 'updated', fileId: 'f1', projectId: 'p1', userId: 'ada', timestamp: 1 } as const;
  const error = await publishFileEvent(event).catch((reason: unknown) => reason);
  await closeNatsConnection();
  await listener.drain();
  await strict.stop();
  expect(error).toMatchObject({
    name: 'PermissionError',
    refused: ['slate.file.updated.p1'],
    arrived: ['slate.file.updated.f1'],
  });
  expect(arrived).toEqual(['slate.file.updated.f1']);
});

it('a subject that the server forbids and later allows is received by later listeners', async () => {
  const allowing = (subjects: string) => ({
    config: `authorization { users: [{ user: ada, password: x, permissions {
      publish: ["slate.>"], subscribe: [${subjects}] } }] }`,
  });
  let strict = await natsServer(allowing('"slate.inbox.>"'));
  configure({ servers: strict.wsUrl, user: 'ada', pass: 'x' });
  const received: string[] = [];
  const listen = (name: string) => onBuildEvents('p1', () => received.push(name));
  listen('first');
  await until(() => errors.length === 4, { what: 'the refusals' });
  listen('second');
  await until(() => errors.length === 8, { what: 'the same to another' });
  await strict.stop();
  await until(() => defaultBus().status.type === 'reconnecting', { what: 'the loss' });
  strict = await restarted(strict, allowing('"slate.>"'));
  await until(() => defaultBus().status.type === 'connected', { what: 'the connection', deadlineMs: 15_000 });
  listen('third');
  await publishBuildEvent({ type: 'started', projectId: 'p1', timestamp: Date.now() });
  await until(() => received.length > 0, { what: 'the event' });
  expect(received).toEqual(['third']);
  await closeNatsConnection();
  await strict.stop();
});
