/** The seven kinds of event between two connections of a real nats-server, through the default connection on one side. */
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
  onInvalidate,
  onProjectEvents,
  publishBuildEvent,
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
let undo: () => void;

beforeAll(async () => {
  server = await natsServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  errors = [];
  undo = onBusError((error) => errors.push(error));
  other = await connect({ servers: server.wsUrl });
  configure({ servers: server.wsUrl, name: 'page' });
});
afterEach(async () => {
  await closeNatsConnection();
  await other.close();
  undo();
});

const settled = () => defaultBus().flush();

/** How many subscriptions the server carries for the page. */
async function cost(): Promise<number> {
  await settled();
  const answer = await fetch(`${server.monitorUrl}/connz`);
  const { connections } = (await answer.json()) as { connections: { name?: string; subscriptions: number }[] };
  return connections.find(({ name }) => name === 'page')?.subscriptions ?? -1;
}

describe.each(RESOURCES)('$name events', ({ publish, listen, scope, samples, subjects }) => {
  it('are heard once each by each of a hundred listeners, at the cost of a few subscriptions, and then of none', async () => {
    const heard: Sample[] = [];
    let calls = 0;
    const stops = Array.from({ length: 99 }, () => listen(scope, () => calls++));
    stops.push(listen(scope, (event) => heard.push(event)));
    await settled().catch(() => until(() => defaultBus().status.type === 'connected', { what: 'the connection' }));
    const subscriptions = await cost();
    expect(subscriptions).toBeLessThanOrEqual(5);
    for (const sample of samples) await publish(sample, { bus: other });
    for (const sample of samples) await publish(sample);
    await until(() => heard.length >= 2 * samples.length, { what: 'the events' });
    await settled();
    expect(heard.map(({ type }) => type)).toEqual([...samples, ...samples].map(({ type }) => type));
    expect(calls).toBe(99 * heard.length);
    for (const stop of stops) stop();
    expect(await cost()).toBe(0);
    expect(errors).toEqual([]);
  });

  it('that are not valid cost one error with subject and path', async () => {
    const [sample] = samples as [Sample];
    const subject = subjects[0]?.[0] ?? '';
    const heard: Sample[] = [];
    for (const _ of [1, 2]) listen(scope, (event) => heard.push(event));
    await until(() => defaultBus().status.type === 'connected', { what: 'the connection' });
    await settled();
    other.publish(subject, { ...sample, timestamp: 'now' });
    other.publish(subject, { ...sample, extra: true });
    await until(() => heard.length === 2, { what: 'the good event' });
    expect(heard[0]).toEqual({ ...sample, extra: true });
    expect(errors).toMatchObject([{ name: 'EventError', subject, path: 'timestamp' }]);
  });
});

it('what happens while the server is away is told when it is back, in order, once', async () => {
  const heard: number[] = [];
  onBuildEvents('p1', (event) => event.type === 'progress' && heard.push(event.data.percent));
  const progress = (value: number) =>
    publishBuildEvent({ type: 'progress', projectId: 'p1', timestamp: Date.now(), data: { percent: value } });
  await progress(0);
  await server.kill();
  await until(() => defaultBus().status.type === 'reconnecting', { what: 'the loss' });
  const waiting = Array.from({ length: 50 }, (_, index) => progress(index + 1));
  expect(natsStats()?.held).toBe(50);
  server = await restarted(server);
  await within(Promise.all(waiting), 'what waited', 15_000);
  expect(heard).toEqual(Array.from({ length: 51 }, (_, index) => index));
  await progress(100);
  expect(heard.at(-1)).toBe(100);
});

it('after the server was away, what is cached is loaded anew, and goes on following the events', async () => {
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
  expect(stale()).toEqual([]); // it could not be loaded anew
  server = await restarted(server);
  await until(() => stale().length > 0, { what: 'the invalidation', deadlineMs: 15_000 });
  expect(stale()).toEqual(cached.slice(0, 3)); // of the weather we know nothing
  fill();
  keys.length = 0;
  await publishBuildEvent({ type: 'completed', projectId: 'p1', timestamp: Date.now() });
  await until(() => keys.length > 0, { what: 'an event afterwards' });
  expect(keys).toEqual([CacheKeys.builds('p1')]);
  for (const stop of stops) stop();
});

it('a first connection puts nothing out of date, unless it was long in coming', async () => {
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

it('a user hears of what another does to his project, and his cache with him', async () => {
  const keys: CacheKey[] = [];
  const heard: string[] = [];
  const stops = [
    onInvalidate((key) => keys.push(key)),
    connectCache({ userId: 'ada' }),
    onProjectEvents('ada', ({ type, userId }) => heard.push(`${type} by ${userId}`)),
  ];
  const event = (type: 'created' | 'updated' | 'deleted', userId: string) => ({
    type,
    userId,
    projectId: 'p1',
    timestamp: Date.now(),
  });
  await publishProjectEvent(event('created', 'ada'));
  await until(() => heard.length === 1, { what: 'the creation' });
  await settled(); // the project is listened to now
  await publishProjectEvent(event('updated', 'bob'), { bus: other });
  await publishProjectEvent(event('deleted', 'bob'), { bus: other, notify: ['ada'] });
  await until(() => heard.length === 3, { what: 'the others' });
  await settled();
  expect(heard).toEqual(['created by ada', 'updated by bob', 'deleted by bob']);
  expect(keys).toEqual(heard.flatMap(() => [CacheKeys.projects(), CacheKeys.project('p1')]));
  for (const stop of stops) stop();
});

it('what the server forbade to one listener and allows later is heard by those who come then', async () => {
  const allowing = (subjects: string) => ({
    config: `authorization { users: [{ user: ada, password: x, permissions {
      publish: ["slate.>", "_INBOX.>"], subscribe: [${subjects}] } }] }`,
  });
  let strict = await natsServer(allowing('"_INBOX.>"'));
  configure({ servers: strict.wsUrl, user: 'ada', pass: 'x' });
  const heard: string[] = [];
  const listen = (name: string) => onBuildEvents('p1', () => heard.push(name));
  listen('first');
  await until(() => errors.length === 4, { what: 'the refusals' });
  listen('second');
  await until(() => errors.length === 8, { what: 'the same to another' });
  await strict.stop();
  await until(() => defaultBus().status.type === 'reconnecting', { what: 'the loss' });
  strict = await restarted(strict, allowing('"slate.>", "_INBOX.>"'));
  await until(() => defaultBus().status.type === 'connected', { what: 'the connection', deadlineMs: 15_000 });
  listen('third');
  await publishBuildEvent({ type: 'started', projectId: 'p1', timestamp: Date.now() });
  await until(() => heard.length > 0, { what: 'the event' });
  expect(heard).toEqual(['third']);
  await closeNatsConnection();
  await strict.stop();
});
