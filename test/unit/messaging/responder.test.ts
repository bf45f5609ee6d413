/** Responders: what requesters receive, what the tools of NATS see, and how a responder ends. */
import { expect, it } from 'vitest';
import type { Bus, BusMessage } from '../../../src/bus/bus.js';
import { MemoryHub } from '../../../src/bus/memory/memory-hub.js';
import type { MemoryHubOptions } from '../../../src/bus/memory/memory-options.js';
import {
  InvalidSubjectError,
  NoRespondersError,
  OptionError,
  PermissionError,
  RemoteError,
  RequestTimeoutError,
  type SlateError,
} from '../../../src/errors.js';
import { clientOf } from '../../../src/messaging/client.js';
import { type RespondOptions, respond } from '../../../src/messaging/responder.js';
import { turns, VirtualClock } from '../../support/virtual-clock.js';

function lab(options: MemoryHubOptions = {}) {
  const hub = new MemoryHub(options);
  const bus = hub.connect();
  const errors: SlateError[] = [];
  bus.on('error', (error) => errors.push(error));
  const asker = hub.connect();
  const ask = (subject: string, data?: unknown, timeoutMs = 100) => clientOf(asker).request(subject, data, timeoutMs);
  const serve = (subject: string, handler: (data: unknown, message: BusMessage) => unknown, more?: RespondOptions) =>
    respond(subject, handler, { bus, ...more });
  return { hub, bus, errors, asker, ask, serve };
}

/** All answers on a control subject, as the tools collect them. */
async function gather(bus: Bus, subject: string): Promise<Record<string, unknown>[]> {
  const answers: Record<string, unknown>[] = [];
  const inbox = bus.inbox();
  const subscription = bus.subscribe(inbox, (message) => {
    if (!message.noResponders) answers.push(message.json() as Record<string, unknown>);
  });
  bus.publish(subject, undefined, { reply: inbox });
  await turns();
  subscription.unsubscribe();
  return answers;
}

it('answers with what the handler returns, at once or later; undefined as an empty answer', async () => {
  const { ask, serve } = lab();
  await serve('now', (data) => ({ got: data }));
  await serve('later', async (data, message) => `${message.subject} ${data}`);
  await serve('empty', () => undefined);
  expect(await ask('now', 1)).toEqual({ got: 1 });
  expect(await ask('now')).toEqual({});
  expect(await ask('later', 2)).toBe('later 2');
  expect(await ask('empty')).toBeUndefined();
});

it('a handler that fails, no responder, and no answer are three different errors', async () => {
  const { ask, serve } = lab();
  await serve('now', () => {
    throw new TypeError('no such session\nat all');
  });
  await serve('later', () => Promise.reject(Object.assign(new Error('gone'), { code: 404 })));
  await serve('odd', () => Promise.reject('a string'));
  await serve('silent', () => new Promise(() => undefined));
  const error = await ask('now').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RemoteError);
  expect(error).toMatchObject({ subject: 'now', code: 500, reason: 'no such session at all' });
  expect((error as Error).message).toContain('no such session');
  await expect(ask('later')).rejects.toMatchObject({ name: 'RemoteError', code: 404, reason: 'gone' });
  await expect(ask('odd')).rejects.toMatchObject({ name: 'RemoteError', reason: 'a string' });
  await expect(ask('nobody')).rejects.toThrow(NoRespondersError);
  await expect(ask('silent')).rejects.toThrow(RequestTimeoutError);
});

it('an answer that cannot be written or is too large is a failure of the responder', async () => {
  const { ask, serve } = lab({ maxPayload: 500 });
  await serve('cycle', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    return cycle;
  });
  await serve('large', () => 'x'.repeat(1000));
  await expect(ask('cycle')).rejects.toMatchObject({ name: 'RemoteError', code: 500 });
  await expect(ask('large')).rejects.toMatchObject({
    name: 'RemoteError',
    reason: expect.stringContaining('1002 bytes'),
  });
});

it('a request that is not JSON never reaches the handler, and its sender receives the reason', async () => {
  const { ask, serve } = lab();
  await serve('a', () => expect.unreachable('it is not JSON'));
  await expect(ask('a', new Uint8Array([1]))).rejects.toMatchObject({ name: 'RemoteError', code: 400 });
});

it('a message that expects no answer is ignored', async () => {
  const { asker, ask, serve } = lab();
  const handled: unknown[] = [];
  await serve('a', (data) => handled.push(data));
  asker.publish('a', 'an event');
  expect(await ask('a', 'a request')).toBe(1);
  expect(handled).toEqual(['a request']);
});

it('instances share the requests, and each request is answered once', async () => {
  const { hub, ask, serve } = lab();
  const answered: string[] = [];
  await serve('a', () => answered.push('first'));
  await respond('a', () => answered.push('second'), { bus: hub.connect() });
  for (let i = 0; i < 20; i++) await ask('a');
  expect(answered).toHaveLength(20);
  expect(new Set(answered)).toEqual(new Set(['first', 'second']));
});

