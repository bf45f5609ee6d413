/**
 * What only a real server can show: addresses, credentials, and a server that comes late or goes.
 * Longer than 300 lines because each way in which a server can refuse or go is a test.
 */
import { wsconnect } from '@nats-io/nats-core';
import { connect as natsWsConnect } from 'nats.ws';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Bus, BusMessage, BusStatus } from '../../src/bus/bus.js';
import { type ConnectOptions, connect, openBus } from '../../src/bus/nats/connect.js';
import type { NatsConnectionLike } from '../../src/bus/nats/nats-connection.js';
import { systemClock } from '../../src/clock.js';
import {
  AuthenticationError,
  NotConnectedError,
  OptionError,
  PermissionError,
  ServerUnreachableError,
  type SlateError,
} from '../../src/errors.js';
import { natsServer, restarted } from '../support/nats.js';
import { nodeSocket, wsFactory } from '../support/node-socket.js';
import { freePort } from '../support/ports.js';
import { once, until, within } from '../support/wait.js';

const becomes = (bus: Bus, type: BusStatus['type'], deadlineMs = 15_000) =>
  once<BusStatus>(
    (fn) => bus.on('status', fn),
    (status) => status.type === type,
    { what: type, deadlineMs },
  );

function watch(bus: Bus) {
  const statuses: BusStatus[] = [];
  const errors: SlateError[] = [];
  bus.on('status', (status) => statuses.push(status));
  bus.on('error', (error) => errors.push(error));
  return { statuses, errors };
}

/** Closes the bus at the end of the scope. */
function scoped(bus: Bus): Bus & AsyncDisposable {
  return Object.assign(bus, { [Symbol.asyncDispose]: () => bus.close() });
}

function down(): never {
  throw new Error('the token service is down');
}

const users = (password: string, more = '') =>
  `authorization { users: [{ user: alice, password: ${password}${more} }] }`;

