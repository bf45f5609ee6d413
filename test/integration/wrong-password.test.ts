/** A password that a real server refuses is an AuthenticationError from every verb, and not a closed connection. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import * as slate from '../../src/index.js';
import { cancelJob, enqueue, type LocalServer, worker } from '../../src/service/index.js';
import { natsServer } from '../support/nats.js';
import { until, within } from '../support/wait.js';

let server: LocalServer;
beforeAll(async () => {
  server = await natsServer({ config: 'authorization { user: a, password: right }' });
});
afterAll(() => server.stop());
beforeEach(() => slate.configure({ servers: server.wsUrl, user: 'a', pass: 'wrong', warn: false }));
afterEach(() => slate.closeNatsConnection());

const event = { type: 'started', projectId: 'p1', timestamp: 1 } as const;
const verbs: [string, () => Promise<unknown>][] = [
  ['publish', () => slate.publish('slate.a', 1)],
  ['publish, queued', () => slate.publish('slate.a', 1, { whenOffline: 'queue' })],
  ['publishBuildEvent', () => slate.publishBuildEvent(event)],
  ['subscribe', () => slate.subscribe('slate.a', () => undefined)],
  ['request', () => slate.request('slate.a')],
  ['respond', () => slate.respond('slate.a', () => undefined)],
  ['joinRoom', () => slate.joinRoom(slate.defaultBus(), { user: { id: 'ada', name: 'Ada' } })],
  ['connect', () => slate.connect({ servers: server.wsUrl, user: 'a', pass: 'wrong' })],
  ['worker', () => worker('slate.jobs', () => undefined)],
  ['durable worker', () => worker('slate.jobs', () => undefined, { durable: true })],
  ['enqueue', () => enqueue('slate.jobs', {})],
  ['cancelJob', () => cancelJob('slate.jobs', 'one')],
];

it.each(verbs)('%s, as the first call and once the connection is closed', async (_, call) => {
  const first = within(
    call().catch((error: unknown) => error),
    'the rejection',
  );
  expect(await first).toBeInstanceOf(slate.AuthenticationError);
  const again = within(
    call().catch((error: unknown) => error),
    'the rejection',
  );
  expect(await again).toBeInstanceOf(slate.AuthenticationError);
});

it('every verb of a bus that the refusal has closed', async () => {
  const bus = slate.openBus({ servers: server.wsUrl, user: 'a', pass: 'wrong' });
  const subscription = bus.subscribe('slate.a', () => undefined);
  await until(() => bus.status.type === 'closed', { what: 'the end' });
  expect(await subscription.closed).toBeInstanceOf(slate.AuthenticationError);
  expect(() => bus.publish('slate.a')).toThrow(slate.AuthenticationError);
  expect(() => bus.subscribe('slate.a', () => undefined)).toThrow(slate.AuthenticationError);
  await expect(bus.request('slate.a', 1, 1000)).rejects.toThrow(slate.AuthenticationError);
  await expect(bus.flush()).rejects.toThrow(slate.AuthenticationError);
});
