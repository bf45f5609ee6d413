/**
 * The verbs of the default connection on a real nats-server: what a publish promises when the server stops, what shared
 * subscriptions cost the server, and what requests and the tools of NATS see of a responder.
 * Past 300 lines: one server, and a test for each promise of a verb.
 */
import { wsconnect } from '@nats-io/nats-core';
import { connect as natsWsConnect } from 'nats.ws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  AuthenticationError,
  type Bus,
  closeNatsConnection,
  configure,
  connect,
  defaultBus,
  isNatsConnected,
  joinRoom,
  NatsSubjects,
  NoRespondersError,
  NotConnectedError,
  natsStats,
  natsStatus,
  onBusError,
  onProjectEvents,
  PayloadTooLargeError,
  PermissionError,
  publish,
  publishProjectEvent,
  RemoteError,
  RequestTimeoutError,
  request,
  respond,
  type SlateError,
  subscribe,
  UnconfirmedError,
} from '../../src/index.js';
import { type LocalServer, natsServer, restarted } from '../support/nats.js';
import { until, within } from '../support/wait.js';

let server: LocalServer;
const MAX_PAYLOAD = 20_000;
const config = `max_payload: ${MAX_PAYLOAD}`;

beforeAll(async () => {
  server = await natsServer({ config });
});
afterAll(() => server.stop());

let errors: SlateError[];
let unsubscribe: () => void;
beforeEach(() => {
  errors = [];
  unsubscribe = onBusError((error) => errors.push(error));
});
afterEach(async () => {
  await closeNatsConnection();
  unsubscribe();
  vi.restoreAllMocks();
});

/** A connection of another program. */
async function someone(url = server.wsUrl): Promise<Bus & AsyncDisposable> {
  const bus = await connect({ servers: url });
  return Object.assign(bus, { [Symbol.asyncDispose]: () => bus.close() });
}

const wsFactory = async (url: string) => ({
  socket: new WebSocket(url) as unknown as globalThis.WebSocket,
  encrypted: false,
});

/** The official client. */
const official = () => natsWsConnect({ servers: server.wsUrl, ...{ wsFactory } });

interface Connection {
  readonly name?: string;
  readonly subscriptions: number;
  readonly subscriptions_list?: string[];
}

/** The subscriptions that the server has for the connection of this name. */
async function carried(name: string, at = server): Promise<string[]> {
  const answer = await fetch(`${at.monitorUrl}/connz?subs=1`);
  const { connections } = (await answer.json()) as { connections: Connection[] };
  const own = connections.find((each) => each.name === name);
  expect(own?.subscriptions ?? 0).toBe(own?.subscriptions_list?.length ?? 0);
  return [...(own?.subscriptions_list ?? [])].sort();
}

/** Sockets that can be made to drop what is written to them, as a dead one does until somebody notices. */
function sockets() {
  const made: WebSocket[] = [];
  let swallowed = 0;
  const factory = (url: string) => {
    const socket = new WebSocket(url);
    made.push(socket);
    return socket as unknown as globalThis.WebSocket;
  };
  return {
    factory,
    made,
    get swallowed() {
      return swallowed;
    },
    swallow() {
      const socket = made.at(-1) as WebSocket;
      socket.send = () => {
        swallowed++;
      };
    },
    /** The network reports that the sockets are dead. */
    cut() {
      made.at(-1)?.terminate();
    },
  };
}

describe('the test in the bus document', () => {
  it('receives what is published right after a subscribe that was not awaited, while connecting', async () => {
    configure({ servers: server.wsUrl });
    const received = new Promise<{ projectId?: string | undefined }>((resolve) => {
      void subscribe('slate.project.created.test-user', resolve);
    });
    await publishProjectEvent({ type: 'created', projectId: 'test', userId: 'test-user', timestamp: Date.now() });
    const event = await within(received, 'the event');
    expect(event.projectId).toBe('test');
  });

  it('receives it also on an existing connection', async () => {
    configure({ servers: server.wsUrl });
    await publish('slate.test', { hello: 'world' });
    for (let i = 0; i < 20; i++) {
      const received = new Promise((resolve) => void subscribe(`slate.test.n${i}`, resolve));
      void publish(`slate.test.n${i}`, i);
      expect(await within(received, `message ${i}`)).toBe(i);
    }
  });
});

