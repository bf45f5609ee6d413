/**
 * What src/bus/nats relies on in the NATS clients beyond their documentation. When one of these fails after an update
 * of a client, the code that the title describes has to change.
 */
import { once as onceEvent } from 'node:events';
import type { AddressInfo } from 'node:net';
import { wsconnect } from '@nats-io/nats-core';
import { connect as natsWsConnect } from 'nats.ws';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { Dialer, type OpenSocket } from '../../src/bus/nats/dialer.js';
import { connectNats } from '../../src/bus/nats/nats-client.js';
import type { NatsConnectionLike } from '../../src/bus/nats/nats-connection.js';
import { readStatuses } from '../../src/bus/nats/nats-status.js';
import { checkOptions } from '../../src/bus/nats/options.js';
import { nextTask } from '../../src/next-task.js';
import { natsServer } from '../support/nats.js';
import { nodeSocket, wsFactory } from '../support/node-socket.js';
import { VirtualClock } from '../support/virtual-clock.js';

afterEach(() => vi.useRealTimers());

const attempts = (open: OpenSocket) => ({
  open,
  ticket: undefined,
  fail: (error: Error) => expect.unreachable(error.message),
});

const forbidding = `authorization {
  users: [{ user: alice, password: secret, permissions: { publish: { deny: "forbidden.>" } } }]
}`;
const user = { user: 'alice', pass: 'secret' };

describe.each<[string, (servers: string, options?: typeof user) => Promise<NatsConnectionLike>]>([
  ['nats.ws', (servers, options) => natsWsConnect({ servers, ...options, ...{ wsFactory } })],
  ['nats-core', (servers, options) => wsconnect({ servers, ...options, wsFactory })],
])('Slate relies on %s', (_, connect) => {
  it('to have an iterator that can be stopped', async () => {
    await using server = await natsServer();
    const connection = await connect(server.wsUrl);
    const statuses = connection.status();
    const ended = (async () => {
      for await (const status of statuses) expect.unreachable(String(status));
    })();
    (statuses as { stop?: () => void }).stop?.();
    await ended;
    await connection.close();
  });

  it('to pass on, within the task of a pong, every error that the server sent before it', async () => {
    await using server = await natsServer({ config: forbidding });
    const connection = await connect(server.wsUrl, user);
    let errors = 0;
    readStatuses(connection, ({ type }) => {
      if (type === 'error') errors++;
    });
    for (const count of [1, 2, 20, 1000]) {
      errors = 0;
      for (let n = 0; n < count; n++) connection.publish(`forbidden.fruit${n}`);
      await connection.flush();
      await nextTask();
      expect(errors).toBe(count);
    }
    await connection.close();
  });
});

describe('nats-bus.ts relies on nats.ws', () => {
  it('to write at once when it is flushed, since otherwise its close discards the last publishes', async () => {
    await using server = await natsServer();
    let written = '';
    const open = () =>
      connectNats(
        checkOptions({ servers: server.wsUrl }),
        attempts(async (url) => {
          const socket = nodeSocket(url);
          const send = socket.send;
          socket.send = (data) => {
            written += new TextDecoder().decode(data as ArrayBuffer);
            send.call(socket, data);
          };
          return { socket, encrypted: false };
        }),
      );
    const [kept, lost] = [await open(), await open()];
    written = '';
    lost.publish('lost');
    await lost.close();
    expect(written).toBe('');
    kept.publish('kept');
    expect(written).toBe('');
    void kept.flush();
    expect(written).toBe('PUB kept 0\r\n\r\nPING\r\n');
    await kept.close();
  });
});

describe('dialer.ts relies on nats.ws', () => {
  /** A server that says `words` and closes cleanly once it was answered; without words, at once. */
  async function closingServer(words: string) {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await onceEvent(server, 'listening');
    server.on('connection', (socket) => {
      if (words) socket.send(Buffer.from(words));
      else socket.close(1000);
      socket.once('message', () => {
        socket.send(Buffer.from("-ERR 'maximum connections exceeded'\r\n"));
        socket.close(1008);
      });
    });
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { url, [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())) };
  }

  it.each([
    ['before the greeting', ''],
    ['before the first PONG, with its reason', 'INFO {"version":"2.9.10","proto":1,"max_payload":1000}\r\n'],
  ])('to end an attempt when it is refused, since it ignores a close %s', async (_, words) => {
    await using server = await closingServer(words);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let closed: Promise<unknown> | undefined;
    const open = async (url: string) => {
      const socket = nodeSocket(url);
      closed = onceEvent(socket, 'close');
      return { socket, encrypted: false };
    };
    const alone = natsWsConnect({ servers: server.url, timeout: 1000, ...{ wsFactory: open } });
    const timedOut = expect(alone).rejects.toMatchObject({ code: 'TIMEOUT' });
    await vi.waitUntil(() => closed, { timeout: 5000 });
    await closed;
    await vi.advanceTimersByTimeAsync(1000);
    await timedOut;

    const settings = checkOptions({ servers: server.url, clock: new VirtualClock(), WebSocket: nodeSocket });
    const dialer = new Dialer(settings);
    await expect(connectNats(settings, dialer)).rejects.toThrow(/authorization violation|unexpected response/i);
    dialer.close();
  });

  it('to ask for the next socket at once after a loss or a failure, so that the dialer alone waits', async () => {
    await using server = await natsServer();
    const sockets: globalThis.WebSocket[] = [];
    let count = 0;
    const connection = await connectNats(
      checkOptions({ servers: server.wsUrl }),
      attempts(async (url) => {
        count++;
        if (count > 1 && count < 5) throw new Error('refused');
        const socket = nodeSocket(url);
        sockets.push(socket);
        return { socket, encrypted: false };
      }),
    );
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }); // they stand still: a client that waits never returns
    sockets[0]?.close();
    for await (const status of connection.status()) {
      if ((status as { type: string }).type === 'reconnect') break;
    }
    expect(count).toBe(5);
    await connection.close();
  });
});
