/** P7, P8: a line that died without a word, through a proxy that goes silent and closes nothing, to a real server. */
import { wsconnect } from '@nats-io/nats-core';
import { connect as natsWsConnect } from 'nats.ws';
import { expect, it, onTestFinished } from 'vitest';
import type { NatsConnectionLike } from '../../src/bus/nats/nats-connection.js';
import { type Bus, connect, joinRoom } from '../../src/index.js';
import { natsServer } from '../support/nats.js';
import { wsFactory } from '../support/node-socket.js';
import { proxyOf } from '../support/proxy.js';
import { names } from '../support/room-lab.js';
import { once, until } from '../support/wait.js';

async function scene() {
  const server = await natsServer();
  const proxy = await proxyOf(server.wsUrl);
  onTestFinished(async () => {
    await proxy[Symbol.asyncDispose]();
    await server.stop();
  });
  const join = async (name: string, servers: string) => {
    const bus = await connect({ servers });
    onTestFinished(() => bus.close());
    return { bus, room: await joinRoom(bus, { project: 'p1', user: { id: name, name } }) };
  };
  const [ada, bob] = [await join('Ada', proxy.wsUrl), await join('Bob', server.wsUrl)];
  await until(() => names(ada.room).length === 2, { what: 'Bob' });
  /** Who was in the room at each change, as Ada saw it. */
  const seen: string[][] = [];
  ada.room.on('members', () => seen.push(names(ada.room)));
  return { proxy, ada, bob, seen };
}

const becomes = (bus: Bus, type: string) =>
  once<Bus['status']>(
    (fn) => bus.on('status', fn),
    (status) => status.type === type,
    { what: type, deadlineMs: 20_000 },
  );

it('is given up within 5 s of a sign, nobody is removed meanwhile, and the session goes on', async () => {
  const { proxy, ada, seen } = await scene();
  proxy.swallow();
  const [lost, start] = [becomes(ada.bus, 'reconnecting'), performance.now()];
  expect(await ada.bus.suspect()).toBe(false);
  await lost;
  expect(performance.now() - start).toBeLessThan(5000);
  await until(() => ada.room.status === 'connected', { what: 'the room again', deadlineMs: 10_000 });
  for (const people of seen) expect(people).toContain('Bob');
  expect(await ada.bus.suspect()).toBe(true);
});

it('is found out without a sign, because the own heartbeat does not come back', async () => {
  const { proxy, ada, seen } = await scene();
  proxy.swallow();
  const start = performance.now();
  await becomes(ada.bus, 'reconnecting');
  expect(performance.now() - start).toBeLessThan(11_000);
  await until(() => ada.room.status === 'connected', { what: 'the room again', deadlineMs: 10_000 });
  for (const people of seen) expect(people).toContain('Bob');
});

it.each<[string, (servers: string) => Promise<NatsConnectionLike>]>([
  ['nats.ws', (servers) => natsWsConnect({ servers, ...{ wsFactory } })],
  ['nats-core', (servers) => wsconnect({ servers, wsFactory })],
])('is given up over a connection of the page, too (%s)', async (_, make) => {
  await using server = await natsServer();
  await using proxy = await proxyOf(server.wsUrl);
  const connection = await make(proxy.wsUrl);
  const bus = await connect({ connection });
  expect(await bus.suspect()).toBe(true);
  proxy.swallow();
  expect(await bus.suspect()).toBe(false);
  expect(bus.status.type).toBe('reconnecting');
  await connection.close();
});

it('is made anew by nats.ws, which does not wait for the end of the socket', async () => {
  await using server = await natsServer();
  await using proxy = await proxyOf(server.wsUrl);
  const connection = await natsWsConnect({ servers: proxy.wsUrl, ...{ wsFactory } });
  const bus = await connect({ connection });
  proxy.swallow();
  void bus.suspect();
  const again = () => bus.status.type === 'connected' && bus.status.reconnects === 1;
  await until(again, { what: 'the next connection', deadlineMs: 10_000 });
  expect(await bus.suspect()).toBe(true);
  await connection.close();
});