describe('the default connection', () => {
  it('is opened by the first verb, closed in order, and opened again by a later verb', async () => {
    configure({ servers: server.wsUrl, name: 'default' });
    expect(isNatsConnected()).toBe(false);
    expect(await carried('default')).toEqual([]);
    const received: unknown[] = [];
    await subscribe('a', (data) => received.push(data));
    expect(isNatsConnected()).toBe(true);
    expect(await carried('default')).toEqual(['a']);
    const published = publish('a', 1); // closing waits for it
    await closeNatsConnection();
    await published;
    expect(received).toEqual([1]);
    expect(isNatsConnected()).toBe(false);
    expect(natsStatus()).toBeUndefined();
    await until(async () => (await carried('default')).length === 0, { what: 'the end of the connection' });
    await publish('a', 2);
    expect(isNatsConnected()).toBe(true);
    expect(received).toEqual([1]);
  });

  it('sends what was published just before it is closed', async () => {
    await using bob = await someone();
    const received: unknown[] = [];
    bob.subscribe('moment', (message) => received.push(message.json()));
    await bob.flush();
    configure({ servers: server.wsUrl });
    await publish('moment', 0);
    const all = Array.from({ length: 50 }, (_, index) => publish('moment', index + 1, { whenOffline: 'queue' }));
    await closeNatsConnection();
    await Promise.all(all);
    await bob.flush();
    expect(received).toEqual(Array.from({ length: 51 }, (_, index) => index));
  });

  it('rejects everything that waits where the server refuses it, and is opened again by the next verb', async () => {
    await using strict = await natsServer({ config: 'authorization { token: secret }' });
    configure({ servers: strict.wsUrl, token: 'wrong' });
    const waiting = [publish('a', 1), publish('a', 2, { whenOffline: 'queue' })];
    const listening = subscribe('a', () => undefined);
    const asked = request('a', 1, 5000);
    for (const each of waiting) await expect(each).rejects.toThrow(AuthenticationError);
    await expect(listening).rejects.toThrow(AuthenticationError);
    await expect(asked).rejects.toThrow(AuthenticationError);
    expect(errors.filter((error) => error instanceof AuthenticationError)).toHaveLength(1);
    await expect(publish('a', 3)).rejects.toThrow(AuthenticationError); // the same password, at a new connection
    configure({ servers: strict.wsUrl, token: 'secret' });
    await publish('a', 4);
  });

  it('keeps what waits while a function for the token is late, and says why a request is not answered', async () => {
    await using strict = await natsServer({ config: 'authorization { token: secret }' });
    let token = 'late';
    configure({ servers: strict.wsUrl, token: () => token });
    const waiting = publish('a', 1);
    await expect(request('a', 1, 500)).rejects.toMatchObject({
      name: 'NotConnectedError',
      cause: { name: 'AuthenticationError' },
    });
    token = 'secret';
    await waiting;
    expect(errors).toMatchObject([{ name: 'AuthenticationError' }]);
  });

  it('can use a connection of either client or a bus of the page, together with a room', async () => {
    for (const open of [natsWsConnect, wsconnect]) {
      const connection = await open({ servers: server.wsUrl, ...{ wsFactory } });
      configure({ connection });
      const received: unknown[] = [];
      await subscribe('either', (data, message) => received.push([data, message.header('Kind')]));
      await respond('either.answer', (data) => data);
      await publish('either', 1, { headers: { Kind: 'x' } });
      expect(received).toEqual([[1, 'x']]);
      expect(await request('either.answer', 5)).toBe(5);
      await closeNatsConnection();
      expect(connection.isClosed()).toBe(false);
      await connection.close();
    }
    await using bus = await someone();
    configure({ bus });
    const room = await joinRoom(defaultBus(), { project: 'p1', user: { id: 'ada' } });
    await publish('a', 1);
    await closeNatsConnection();
    expect(room.status).toBe('connected');
    await room.leave();
  });
});

