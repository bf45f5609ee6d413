/** The dialer with real sockets: what it counts, what it closes, and what it reports. */
import { once as onceEvent } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer, type WebSocket as WsSocket } from 'ws';
import { Dialer } from '../../../../src/bus/nats/dialer.js';
import { type SocketFactory, systemSocket } from '../../../../src/bus/nats/socket.js';
import { ConnectionClosedError, ServerUnreachableError } from '../../../../src/errors.js';
import { nextTask } from '../../../../src/next-task.js';
import { VirtualClock } from '../../../support/virtual-clock.js';
import { until } from '../../../support/wait.js';

const utf8 = new TextDecoder();

describe('the sockets of the dialer', () => {
  let server: WebSocketServer;
  let url: string;
  let accepted: WsSocket[];

  beforeEach(async () => {
    server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await onceEvent(server, 'listening');
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    accepted = [];
    server.on('connection', (socket) => accepted.push(socket));
  });
  afterEach(async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  });

  /** What a server says that accepts a client. */
  const ACCEPTED = new TextEncoder().encode('INFO {}\r\nPONG\r\n');

  function setup(makeSocket: SocketFactory = systemSocket, servers: readonly string[] = [url]) {
    const clock = new VirtualClock();
    const dialer = new Dialer({ clock, random: () => 0, servers, credentials: {}, makeSocket, timeout: 10_000 });
    const attemptFailed = vi.fn();
    const never = new Promise<never>(() => undefined); // the test asks for sockets itself, in place of the client
    void dialer.start({ attach: vi.fn(), attemptFailed, fail: vi.fn() }, () => never);
    /** Opens a socket without the wait before an attempt, which dialer.test.ts covers. */
    const open = async (address = url) => {
      dialer.hurry();
      return (await dialer.open(address)).socket;
    };
    return { clock, dialer, open, attemptFailed };
  }

  it('have the bytes of both directions counted, all sockets added up', async () => {
    const { dialer, clock, open } = setup();
    for (const round of [1, 2]) {
      const socket = await open(`${url}/`);
      socket.binaryType = 'arraybuffer';
      await onceEvent(socket, 'open');
      await until(() => accepted.length === round, { what: 'the connection' });
      accepted[round - 1]?.send(ACCEPTED.subarray(0, 10)); // in two pieces
      accepted[round - 1]?.send(ACCEPTED.subarray(10));
      socket.send(new Uint8Array(7).buffer);
      await until(() => dialer.bytes.bytesIn === ACCEPTED.length * round, { what: 'the bytes' });
      expect(dialer.bytes.bytesOut).toBe(7 * round);
      expect(dialer.url).toBe(url);
    }
    expect(clock.waiting).toBe(0); // an accepted socket has no time limit
    dialer.close();
    await until(() => accepted.every((socket) => socket.readyState === socket.CLOSED), { what: 'the end of all' });
  });

  it('are encrypted for wss alone', async () => {
    const { dialer } = setup();
    expect((await dialer.open(url)).encrypted).toBe(false);
    dialer.hurry();
    expect((await dialer.open(url.replace('ws:', 'wss:'))).encrypted).toBe(true);
    dialer.close();
  });

  it.each([
    ['before any greeting', []],
    ['before they are accepted', ['INFO {}\r\n']],
    ['with the words of the server', ['INFO {}\r\n', "-ERR 'maximum connections exceeded'\r\n"]],
  ])('that close cleanly %s are reported to the client, which would ignore that', async (_, words) => {
    const { dialer, open, attemptFailed } = setup();
    const socket = await open();
    socket.binaryType = 'arraybuffer';
    const received: string[] = [];
    socket.onmessage = ({ data }) => received.push(String(data instanceof ArrayBuffer ? utf8.decode(data) : data));
    await until(() => accepted.length === 1, { what: 'the connection' });
    for (const each of words) accepted[0]?.send(each);
    accepted[0]?.close(1000);
    await until(() => attemptFailed.mock.calls.length === 1, { what: 'the failure' });
    expect(received).toEqual([...words, "-ERR 'Authorization Violation'\r\n"]);
    const [error] = attemptFailed.mock.calls[0] ?? [];
    if (words.length < 2) expect(error).toBeInstanceOf(ServerUnreachableError);
    else expect(error).toMatchObject({ name: 'ServerError', reason: 'maximum connections exceeded' });
    dialer.close();
  });

  it('that are given up are closed for the client at once, since a dead line does not tell', async () => {
    const { dialer, open, attemptFailed } = setup();
    const socket = await open();
    const onclose = vi.fn();
    socket.onclose = onclose;
    await until(() => accepted.length === 1, { what: 'the connection' });
    accepted[0]?.send(ACCEPTED);
    await onceEvent(socket, 'message');
    await nextTask(); // until then the client takes the acceptance in
    dialer.abandon();
    expect(onclose).toHaveBeenCalledTimes(1);
    expect(socket.readyState).toBe(socket.CLOSING);
    expect(attemptFailed).not.toHaveBeenCalled();
    dialer.close();
  });

  it('that are given up for an attempt that comes at once are no failed attempt', async () => {
    const { clock, dialer, open, attemptFailed } = setup();
    const socket = await open();
    await until(() => socket.readyState === socket.OPEN, { what: 'the connection' });
    await clock.advance(1000);
    dialer.hurry();
    await onceEvent(socket, 'close');
    expect(attemptFailed).not.toHaveBeenCalled();
    dialer.close();
  });

  it('that close after they were accepted are no failed attempt', async () => {
    const { dialer, open, attemptFailed } = setup();
    const socket = await open();
    await until(() => accepted.length === 1, { what: 'the connection' });
    accepted[0]?.send(ACCEPTED);
    accepted[0]?.close(1000);
    await onceEvent(socket, 'close');
    expect(attemptFailed).not.toHaveBeenCalled();
    dialer.close();
  });

  it('that fail are reported only once each of several servers has failed', async () => {
    const { dialer, open, attemptFailed } = setup(systemSocket, ['ws://a', 'ws://b']);
    for (const failures of [0, 1]) {
      const socket = await open();
      await onceEvent(socket, 'open');
      socket.close();
      await onceEvent(socket, 'close');
      expect(attemptFailed).toHaveBeenCalledTimes(failures);
    }
    dialer.close();
  });

  it('wait 2 s for a silent server, then 4, then 8, then the limit, and 2 again once accepted', async () => {
    const { dialer, clock, open, attemptFailed } = setup();
    for (const [index, limit] of [2000, 4000, 8000, 10_000, 10_000].entries()) {
      const socket = await open();
      await until(() => accepted.length === index + 1 && socket.readyState === socket.OPEN, { what: 'the connection' });
      await clock.advance(limit - 1);
      expect(socket.readyState).toBe(socket.OPEN);
      await clock.advance(1);
      expect(socket.readyState).toBeGreaterThan(socket.OPEN);
      await until(() => attemptFailed.mock.calls.length === index + 1, { what: 'the failure' });
    }
    const socket = await open();
    await until(() => accepted.length === 6, { what: 'the connection' });
    const greeted = onceEvent(socket, 'message');
    accepted[5]?.send('INFO {}\r\n');
    await greeted;
    await clock.advance(9999);
    expect(socket.readyState).toBe(socket.OPEN); // the acceptance is waited for anew
    accepted[5]?.send('PONG\r\n');
    await onceEvent(socket, 'message');
    const next = await open();
    await clock.advance(2000);
    expect(next.readyState).toBeGreaterThan(next.OPEN);
    dialer.close();
  });

  it('give the reason of a failure in Node: refused', async () => {
    const { dialer, open, attemptFailed } = setup();
    await new Promise((resolve) => server.close(resolve));
    await open();
    await until(() => attemptFailed.mock.calls.length === 1, { what: 'the failure' });
    expect(String(attemptFailed.mock.calls[0]?.[0].cause)).toMatch(/ECONNREFUSED/);
    dialer.close();
  });

  it('are not opened after close; one that was being made then is closed', async () => {
    const made: WebSocket[] = [];
    let release: (() => void) | undefined;
    const { dialer } = setup(async (address) => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      const socket = await systemSocket(address);
      made.push(socket);
      return socket;
    });
    const opening = dialer.open(url).catch((error: unknown) => error);
    await until(() => release, { what: 'the making' });
    dialer.close();
    release?.();
    expect(await opening).toBeInstanceOf(ConnectionClosedError);
    await until(() => made[0]?.readyState === 3, { what: 'the end of the late socket' });
    await expect(dialer.open(url)).rejects.toThrow(ConnectionClosedError);
    expect(made).toHaveLength(1);
  });
});