describe('the first connection', () => {
  it('is awaited by connect, and the status names the address of the server', async () => {
    await using server = await natsServer();
    await using bus = scoped(await connect({ servers: server.wsUrl, name: 'first' }));
    expect(bus.status).toEqual({ type: 'connected', server: server.wsUrl, reconnects: 0 });
    const listed = (await (await fetch(`${server.monitorUrl}/connz`)).json()) as { connections: { name: string }[] };
    expect(listed.connections.map(({ name }) => name)).toEqual(['first']);
  });

  it.each([
    ['a refused connection', async () => `ws://127.0.0.1:${await freePort()}`],
    ['an unknown host', async () => 'ws://no-such-host.invalid:9222'],
  ])('is tried without end at %s, and the error is reported once', async (_, address) => {
    const servers = await address();
    await using bus = scoped(openBus({ servers }));
    const { statuses, errors } = watch(bus);
    let attempts = 0;
    expect(bus.status).toEqual({ type: 'connecting' });
    await using counted = scoped(
      openBus({
        servers,
        WebSocket: (url) => {
          attempts++;
          return nodeSocket(url);
        },
      }),
    );
    await until(() => errors.length > 0, { what: 'the error event' });
    await until(() => attempts >= 3, { what: 'three attempts', deadlineMs: 10_000 });
    expect(counted.status.type).toBe('connecting');
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBeInstanceOf(ServerUnreachableError);
    expect(errors[0]).toMatchObject({ servers: [servers] });
    expect(errors[0]?.cause).toBeInstanceOf(Error);
    expect(statuses).toEqual([{ type: 'connecting', error: errors[0] }]);
  });

  it('says what answers there: another listener of the server, or its monitoring pages', async () => {
    await using server = await natsServer();
    for (const [port, words] of [
      [server.natsPort, /What answers there is no WebSocket listener/],
      [server.monitorPort, /A web server answers there \(status \d+\)/],
    ] as const) {
      await using bus = scoped(openBus({ servers: `ws://127.0.0.1:${port}`, WebSocket: nodeSocket }));
      const { errors } = watch(bus);
      await until(() => errors.length > 0, { what: 'the error' });
      expect(errors[0]).toBeInstanceOf(ServerUnreachableError);
      expect(errors[0]?.message).toMatch(words);
    }
  });

  it('is made when the server starts late, with every subscription', async () => {
    const port = await freePort();
    await using bus = scoped(openBus({ servers: `ws://127.0.0.1:${port}` }));
    const { statuses, errors } = watch(bus);
    const received: BusMessage[] = [];
    bus.subscribe('early', (message) => received.push(message));
    const ended = bus.subscribe('early', () => expect.unreachable('it has been unsubscribed'));
    ended.unsubscribe();
    await until(() => errors.length > 0, { what: 'the error event' });
    const connected = becomes(bus, 'connected');
    await using server = await natsServer({ wsPort: port });
    await connected;
    expect(statuses.map(({ type }) => type)).toEqual(['connecting', 'connected']);
    expect(bus.status).toEqual({ type: 'connected', server: server.wsUrl, reconnects: 0 });
    bus.publish('early', 1);
    await until(() => received.length === 1, { what: 'the message' });
  });

  it('is made to the one of several servers that runs', async () => {
    await using server = await natsServer();
    const gone = `ws://127.0.0.1:${await freePort()}`;
    for (const servers of [
      [gone, server.wsUrl],
      [server.wsUrl, gone],
    ]) {
      await using bus = scoped(openBus({ servers }));
      const { errors } = watch(bus);
      await becomes(bus, 'connected');
      expect(bus.status).toMatchObject({ server: server.wsUrl });
      expect(errors).toEqual([]);
    }
  });

  it('is aborted by close, which leaves no socket open', async () => {
    await using server = await natsServer();
    const sockets: WebSocket[] = [];
    const bus = openBus({
      servers: server.wsUrl,
      WebSocket: (url) => {
        const socket = new WebSocket(url);
        sockets.push(socket);
        return socket as unknown as globalThis.WebSocket;
      },
    });
    await until(() => sockets.length === 1, { what: 'the socket' });
    await bus.close();
    expect(bus.status).toEqual({ type: 'closed' });
    await until(() => sockets[0]?.readyState === WebSocket.CLOSED, { what: 'the end of the socket' });
    expect(sockets).toHaveLength(1);
  });
});