describe('without a server', () => {
  it('subscribes, publishes in order and unsubscribes before the first connection', async () => {
    const port = server.wsPort;
    await server.stop();
    configure({ servers: `ws://127.0.0.1:${port}`, name: 'early' });
    const received: unknown[] = [];
    const gone = subscribe('gone', () => expect.unreachable('it left'));
    const kept = subscribe('kept', (data) => received.push(data));
    const published = [1, 2, 3].map((data) => publish('kept', data));
    const undoEvents = onProjectEvents('ada', () => undefined);
    await publish('kept', 'dropped', { whenOffline: 'drop' });
    // The first attempt failed, which is known without a server.
    const subscription = await within(gone, 'an end that needs no server');
    subscription.unsubscribe();
    subscription.unsubscribe();
    undoEvents();
    server = await restarted(server, { config });
    await within(Promise.all([kept, ...published]), 'the connection', 15_000);
    expect(received).toEqual([1, 2, 3]);
    expect(await carried('early')).toEqual(['kept']);
    expect(natsStats()).toMatchObject({ dropped: 1, held: 0, subscriptions: 1 });
  });

  it('rejects, drops or queues what is published, and loses nothing that is queued', async () => {
    configure({ servers: server.wsUrl, outbox: { messages: 5 } });
    const received: unknown[] = [];
    await subscribe('kept', (data) => received.push(data));
    await publish('kept', 0);
    await server.kill();
    await until(() => natsStatus()?.type === 'reconnecting', { what: 'the loss' });
    await expect(publish('kept', 'rejected')).rejects.toThrow(NotConnectedError);
    await expect(request('kept', 1)).rejects.toThrow(NotConnectedError);
    await publish('kept', 'dropped', { whenOffline: 'drop' });
    const queued = [1, 2, 3, 4, 5].map((data) => publish('kept', data, { whenOffline: 'queue' }));
    await expect(publish('kept', 6, { whenOffline: 'queue' })).rejects.toMatchObject({
      name: 'OutboxFullError',
      messages: 5,
    });
    server = await restarted(server, { config });
    await within(Promise.all(queued), 'what was queued', 15_000);
    await publish('kept', 'after');
    expect(received).toEqual([0, 1, 2, 3, 4, 5, 'after']);
  });

  it('sends again what was written to a dead socket (queue), or rejects as unconfirmed', async () => {
    await using bob = await someone();
    const received: unknown[] = [];
    bob.subscribe('dead', (message) => received.push(message.json()));
    await bob.flush();
    const link = sockets();
    configure({ servers: server.wsUrl, WebSocket: link.factory });
    await publish('dead', 'before');
    link.swallow();
    const doubtful = publish('dead', 'doubtful').catch((error: unknown) => error);
    const queued = [1, 2, 3].map((data) => publish('dead', data, { whenOffline: 'queue' }));
    let settled = false;
    void Promise.race(queued).then(() => {
      settled = true;
    });
    await until(() => link.swallowed > 0, { what: 'a write' });
    expect(natsStatus()?.type).toBe('connected'); // the bus has not noticed
    expect(settled).toBe(false);
    link.cut();
    expect(await within(doubtful, 'the doubt')).toBeInstanceOf(UnconfirmedError);
    await within(Promise.all(queued), 'what was queued', 15_000);
    await bob.flush();
    expect(received).toEqual(['before', 1, 2, 3]);
  });

  it('sends data as it was published, also where the publisher changes it afterwards', async () => {
    await using bob = await someone();
    const received: unknown[] = [];
    bob.subscribe('owned', (message) => received.push(new TextDecoder().decode(message.data)));
    bob.subscribe('owned.question', (message) => message.respond(message.json()));
    await bob.flush();
    const link = sockets();
    configure({ servers: server.wsUrl, WebSocket: link.factory });
    const [bytes, words] = [Buffer.from('bytes'), { some: 'words' }];
    const spoil = () => {
      bytes.fill('x');
      words.some = 'others';
    };
    const early = [publish('owned', bytes), publish('owned', words), request('owned.question', words)];
    spoil();
    expect((await within(Promise.all(early), 'the connection'))[2]).toEqual({ some: 'words' });
    expect(received).toEqual(['bytes', '{"some":"words"}']);

    bytes.write('again');
    for (const whenOffline of ['drop', 'reject'] as const) {
      const sent = publish('owned', bytes, { whenOffline });
      spoil();
      await sent;
      await publish('x', 1);
      bytes.write('again');
    }
    await bob.flush();
    expect(received.splice(2)).toEqual(['again', 'again']);

    link.swallow();
    const queued = publish('owned', bytes, { whenOffline: 'queue' });
    spoil();
    await until(() => link.swallowed > 0, { what: 'a write' });
    link.cut();
    await within(queued, 'what was sent again', 15_000);
    await bob.flush();
    expect(received.splice(2)).toEqual(['again']);
  });

  it('each listener receives an event once, though it was sent twice', async () => {
    await using bob = await someone();
    const received: string[] = [];
    const raw: unknown[] = [];
    bob.subscribe('slate.project.updated.p1', (message) => raw.push(message.json()));
    const unsubscribe = onProjectEvents(undefined, ({ projectId }) => received.push(projectId), {
      bus: bob,
      projects: ['p1'],
    });
    await bob.flush();
    const link = sockets();
    configure({ servers: server.wsUrl, WebSocket: link.factory });
    await publish('x', 1);
    const socket = link.made[0] as WebSocket;
    const event = { type: 'updated', projectId: 'p1', userId: 'ada', timestamp: Date.now() } as const;
    const published = publishProjectEvent(event);
    socket.emit = () => false; // messages of the server do not arrive from now on: no confirmation
    await until(() => raw.length === 1, { what: 'the first sending' });
    Reflect.deleteProperty(socket, 'emit');
    link.cut();
    await within(published, 'a confirmation', 15_000);
    await bob.flush();
    expect(raw).toHaveLength(2);
    expect(received).toEqual(['p1']);
    unsubscribe();
  });
});