it('is a service for the tools: they find it by name and by id, with its description and statistics', async () => {
  const clock = new VirtualClock();
  const { asker, ask, serve } = lab({ clock });
  await serve('slate.runtime.status.s1', (data) => (data === 'bad' ? Promise.reject(new Error('bad')) : 'ok'), {
    description: 'The status of a session',
    version: '2.1.0',
  });
  await serve('other', () => 1, { name: 'other', queue: 'others' });
  const [ping] = await gather(asker, '$SRV.PING.slate-runtime-status-s1');
  const id = String(ping?.id);
  const identity = { name: 'slate-runtime-status-s1', id, version: '2.1.0', metadata: {} };
  expect(id).toMatch(/^[a-z0-9]{11,}$/);
  expect(ping).toEqual({ type: 'io.nats.micro.v1.ping_response', ...identity });
  expect((await gather(asker, '$SRV.PING')).map(({ name }) => name)).toEqual(['slate-runtime-status-s1', 'other']);
  expect(await gather(asker, `$SRV.PING.slate-runtime-status-s1.${id}`)).toHaveLength(1);
  expect(await gather(asker, '$SRV.PING.slate-runtime-status-s1.other')).toEqual([]);
  expect(await gather(asker, '$SRV.INFO.other')).toMatchObject([
    { type: 'io.nats.micro.v1.info_response', endpoints: [{ name: 'other', subject: 'other', queue_group: 'others' }] },
  ]);
  await ask('slate.runtime.status.s1');
  await ask('slate.runtime.status.s1', 'bad').catch(() => undefined);
  await ask('slate.runtime.status.s1');
  expect(await gather(asker, `$SRV.STATS.slate-runtime-status-s1.${id}`)).toEqual([
    {
      type: 'io.nats.micro.v1.stats_response',
      ...identity,
      started: new Date(clock.date()).toISOString(),
      endpoints: [
        {
          name: 'slate-runtime-status-s1',
          subject: 'slate.runtime.status.s1',
          queue_group: 'q',
          metadata: {},
          num_requests: 3,
          num_errors: 1,
          last_error: 'bad',
          processing_time: 0,
          average_processing_time: 0,
        },
      ],
    },
  ]);
});

it('counts the time an asynchronous handler takes, in nanoseconds', async () => {
  const clock = new VirtualClock();
  const { asker, ask, serve } = lab({ clock });
  await serve('a', () => new Promise((resolve) => clock.after(30, () => resolve(1))));
  for (let i = 0; i < 2; i++) await clock.while(ask('a', undefined, 1000));
  expect(await gather(asker, '$SRV.STATS.a')).toMatchObject([
    { endpoints: [{ processing_time: 60_000_000, average_processing_time: 30_000_000 }] },
  ]);
});

it('ends with unsubscribe; a request whose handler runs is still answered', async () => {
  const { bus, asker, ask, serve } = lab();
  let finish: ((value: string) => void) | undefined;
  const service = await serve(
    'a',
    () =>
      new Promise<string>((resolve) => {
        finish = resolve;
      }),
  );
  const asked = ask('a');
  await turns();
  service.unsubscribe();
  finish?.('done');
  expect(await asked).toBe('done');
  expect(await service.closed).toBeUndefined();
  await expect(ask('a')).rejects.toThrow(NoRespondersError);
  await turns();
  expect(await gather(asker, '$SRV.PING')).toEqual([]);
  expect(clientOf(bus).stats.subscriptions).toBe(0);
});

it('many services of one connection share the subscriptions for the tools', async () => {
  const { bus, asker, serve } = lab();
  for (let i = 0; i < 10; i++) await serve(`a.${i}`, () => i, { name: 'a' });
  expect(clientOf(bus).stats.subscriptions).toBe(3 + 3 + 3 * 10); // all, by name, by id: of PING, INFO and STATS
  expect(await gather(asker, '$SRV.PING.a')).toHaveLength(10);
});

it('works where the server forbids the subjects of the tools, with one error event', async () => {
  const { ask, serve, errors } = lab({
    permits: (operation, subject) => operation !== 'subscribe' || !subject.startsWith('$SRV'),
  });
  await serve('a', () => 1);
  expect(await ask('a')).toBe(1);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toBeInstanceOf(PermissionError);
});

it('may be made before the first connection, and answers from then on', async () => {
  const hub = new MemoryHub();
  hub.drop();
  const bus = hub.connect();
  const serving = respond('a', () => 1, { bus });
  hub.restore();
  await serving;
  expect(await clientOf(hub.connect()).request('a', 0, 100)).toBe(1);
});

it('an answer that cannot be sent is one error event', async () => {
  const { hub, bus, ask, serve, errors } = lab();
  await serve('a', () => bus.disconnect());
  void ask('a').catch(() => undefined);
  await turns();
  expect(errors.map(({ name }) => name)).toEqual(['NotConnectedError']);
  expect(hub.clients).toHaveLength(2);
});

it.each([
  ['a name with a dot', { name: 'a.b' }, OptionError],
  ['a version that is not valid', { version: 'latest' }, OptionError],
  ['a queue that is not valid', { queue: 'a b' }, InvalidSubjectError],
])('refuses %s', async (_, options, type) => {
  const { serve } = lab();
  await expect(serve('a', () => 1, options)).rejects.toThrow(type);
});

it('refuses a subject that is not valid or that the server forbids', async () => {
  const { serve } = lab({ permits: (_, subject) => subject !== 'forbidden' });
  await expect(serve('a b', () => 1)).rejects.toThrow(InvalidSubjectError);
  await expect(serve('forbidden', () => 1)).rejects.toThrow(PermissionError);
});