describe('credentials', () => {
  it('that the server refuses close the bus at once, with the reason, and are not tried again', async () => {
    await using server = await natsServer({ config: users('secret') });
    let attempts = 0;
    const options = {
      servers: server.wsUrl,
      user: 'alice',
      pass: 'wrong',
      WebSocket: (url: string) => {
        attempts++;
        return nodeSocket(url);
      },
    };
    const bus = openBus(options);
    const { statuses, errors } = watch(bus);
    await becomes(bus, 'closed');
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBeInstanceOf(AuthenticationError);
    expect(errors[0]).toMatchObject({ servers: [server.wsUrl], reason: 'authorization violation' });
    expect(statuses).toEqual([{ type: 'closed', error: errors[0] }]);
    expect(attempts).toBe(1);
    await expect(connect(options)).rejects.toThrow(AuthenticationError);
    await expect(connect({ servers: server.wsUrl })).rejects.toThrow(AuthenticationError);
    expect(attempts).toBe(2);
  });

  it('are a user and a password, a token, or a function that is called for each attempt', async () => {
    await using byUser = await natsServer({ config: users('secret') });
    await using first = scoped(await connect({ servers: byUser.wsUrl, user: 'alice', pass: 'secret' }));
    expect(first.status.type).toBe('connected');
    await using byToken = await natsServer({ config: 'authorization { token: t1 }' });
    await using second = scoped(await connect({ servers: byToken.wsUrl, token: 't1' }));
    expect(second.status.type).toBe('connected');
    const token = vi.fn(() => 't1');
    await using third = scoped(await connect({ servers: byToken.wsUrl, token }));
    expect(third.status.type).toBe('connected');
    expect(token).toHaveBeenCalledTimes(1);
    await using fourth = scoped(await connect({ servers: byToken.wsUrl, authenticator: () => ({ auth_token: 't1' }) }));
    expect(fourth.status.type).toBe('connected');
  });

  it.each<[string, (fail: boolean) => ConnectOptions]>([
    ['an authenticator', (fail) => ({ authenticator: () => (fail ? down() : { auth_token: 't1' }) })],
    ['a function', (fail) => ({ token: () => (fail ? down() : 't1') })],
    ['a promise', (fail) => ({ token: async () => (fail ? down() : 't1') })],
  ])('that %s cannot make are one error with the reason, and are made anew', async (_, kind) => {
    await using server = await natsServer({ config: 'authorization { token: t1 }' });
    let calls = 0;
    const made = kind(true);
    const later = kind(false);
    const pick = () => (++calls > 2 ? later : made);
    const options: ConnectOptions = {
      servers: server.wsUrl,
      ...('token' in made
        ? { token: () => (pick().token as () => string)() }
        : { authenticator: () => pick().authenticator?.() }),
    };
    await using bus = scoped(openBus(options));
    const { statuses, errors } = watch(bus);
    await becomes(bus, 'connected');
    expect(calls).toBe(3);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBeInstanceOf(AuthenticationError);
    expect(errors[0]?.message).toContain('the token service is down');
    expect(statuses).toMatchObject([{ type: 'connecting', error: errors[0] }, { type: 'connected' }]);
  });

  it('that expire during an outage close the bus when the server refuses them', async () => {
    await using server = await natsServer({ config: users('secret') });
    await using bus = scoped(await connect({ servers: server.wsUrl, user: 'alice', pass: 'secret' }));
    const { statuses, errors } = watch(bus);
    const subscription = bus.subscribe('a', () => undefined);
    await server.kill();
    const closed = becomes(bus, 'closed', 20_000);
    await using _changed = await restarted(server, { config: users('changed') });
    await closed;
    expect(bus.status.type === 'closed' && bus.status.error).toBeInstanceOf(AuthenticationError);
    expect(errors.filter((error) => error instanceof AuthenticationError)).toHaveLength(1);
    expect(statuses[0]).toEqual({ type: 'reconnecting' });
    expect(await within(subscription.closed, 'the end of the subscription')).toBeInstanceOf(AuthenticationError);
  });
});