describe('shared subscriptions', () => {
  it('a hundred handlers cost the server one subscription, which ends with the last handler', async () => {
    configure({ servers: server.wsUrl, name: 'shared' });
    let calls = 0;
    const all = await Promise.all(
      Array.from({ length: 100 }, () => subscribe('slate.build.progress.p1', () => calls++)),
    );
    const queued = await Promise.all(
      Array.from({ length: 100 }, () => subscribe('slate.build.jobs', () => calls++, { queue: 'workers' })),
    );
    expect(await carried('shared')).toEqual(['slate.build.jobs', 'slate.build.progress.p1']);
    await publish('slate.build.progress.p1', 1);
    expect(calls).toBe(100);
    await publish('slate.build.jobs', 1);
    expect(calls).toBe(101);
    for (const each of all.slice(1)) each.unsubscribe();
    for (const each of queued) each.unsubscribe();
    await publish('slate.build.progress.p1', 2);
    expect(calls).toBe(102);
    expect(await carried('shared')).toEqual(['slate.build.progress.p1']);
    all[0]?.unsubscribe();
    await defaultBus().flush();
    expect(await carried('shared')).toEqual([]);
  });

  it('subscribing and unsubscribing in one turn, a thousand times, leaks nothing', async () => {
    configure({ servers: server.wsUrl, name: 'strict' });
    for (let i = 0; i < 1000; i++) {
      void subscribe('slate.file.updated.f1', () => undefined).then((each) => each.unsubscribe());
      onProjectEvents('ada', () => undefined)();
    }
    await publish('x', 1);
    await until(() => natsStats()?.subscriptions === 0, { what: 'the end of the last' });
    await defaultBus().flush();
    expect(await carried('strict')).toEqual([]);
    const received: unknown[] = [];
    const stay = await subscribe('slate.file.updated.f1', (data) => received.push(data));
    await publish('slate.file.updated.f1', 1);
    expect(received).toEqual([1]);
    stay.unsubscribe();
  });

  it('survive a restart of the server, still one for each subject', async () => {
    configure({ servers: server.wsUrl, name: 'restart' });
    const received: unknown[] = [];
    for (const _ of [1, 2]) await subscribe('again', (data) => received.push(data));
    await server.kill();
    server = await restarted(server, { config });
    await until(() => isNatsConnected(), { what: 'the connection', deadlineMs: 15_000 });
    await publish('again', 1);
    expect(received).toEqual([1, 1]);
    expect(await carried('restart')).toEqual(['again']);
  });
});

