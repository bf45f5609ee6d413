import { once as onceEvent } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer, type WebSocket as WsSocket } from 'ws';
import { Dialer } from '../../../../src/bus/nats/dialer.js';
import { systemSocket, Wire } from '../../../../src/bus/nats/wire.js';
import { ConnectionClosedError, OptionError } from '../../../../src/errors.js';
import { VirtualClock } from '../../../support/virtual-clock.js';
import { until } from '../../../support/wait.js';

describe('the wire', () => {
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

  function setup() {
    const clock = new VirtualClock();
    const dialer = new Dialer({ clock, random: () => 0, online: () => () => undefined });
    const failed = vi.fn();
    const wire = new Wire({ clock, dialer, makeSocket: systemSocket, timeoutMs: 10_000, failed });
    return { clock, dialer, wire, failed };
  }

  it('counts the bytes of both directions, sockets added up', async () => {
    const { wire, clock, dialer } = setup();
    for (const round of [1, 2]) {
      dialer.connected();
      const { socket, encrypted } = await wire.open(url);
      expect(encrypted).toBe(false);
      socket.binaryType = 'arraybuffer';
      await onceEvent(socket, 'open');
      await until(() => accepted.length === round, { what: 'the connection' });
      accepted[round - 1]?.send(new Uint8Array(10));
      accepted[round - 1]?.send(new Uint8Array(5));
      socket.send(new Uint8Array(7).buffer as ArrayBuffer);
      await until(() => wire.bytesIn === 15 * round, { what: 'the bytes' });
      expect(wire.bytesOut).toBe(7 * round);
      expect(wire.url).toBe(url);
    }
    expect(clock.waiting).toBe(0); // a greeted socket has no time limit
    wire.close();
    await until(() => accepted.every((socket) => socket.readyState === socket.CLOSED), { what: 'the end of all' });
  });

  it('tells the client of a socket that closes cleanly before any greeting, which it would wait on', async () => {
    const { wire, failed } = setup();
    const { socket } = await wire.open(url);
    const onerror = vi.fn();
    socket.onerror = onerror;
    await until(() => accepted.length === 1, { what: 'the connection' });
    accepted[0]?.close(1000);
    await until(() => failed.mock.calls.length === 1, { what: 'the failure' });
    expect(onerror).toHaveBeenCalledTimes(1);
    wire.close();
  });

  it('does not take the end of a greeted socket for a failed try', async () => {
    const { wire, failed } = setup();
    const { socket } = await wire.open(url);
    await until(() => accepted.length === 1, { what: 'the connection' });
    accepted[0]?.send(new Uint8Array(1));
    accepted[0]?.close(1000);
    await onceEvent(socket, 'close');
    expect(failed).not.toHaveBeenCalled();
    wire.close();
  });

  it('gives a silent server 2 s, then 4, then 8, then the limit, and 2 again once greeted', async () => {
    const { wire, clock, failed, dialer } = setup();
    for (const [index, limit] of [2000, 4000, 8000, 10_000, 10_000].entries()) {
      dialer.connected(); // the wait before a try is another test's
      const { socket } = await wire.open(url);
      await until(() => accepted.length === index + 1 && socket.readyState === socket.OPEN, { what: 'the connection' });
      await clock.advance(limit - 1);
      expect(socket.readyState).toBe(socket.OPEN);
      await clock.advance(1);
      expect(socket.readyState).toBeGreaterThan(socket.OPEN);
      await until(() => failed.mock.calls.length === index + 1, { what: 'the failure' });
    }
    dialer.connected();
    const { socket } = await wire.open(url);
    await until(() => accepted.length === 6, { what: 'the connection' });
    accepted[5]?.send(new Uint8Array(1));
    await onceEvent(socket, 'message');
    dialer.connected();
    const next = (await wire.open(url)).socket;
    await clock.advance(2000);
    expect(next.readyState).toBeGreaterThan(next.OPEN);
    wire.close();
  });

  it('says why in Node: refused', async () => {
    const { wire, failed } = setup();
    const taken = url;
    await new Promise((resolve) => server.close(resolve));
    await wire.open(taken);
    await until(() => failed.mock.calls.length === 1, { what: 'the failure' });
    expect(String(failed.mock.calls[0]?.[0])).toMatch(/ECONNREFUSED/);
    wire.close();
  });

  it('opens nothing once closed, not even what was being made', async () => {
    const { wire, clock, dialer, failed } = setup();
    const made: WebSocket[] = [];
    let release: (() => void) | undefined;
    const slow = new Wire({
      clock,
      dialer,
      timeoutMs: 1000,
      failed,
      async makeSocket(address) {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        const socket = await systemSocket(address);
        made.push(socket);
        return socket;
      },
    });
    const opening = slow.open(url).catch((error: unknown) => error);
    await until(() => release, { what: 'the making' });
    slow.close();
    release?.();
    expect(await opening).toBeInstanceOf(ConnectionClosedError);
    await until(() => made[0]?.readyState === 3, { what: 'the end of the late socket' });
    await expect(wire.open(url)).rejects.toThrow(ConnectionClosedError);
    expect(made).toHaveLength(1);
  });

  it('takes what the platform refuses to open as a mistake in the options', async () => {
    await expect(systemSocket('ws://127.0.0.1:9/#fragment')).rejects.toThrow(OptionError);
  });
});
