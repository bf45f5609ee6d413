/**
 * What a real server refuses: its words reach the page, at once, and have a consequence. Where no configuration makes
 * the server say a thing, the socket of the test writes what makes it.
 */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Bus } from '../../src/bus/bus.js';
import { type ConnectOptions, connect, openBus } from '../../src/bus/nats/connect.js';
import { AuthenticationError, PermissionError, ServerError, type SlateError } from '../../src/errors.js';
import { joinRoom } from '../../src/room/join.js';
import { JwtIssuer } from '../support/jwt.js';
import { type LocalServer, type LocalServerOptions, natsServer, restarted } from '../support/nats.js';
import { nodeSocket } from '../support/node-socket.js';
import { until } from '../support/wait.js';

async function start(options: LocalServerOptions): Promise<LocalServer> {
  const server = await natsServer(options);
  onTestFinished(() => server.stop());
  return server;
}

/** Opens a bus that closes with the test, and collects its errors. */
function watched(options: ConnectOptions): { bus: Bus; errors: SlateError[] } {
  const bus = openBus(options);
  const errors: SlateError[] = [];
  bus.on('error', (error) => errors.push(error));
  onTestFinished(() => bus.close());
  return { bus, errors };
}

const connected = (bus: Bus) => until(() => bus.status.type === 'connected', { what: 'connected', deadlineMs: 10_000 });

/** A socket through which the test writes to the server, and that keeps from the server what it is told to keep. */
function wire(drops: (text: string) => boolean = () => false) {
  const line = {
    write: (_: string): void => expect.unreachable('there is no socket yet'),
    make: (url: string): WebSocket => {
      const socket = nodeSocket(url);
      const send = socket.send.bind(socket);
      line.write = (text) => send(Buffer.from(text));
      socket.send = (data) => {
        if (!drops(Buffer.from(data as ArrayBuffer).toString())) send(data);
      };
      return socket;
    },
  };
  return line;
}

describe('an attempt that the server refuses with words', () => {
  const issuer = new JwtIssuer({ conn: 1 });
  it.each<[string, LocalServerOptions, Partial<ConnectOptions>, RegExp]>([
    ['maximum connections', { config: 'max_connections: 1' }, {}, /maximum connections exceeded/],
    [
      'maximum connections of the account',
      { config: issuer.config },
      { jwt: issuer.jwt(), seed: issuer.seed },
      /maximum account active connections exceeded/,
    ],
  ])('%s: has them in its status, is tried again, and succeeds when it can', async (...row) => {
    const [, config, options, words] = row;
    const server = await start(config);
    const first = await connect({ servers: server.wsUrl, ...options });
    const { bus, errors } = watched({ servers: server.wsUrl, ...options });
    // The system may drop the words of one attempt: the server ends it with bytes of ours unread, which resets it.
    const refusals = () => errors.filter((error) => error instanceof ServerError);
    await until(() => refusals().length > 0, { what: 'the words', deadlineMs: 10_000 });
    expect(refusals()[0]?.message).toMatch(words);
    expect(bus.status).toEqual({ type: 'connecting', error: refusals()[0] });
    await first.close();
    await connected(bus);
    expect(refusals()).toHaveLength(1);
  });

  it('while it reconnects: has them in its status, and succeeds when it can', async () => {
    const server = await start({ config: 'max_connections: 1' });
    const line = wire();
    const { bus, errors } = watched({ servers: server.wsUrl, WebSocket: line.make });
    await connected(bus);
    line.write('NONSENSE\r\n'); // the server ends the connection, and the next one takes its place
    await until(() => bus.status.type === 'reconnecting', { what: 'the loss' });
    const other = await connect({ servers: server.wsUrl });
    const words = () => 'error' in bus.status && (bus.status.error as ServerError | undefined)?.reason;
    await until(() => words() === 'maximum connections exceeded', { what: 'the words', deadlineMs: 10_000 });
    expect(bus.status.type).toBe('reconnecting');
    await other.close();
    await connected(bus);
    expect(errors.filter((error) => /maximum connections/.test(error.message))).toHaveLength(1);
  });

  it('authentication timeout: says so and is tried again, because the credentials may be good', async () => {
    const server = await start({ config: 'authorization { timeout: 0.3, user: a, password: b }' });
    const line = wire((text) => text.startsWith('CONNECT') || text.startsWith('PING'));
    const { bus, errors } = watched({ servers: server.wsUrl, user: 'a', pass: 'b', WebSocket: line.make });
    await until(() => errors.length > 0, { what: 'the words' });
    expect(errors[0]).toMatchObject({ name: 'ServerError', reason: 'authentication timeout' });
    expect(bus.status.type).toBe('connecting');
  });

  it('authorization violation: closes the bus with an AuthenticationError', async () => {
    const server = await start({ config: 'authorization { user: a, password: b }' });
    await expect(connect({ servers: server.wsUrl, user: 'a', pass: 'wrong' })).rejects.toThrow(AuthenticationError);
    await expect(connect({ servers: server.wsUrl })).rejects.toThrow(/authorization violation/);
  });
});