describe('requests', () => {
  beforeEach(() => configure({ servers: server.wsUrl, name: 'asking' }));

  it('resolve with the answer, or fail in three ways with different errors', async () => {
    await using bob = await someone();
    const { status } = NatsSubjects.runtime;
    await respond(status('s1'), async (data) => ({ state: 'running', asked: data }), { bus: bob });
    await respond(status('s2'), () => Promise.reject(new Error('session s2 – crashed')), { bus: bob });
    bob.subscribe('slate.runtime.silent', () => undefined);
    await bob.flush();
    expect(await request(status('s1'), { query: 'status' })).toEqual({ state: 'running', asked: { query: 'status' } });
    const failed = await request(status('s2')).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(RemoteError);
    expect(failed).toMatchObject({ subject: 'slate.runtime.status.s2', code: 500, reason: 'session s2 – crashed' });
    await expect(request('slate.runtime.silent', 1, 100)).rejects.toThrow(RequestTimeoutError);
    await expect(request(status('nobody'), 1)).rejects.toThrow(NoRespondersError);
  });

  it('reject with the errors of a responder of the official client', async () => {
    const connection = await official();
    const service = await connection.services.add({ name: 'official', version: '1.0.0' });
    service.addEndpoint('fails', {
      subject: 'official.fails',
      handler: (error, message) => void (error ?? message.respondError(409, 'it conflicts')),
    });
    await connection.flush();
    await expect(request('official.fails')).rejects.toMatchObject({
      name: 'RemoteError',
      code: 409,
      reason: 'it conflicts',
    });
    await connection.close();
  });

  it('are seen and counted by the official client of the services API', async () => {
    const before = Date.now();
    const service = await respond('slate.runtime.status.s1', (data) => {
      if (data === 'bad') throw new Error('bad request');
      return 'ok';
    });
    await request('slate.runtime.status.s1');
    await request('slate.runtime.status.s1', 'bad').catch(() => undefined);
    const connection = await official();
    const tools = connection.services.client();
    const all = async <T>(answers: AsyncIterable<T> | Promise<AsyncIterable<T>>) => {
      const list: T[] = [];
      for await (const each of await answers) list.push(each);
      return list;
    };
    const name = 'slate-runtime-status-s1';
    const [found] = await all(tools.ping());
    expect(found).toMatchObject({ type: 'io.nats.micro.v1.ping_response', name, version: '1.0.0' });
    expect(await all(tools.info(name, found?.id))).toMatchObject([
      { endpoints: [{ name, subject: 'slate.runtime.status.s1', queue_group: 'q' }] },
    ]);
    const [stats] = await all(tools.stats(name));
    expect(stats?.endpoints).toMatchObject([{ num_requests: 2, num_errors: 1, last_error: 'bad request' }]);
    expect(stats?.endpoints?.[0]?.processing_time).toBeGreaterThan(0);
    expect(Date.parse(stats?.started ?? '')).toBeGreaterThanOrEqual(before);
    service.unsubscribe();
    const isGone = async () => (await carried('asking')).every((subject) => subject.startsWith('slate.inbox'));
    await until(isGone, { what: 'the end of its subscriptions' });
    await expect(tools.ping().then(all)).rejects.toMatchObject({ code: '503' }); // no responders
    await connection.close();
  });

  it('are shared by the instances of a responder, and each is answered once', async () => {
    await using bob = await someone();
    let answers = 0;
    await respond('shared.work', () => ++answers);
    await respond('shared.work', () => ++answers, { bus: bob });
    await Promise.all(Array.from({ length: 30 }, () => request('shared.work')));
    expect(answers).toBe(30);
  });
});