describe('a server that goes and comes back', () => {
  it('makes the bus reconnect, and the status reports each step', async () => {
    let server = await natsServer();
    await using bus = scoped(await connect({ servers: server.wsUrl }));
    const { statuses, errors } = watch(bus);
    for (const round of [1, 2]) {
      statuses.length = 0;
      errors.length = 0;
      const lost = becomes(bus, 'reconnecting');
      await server.kill();
      await lost;
      await until(() => errors.length > 0, { what: 'the error of the first failed attempt' });
      expect(errors[0]).toBeInstanceOf(ServerUnreachableError);
      const found = becomes(bus, 'connected');
      server = await restarted(server);
      await found;
      expect(statuses).toEqual([
        { type: 'reconnecting' },
        { type: 'reconnecting', error: errors[0] },
        { type: 'connected', server: server.wsUrl, reconnects: round },
      ]);
      expect(errors).toHaveLength(1);
    }
    await bus.close();
    await server.stop();
  });

  it('is tried without end', async () => {
    let server = await natsServer();
    let attempts = 0;
    const bus = await connect({
      servers: server.wsUrl,
      clock: { ...systemClock, after: (ms, fn) => systemClock.after(ms / 20, fn) }, // a second in 50 ms
      WebSocket: (url) => {
        attempts++;
        return nodeSocket(url);
      },
    });
    await server.kill();
    await until(() => attempts > 15, { what: 'more attempts than a client makes by itself', deadlineMs: 15_000 });
    const found = becomes(bus, 'connected');
    server = await restarted(server);
    await found;
    await bus.close();
    await server.stop();
  });

  it('is reported as connected once, however often the client of the page reports it', async () => {
    let server = await natsServer();
    let attempts = 0;
    const connection = await wsconnect({
      servers: server.wsUrl,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 20,
      wsFactory: async (url) => {
        attempts++;
        return { socket: nodeSocket(url), encrypted: false };
      },
    });
    const bus = await connect({ connection });
    const { statuses } = watch(bus);
    await server.kill();
    await until(() => attempts > 4, { what: 'failed attempts' }); // nats-core reports "reconnect" once for each
    const found = becomes(bus, 'connected');
    server = await restarted(server);
    await found;
    await bus.roundTrip();
    await until(() => attempts > 5, { what: 'the last attempt' });
    await bus.roundTrip();
    expect(statuses.filter(({ type }) => type === 'connected')).toHaveLength(1);
    expect(bus.status).toMatchObject({ reconnects: 1 });
    await bus.close();
    await connection.close();
    await server.stop();
  });

  it('counts as lost when it does not answer pings, and is connected again when it answers', async () => {
    await using server = await natsServer();
    await using bus = scoped(await connect({ servers: server.wsUrl, pingInterval: 100 }));
    const { errors } = watch(bus);
    const received: BusMessage[] = [];
    bus.subscribe('a', (message) => received.push(message));
    await bus.flush();
    const lost = becomes(bus, 'reconnecting');
    process.kill(server.pid, 'SIGSTOP');
    try {
      const flushing = async () => {
        for (;;) await bus.flush();
      };
      await expect(within(flushing(), 'the end of a flush')).rejects.toThrow(NotConnectedError);
      await lost;
      await until(() => errors.length > 0, {
        what: 'the error of an attempt that no server greeted',
        deadlineMs: 10_000,
      });
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    await until(() => bus.status.type === 'connected', { what: 'connected', deadlineMs: 10_000 });
    bus.publish('a');
    await until(() => received.length === 1, { what: 'the message' });
  });

  it('is not tried again after the bus is closed during an outage', async () => {
    await using server = await natsServer();
    let attempts = 0;
    const bus = await connect({
      servers: server.wsUrl,
      WebSocket: (url) => {
        attempts++;
        return nodeSocket(url);
      },
    });
    await server.kill();
    await until(() => attempts >= 2, { what: 'an attempt' });
    await within(bus.close(), 'close');
    expect(bus.status).toEqual({ type: 'closed' });
    const before = attempts;
    await using again = await restarted(server);
    const other = await connect({ servers: again.wsUrl });
    await other.roundTrip();
    const listed = (await (await fetch(`${again.monitorUrl}/connz`)).json()) as { num_connections: number };
    expect(listed.num_connections).toBe(1);
    expect(attempts).toBe(before);
    await other.close();
  });
});

describe('what the server forbids', () => {
  it("on a connection of the page is reported for the bus's subscriptions, and not for the page's", async () => {
    const config = users('secret', ', permissions: { subscribe: { deny: "no.>" } }');
    await using server = await natsServer({ config });
    const connection = await natsWsConnect({
      servers: server.wsUrl,
      user: 'alice',
      pass: 'secret',
      ...{ wsFactory },
    });
    await using bus = scoped(await connect({ connection }));
    const { errors } = watch(bus);
    connection.subscribe('no.pages', { callback: () => undefined });
    await connection.flush();
    await bus.flush();
    expect(errors).toEqual([]);
    const ours = bus.subscribe('no.ours', () => undefined);
    expect(await within(ours.closed, 'the end of the subscription')).toBeInstanceOf(PermissionError);
    expect(errors).toHaveLength(1);
    await connection.close();
    await until(() => bus.status.type === 'closed', { what: 'closed with the connection of the page' });
  });
});

describe('malformed headers', () => {
  it.each<[string, (servers: string) => Promise<NatsConnectionLike>]>([
    ['nats.ws', (servers) => natsWsConnect({ servers, ...{ wsFactory } })],
    ['nats-core', (servers) => wsconnect({ servers, wsFactory })],
  ])('count as none: the message is delivered, and a request is answered (%s)', async (_, make) => {
    await using server = await natsServer();
    const connection = await make(server.wsUrl);
    await using bus = scoped(await connect({ connection }));
    const other: NatsConnectionLike = await natsWsConnect({ servers: server.wsUrl, ...{ wsFactory } });
    const headers = { encode: () => new TextEncoder().encode('NATS/1.0\r\nbad name: 1\r\n\r\n') };
    other.subscribe('ask', {
      callback: (_, { reply = '' }) => other.publish(reply, new Uint8Array(0), { headers }),
    });
    const received: (string | undefined)[] = [];
    bus.subscribe('tell', (message) => received.push(message.header('bad name')));
    await bus.flush();
    other.publish('tell', Uint8Array.of(1), { headers });
    await other.flush();
    const { data, noResponders } = await within(bus.request('ask', 1, 1000), 'the answer');
    expect([data.length, noResponders]).toEqual([0, false]);
    expect(received).toEqual([undefined]);
    await Promise.all([other.close(), connection.close()]);
  });
});

describe('a connection of the page', () => {
  const open = (servers: string) =>
    natsWsConnect({
      servers,
      ...{ wsFactory },
    });

  it('stays open when the bus closes, without the subscriptions of the bus', async () => {
    await using server = await natsServer();
    const connection = await open(server.wsUrl);
    const bus = await connect({ connection });
    bus.subscribe('a', () => expect.unreachable('the bus is closed'));
    await bus.flush();
    await bus.close();
    expect(connection.isClosed()).toBe(false);
    connection.publish('a');
    await connection.flush();
    const listed = (await (await fetch(`${server.monitorUrl}/connz?subs=1`)).json()) as {
      connections: { subscriptions: number }[];
    };
    expect(listed.connections.map(({ subscriptions }) => subscriptions)).toEqual([0]);
    await connection.close();
  });

  it('that the page closes during a drain ends the drain', async () => {
    await using server = await natsServer();
    const connection = await open(server.wsUrl);
    const bus = await connect({ connection });
    bus.subscribe('a', () => undefined);
    await bus.flush();
    const drained = bus.drain();
    await connection.close();
    await within(drained, 'the end of the drain');
  });

  it('that the page drains ends the subscriptions without an error and closes the bus', async () => {
    await using server = await natsServer();
    const connection = await open(server.wsUrl);
    const bus = await connect({ connection });
    const subscription = bus.subscribe('a', () => undefined);
    await connection.drain();
    expect(await within(subscription.closed, 'the end of the subscription')).toBeUndefined();
    await until(() => bus.status.type === 'closed', { what: 'closed' });
    await expect(connect({ connection })).rejects.toThrow(OptionError);
  });
});

it('the bytes on the socket are counted, protocol lines included', async () => {
  await using server = await natsServer();
  await using alice = scoped(await connect({ servers: server.wsUrl }));
  await using bob = scoped(await connect({ servers: server.wsUrl }));
  bob.subscribe('a', () => undefined);
  await bob.flush();
  const before = { out: alice.stats.bytesOut, in: bob.stats.bytesIn };
  alice.publish('a', new Uint8Array(10));
  await alice.flush();
  await bob.flush();
  const line = (text: string) => text.length;
  expect(alice.stats.bytesOut - before.out).toBe(line('PUB a 10\r\n') + 10 + line('\r\nPING\r\n'));
  const received = bob.stats.bytesIn - before.in; // the server may have sent a PING of its own meanwhile
  expect(received).toBeGreaterThanOrEqual(line('MSG a 1 10\r\n') + 10 + line('\r\nPONG\r\n'));
  expect(received).toBeLessThan(100);
});
