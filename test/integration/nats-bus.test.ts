/**
 * What only a real server can show: addresses, credentials, and a server that comes late or goes.
 * Past 300 lines: one server set-up, and a test for each way it can refuse or go.
 */
import { createServer, type Server } from 'node:net';
import { wsconnect } from '@nats-io/nats-core';
import { connect as natsWsConnect } from 'nats.ws';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Bus, BusMessage, BusStatus } from '../../src/bus/bus.js';
import { connect, openBus } from '../../src/bus/nats/connect.js';
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

/** A bus that ends with the scope. */
function scoped(bus: Bus): Bus & AsyncDisposable {
  return Object.assign(bus, { [Symbol.asyncDispose]: () => bus.close() });
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
}

const users = (password: string, more = '') =>
  `authorization { users: [{ user: alice, password: ${password}${more} }] }`;

describe('the first connection', () => {
  it('is waited for by connect, and named by its address', async () => {
    await using server = await natsServer();
    await using bus = scoped(await connect({ servers: server.wsUrl, name: 'first' }));
    expect(bus.status).toEqual({ type: 'connected', server: server.wsUrl, reconnects: 0 });
    const listed = (await (await fetch(`${server.monitorUrl}/connz`)).json()) as { connections: { name: string }[] };
    expect(listed.connections.map(({ name }) => name)).toEqual(['first']);
  });

  it.each([
    ['a refused connection', async () => `ws://127.0.0.1:${await freePort()}`],
    ['an unknown host', async () => 'ws://no-such-host.invalid:9222'],
  ])('is tried for ever at %s, and said once', async (_, address) => {
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
          return new WebSocket(url) as unknown as globalThis.WebSocket;
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

  it('comes with a late server, subscriptions and all', async () => {
    const port = await freePort();
    await using bus = scoped(openBus({ servers: `ws://127.0.0.1:${port}` }));
    const { statuses, errors } = watch(bus);
    const heard: BusMessage[] = [];
    bus.subscribe('early', (message) => heard.push(message));
    const ended = bus.subscribe('early', () => expect.unreachable('it was ended before'));
    ended.unsubscribe();
    await until(() => errors.length > 0, { what: 'the error event' });
    const connected = becomes(bus, 'connected');
    await using server = await natsServer({ wsPort: port });
    await connected;
    expect(statuses.map(({ type }) => type)).toEqual(['connecting', 'connected']);
    expect(bus.status).toEqual({ type: 'connected', server: server.wsUrl, reconnects: 0 });
    bus.publish('early', 1);
    await until(() => heard.length === 1, { what: 'the message' });
  });

  it('takes the server that is there, of several', async () => {
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

  it('is given up by close, and nothing is left behind', async () => {
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
  it('that are refused end it at once, with the reason, and are not tried again', async () => {
    await using server = await natsServer({ config: users('secret') });
    let attempts = 0;
    const options = {
      servers: server.wsUrl,
      user: 'alice',
      pass: 'wrong',
      WebSocket: (url: string) => {
        attempts++;
        return new WebSocket(url) as unknown as globalThis.WebSocket;
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

  it('are a user and password, a token, or a function asked each time', async () => {
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

  it('that cannot be made are refused with the reason', async () => {
    await using server = await natsServer({ config: users('secret') });
    const authenticator = () => {
      throw new Error('the token service is down');
    };
    const error = await within(
      connect({ servers: server.wsUrl, authenticator }).catch((e: unknown) => e),
      'the rejection',
    );
    expect(error).toBeInstanceOf(AuthenticationError);
    expect((error as Error).message).toContain('the token service is down');
  });

  it('that run out during an outage end the connection when they are refused', async () => {
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
    expect(await within(subscription.closed, 'its end')).toBeInstanceOf(AuthenticationError);
  });
});

describe('a server that goes and comes back', () => {
  it('is missed, tried for, and found, and the status says each', async () => {
    let server = await natsServer();
    await using bus = scoped(await connect({ servers: server.wsUrl }));
    const { statuses, errors } = watch(bus);
    for (const round of [1, 2]) {
      statuses.length = 0;
      errors.length = 0;
      const lost = becomes(bus, 'reconnecting');
      await server.kill();
      await lost;
      await until(() => errors.length > 0, { what: 'the error of the first try in vain' });
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

  it('is tried for ever', async () => {
    let server = await natsServer();
    let attempts = 0;
    const bus = await connect({
      servers: server.wsUrl,
      clock: { ...systemClock, after: (ms, fn) => systemClock.after(ms / 20, fn) }, // a second in 50 ms
      WebSocket: (url) => {
        attempts++;
        return new WebSocket(url) as unknown as globalThis.WebSocket;
      },
    });
    await server.kill();
    await until(() => attempts > 15, { what: 'more tries than a client makes by itself', deadlineMs: 15_000 });
    const found = becomes(bus, 'connected');
    server = await restarted(server);
    await found;
    await bus.close();
    await server.stop();
  });

  it('is found once, however often the client of the page says so', async () => {
    let server = await natsServer();
    let attempts = 0;
    const connection = await wsconnect({
      servers: server.wsUrl,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 20,
      wsFactory: async (url) => {
        attempts++;
        return { socket: new WebSocket(url) as unknown as globalThis.WebSocket, encrypted: false };
      },
    });
    const bus = await connect({ connection });
    const { statuses } = watch(bus);
    await server.kill();
    await until(() => attempts > 4, { what: 'tries in vain' }); // nats-core will say "reconnect" for each
    const found = becomes(bus, 'connected');
    server = await restarted(server);
    await found;
    await bus.roundTrip();
    await until(() => attempts > 5, { what: 'the last try' });
    await bus.roundTrip();
    expect(statuses.filter(({ type }) => type === 'connected')).toHaveLength(1);
    expect(bus.status).toMatchObject({ reconnects: 1 });
    await bus.close();
    await connection.close();
    await server.stop();
  });

  it('is missed by its silence when it freezes with the socket open, and found when it thaws', async () => {
    await using server = await natsServer();
    await using bus = scoped(await connect({ servers: server.wsUrl, pingInterval: 100 }));
    const { errors } = watch(bus);
    const heard: BusMessage[] = [];
    bus.subscribe('a', (message) => heard.push(message));
    await bus.flush();
    const lost = becomes(bus, 'reconnecting');
    process.kill(server.pid, 'SIGSTOP');
    try {
      const flushing = async () => {
        for (;;) await bus.flush();
      };
      await expect(within(flushing(), 'the end of a flush')).rejects.toThrow(NotConnectedError);
      await lost;
      await until(() => errors.length > 0, { what: 'the error of a try that nobody greeted', deadlineMs: 10_000 });
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    await until(() => bus.status.type === 'connected', { what: 'connected', deadlineMs: 10_000 });
    bus.publish('a');
    await until(() => heard.length === 1, { what: 'the message' });
  });

  it('is left in peace once the bus is closed in the middle of an outage', async () => {
    await using server = await natsServer();
    let attempts = 0;
    const bus = await connect({
      servers: server.wsUrl,
      WebSocket: (url) => {
        attempts++;
        return new WebSocket(url) as unknown as globalThis.WebSocket;
      },
    });
    await server.kill();
    await until(() => attempts >= 2, { what: 'a try' });
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
  it('on a connection of the page is told for our subscriptions, and not for the page’s', async () => {
    const config = users('secret', ', permissions: { subscribe: { deny: "no.>" } }');
    await using server = await natsServer({ config });
    const connection = await natsWsConnect({
      servers: server.wsUrl,
      user: 'alice',
      pass: 'secret',
      ...{ wsFactory: async (url: string) => ({ socket: new WebSocket(url), encrypted: false }) },
    });
    await using bus = scoped(await connect({ connection }));
    const { errors } = watch(bus);
    connection.subscribe('no.pages', { callback: () => undefined });
    await connection.flush();
    await bus.flush();
    expect(errors).toEqual([]);
    const ours = bus.subscribe('no.ours', () => undefined);
    expect(await within(ours.closed, 'its end')).toBeInstanceOf(PermissionError);
    expect(errors).toHaveLength(1);
    await connection.close();
    await until(() => bus.status.type === 'closed', { what: 'closed with the connection of the page' });
  });
});

describe('headers that cannot be read', () => {
  const wsFactory = async (url: string) => ({ socket: new WebSocket(url) as never, encrypted: false });
  it.each([
    ['nats.ws', (servers: string) => natsWsConnect({ servers, ...{ wsFactory } })],
    ['nats-core', (servers: string) => wsconnect({ servers, wsFactory })],
  ])('count as none: the message is heard, and a request has its answer (%s)', async (_, make) => {
    await using server = await natsServer();
    const connection = await make(server.wsUrl);
    await using bus = scoped(await connect({ connection }));
    const other = await natsWsConnect({ servers: server.wsUrl, ...{ wsFactory } });
    const headers = { encode: () => new TextEncoder().encode('NATS/1.0\r\nbad name: 1\r\n\r\n') } as never;
    const answer = (_: Error | null, { reply = '' }) => other.publish(reply, new Uint8Array(0), { headers });
    other.subscribe('ask', { callback: answer as never });
    const heard: (string | undefined)[] = [];
    bus.subscribe('tell', (message) => heard.push(message.header('bad name')));
    await bus.flush();
    other.publish('tell', '1', { headers });
    await other.flush();
    const { data, noResponders } = await within(bus.request('ask', 1, 1000), 'the answer');
    expect([data.length, noResponders]).toEqual([0, false]);
    expect(heard).toEqual([undefined]);
    await Promise.all([other.close(), connection.close()]);
  });
});

describe('a connection of the page', () => {
  const open = (servers: string) =>
    natsWsConnect({
      servers,
      ...{ wsFactory: async (url: string) => ({ socket: new WebSocket(url), encrypted: false }) },
    });

  it('stays open when the bus closes, with nothing of ours on it', async () => {
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

  it('that is closed by the page in the middle of a drain ends the drain', async () => {
    await using server = await natsServer();
    const connection = await open(server.wsUrl);
    const bus = await connect({ connection });
    bus.subscribe('a', () => undefined);
    await bus.flush();
    const drained = bus.drain();
    await connection.close();
    await within(drained, 'the end of the drain');
  });

  it('that is drained by the page ends the bus in order', async () => {
    await using server = await natsServer();
    const connection = await open(server.wsUrl);
    const bus = await connect({ connection });
    const subscription = bus.subscribe('a', () => undefined);
    await connection.drain();
    expect(await within(subscription.closed, 'its end')).toBeUndefined();
    await until(() => bus.status.type === 'closed', { what: 'closed' });
    await expect(connect({ connection })).rejects.toThrow(OptionError);
  });
});

it('bytes on the wire are counted, protocol lines and all', async () => {
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