describe('limits and permissions', () => {
  it('refuses a payload over the limit of the server before it is sent; headers count', async () => {
    configure({ servers: server.wsUrl });
    await publish('large', 'x'.repeat(MAX_PAYLOAD - 2));
    const sent = defaultBus().stats.messagesOut;
    const error = await publish('large', 'x'.repeat(MAX_PAYLOAD)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PayloadTooLargeError);
    expect(error).toMatchObject({ subject: 'large', size: MAX_PAYLOAD + 2, limit: MAX_PAYLOAD });
    expect((error as Error).message).toMatch(/20002.*20000/);
    await expect(publish('large', 'x'.repeat(MAX_PAYLOAD - 2), { headers: { a: 'b' } })).rejects.toThrow(
      PayloadTooLargeError,
    );
    await expect(request('large', 'x'.repeat(MAX_PAYLOAD))).rejects.toThrow(PayloadTooLargeError);
    expect(defaultBus().stats.messagesOut).toBe(sent);
    expect(isNatsConnected()).toBe(true);
  });

  it('reports what the server forbids: as a rejection and as one error event', async () => {
    await using strict = await natsServer({
      config: `authorization { users: [{ user: ada, password: x, permissions {
        publish: ["slate.>"], subscribe: ["slate.>"] } }] }`,
    });
    configure({ servers: strict.wsUrl, user: 'ada', pass: 'x', name: 'strict' });
    await expect(subscribe('secret', () => undefined)).rejects.toThrow(PermissionError);
    expect(errors).toHaveLength(1);
    for (const whenOffline of ['reject', 'queue'] as const) {
      await expect(publish('secret', 1, { whenOffline })).rejects.toThrow(PermissionError);
    }
    await publish('slate.allowed', 1);
    expect(errors).toHaveLength(3);
    expect(errors[1]).toMatchObject({ name: 'PermissionError', operation: 'publish', subject: 'secret' });
    await respond('slate.runtime.status.s1', () => 'ok'); // $SRV is forbidden: no tool finds it, and it answers
    expect(await request('slate.runtime.status.s1')).toBe('ok');
    expect(errors).toHaveLength(4);
    expect(await carried('strict', strict)).toContain('slate.runtime.status.s1');
  });

  it('a message that is not JSON costs one error and reaches no callback', async () => {
    await using bob = await someone();
    configure({ servers: server.wsUrl });
    const received: unknown[] = [];
    for (const _ of [1, 2]) await subscribe('text', (data) => received.push(data));
    bob.publish('text', new TextEncoder().encode('{"half":'));
    bob.publish('text', 'fine');
    await until(() => received.length === 2, { what: 'the good message' });
    expect(received).toEqual(['fine', 'fine']);
    expect(errors).toMatchObject([{ name: 'PayloadError', subject: 'text' }]);
  });
});