describe('a connection that the server ends with words', () => {
  it.each<[string, string, RegExp]>([
    ['an unknown operation', 'NONSENSE\r\n', /unknown protocol operation/],
    ['a message beyond max_payload', 'PUB slate.x 9999999\r\n', /maximum payload violation/],
    ['a line beyond max_control_line', `PUB ${'x'.repeat(5000)} 1\r\n`, /maximum control line exceeded/],
  ])('because of %s reports them, and is made anew', async (_, text, words) => {
    const server = await start({});
    const line = wire();
    const { bus, errors } = watched({ servers: server.wsUrl, WebSocket: line.make });
    await connected(bus);
    line.write(text);
    const again = () => bus.status.type === 'connected' && bus.status.reconnects === 1;
    await until(again, { what: 'the next connection', deadlineMs: 10_000 });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBeInstanceOf(ServerError);
    expect(errors[0]?.message).toMatch(words);
  });

  it('because it is stale reports them, and is made anew', async () => {
    const server = await start({ config: 'ping_interval: "200ms", ping_max: 1' });
    let mute = true;
    const line = wire((text) => mute && text.includes('PONG'));
    const { bus, errors } = watched({ servers: server.wsUrl, WebSocket: line.make });
    await connected(bus);
    await until(() => errors.length > 0, { what: 'the words', deadlineMs: 10_000 });
    mute = false;
    expect(errors[0]).toMatchObject({ name: 'ServerError', reason: 'stale connection' });
    await until(() => bus.status.type === 'connected', { what: 'the next connection', deadlineMs: 10_000 });
  });
});

describe('a connection that the server ends as soon as it has accepted the client', () => {
  /** The second socket carries the end of its connection some promise jobs after the acceptance, in the same task. */
  const endsAfter = (jobs: number) => {
    let sockets = 0;
    return (url: string): WebSocket => {
      const socket = nodeSocket(url);
      if (++sockets !== 2) return socket;
      let ending = false;
      socket.addEventListener('message', async ({ data }) => {
        if (ending || !Buffer.from(data as ArrayBuffer).includes('PONG')) return;
        ending = true;
        for (let job = 0; job < jobs; job++) await undefined;
        socket.onmessage?.({
          data: new Uint8Array(Buffer.from("-ERR 'User Authentication Expired'\r\n")).buffer,
        } as MessageEvent);
        socket.close();
      });
      return socket;
    };
  };

  it.each([0, 2, 4, 6, 8, 10, 12, 16, 20])('in the same task, %i jobs later: is made anew', async (jobs) => {
    const server = await start({});
    const { bus } = watched({ servers: server.wsUrl, token: () => 'any', WebSocket: endsAfter(jobs) });
    await connected(bus);
    await server.kill();
    const next = await restarted(server);
    onTestFinished(() => next.stop());
    const clients = async () =>
      ((await (await fetch(`${next.monitorUrl}/varz`)).json()) as { connections: number }).connections;
    await until(async () => bus.status.type === 'connected' && (await clients()) === 1 && (await clients()) === 1, {
      what: 'a living connection',
      deadlineMs: 10_000,
    });
    await bus.flush();
  });
});

describe('subscriptions beyond the limit of the server', () => {
  it('end with its words, and those before them live', async () => {
    const server = await start({ config: 'max_subscriptions: 3' });
    const { bus, errors } = watched({ servers: server.wsUrl });
    await connected(bus);
    const received: number[] = [];
    const subscriptions = [1, 2, 3, 4, 5].map((n) => bus.subscribe(`slate.s${n}`, () => received.push(n)));
    await bus.flush();
    for (const n of [1, 2, 3, 4, 5]) bus.publish(`slate.s${n}`);
    await bus.flush();
    expect(received).toEqual([1, 2, 3]);
    for (const refused of subscriptions.slice(3)) {
      expect(await refused.closed).toMatchObject({ name: 'ServerError', reason: 'maximum subscriptions exceeded' });
    }
    expect(errors).toHaveLength(2);
    const [first] = subscriptions;
    first?.unsubscribe();
    bus.subscribe('slate.s6', () => received.push(6));
    await bus.flush();
    bus.publish('slate.s6');
    await until(() => received.includes(6), { what: 'a message in the place of another' });
  });

  it('refuse the room', async () => {
    const server = await start({ config: 'max_subscriptions: 2' });
    const { bus } = watched({ servers: server.wsUrl });
    await connected(bus);
    const joining = joinRoom(bus, { project: 'p1', user: { id: 'ada', name: 'Ada' } });
    await expect(joining).rejects.toMatchObject({ name: 'ServerError', reason: 'maximum subscriptions exceeded' });
  });
});

it('P7: a room that comes back to a server that now forbids its subjects leaves, and says why', async () => {
  const users = (more: string) => ({
    config: `authorization { users: [{ user: a, password: b, permissions: { publish: ["slate.>"], subscribe: {
      allow: ["slate.>"] ${more} } } }] }`,
  });
  const server = await natsServer(users(''));
  const { bus } = watched({ servers: server.wsUrl, user: 'a', pass: 'b' });
  await connected(bus);
  const room = await joinRoom(bus, { project: 'p1', user: { id: 'ada', name: 'Ada' } });
  const errors: SlateError[] = [];
  room.on('error', (error) => errors.push(error));
  await server.kill();
  await using _again = await restarted(server, users(', deny: ["slate.collab.presence.>"]'));
  await until(() => room.status === 'closed', { what: 'the end of the room', deadlineMs: 10_000 });
  const refusal = errors.find((error) => error instanceof PermissionError);
  expect(refusal).toMatchObject({ operation: 'subscribe', subject: 'slate.collab.presence.p1' });
});
