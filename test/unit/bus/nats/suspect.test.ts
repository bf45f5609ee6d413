/** P7: when a suspected line is given up, and when it does not. */
import { expect, it, vi } from 'vitest';
import { NatsBus } from '../../../../src/bus/nats/nats-bus.js';
import type { NatsConnectionLike } from '../../../../src/bus/nats/nats-connection.js';
import type { NatsLink } from '../../../../src/bus/nats/nats-link.js';
import { seeded } from '../../../support/random.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

/** A connected bus whose server never answers a ping, on a line that the test moves. */
function silentBus() {
  const clock = new VirtualClock();
  const bytes = { bytesIn: 0, bytesOut: 0, buffered: 0 };
  const acts = { abandon: vi.fn(), hurry: vi.fn(), rest: vi.fn(), close: vi.fn() };
  const link: NatsLink = { bytes, url: 'ws://a', renews: false, ...acts };
  let sign = () => undefined as unknown;
  const signs = (fn: () => void) => {
    sign = fn;
    return () => undefined;
  };
  const bus = new NatsBus({ clock, random: seeded(1), servers: ['ws://a'], signs }, link);
  const never = new Promise<never>(() => undefined);
  async function* statuses() {
    await never;
    yield undefined;
  }
  const connection: NatsConnectionLike = {
    info: { max_payload: 1000 },
    publish: () => undefined,
    subscribe: () => expect.unreachable('nobody subscribes'),
    flush: vi.fn(() => never),
    status: statuses,
    closed: () => never,
    close: async () => undefined,
    isClosed: () => false,
    getServer: () => 'a',
  };
  bus.attach(connection);
  return { clock, bytes, link, bus, connection, sign: () => sign() };
}

it('P7: 2.5 s without an answer and without anything else end the line; several signs are one question', async () => {
  const { clock, link, bus, connection, sign } = silentBus();
  sign();
  const alive = bus.suspect();
  sign();
  await clock.advance(2499);
  expect(link.abandon).not.toHaveBeenCalled();
  await clock.advance(1);
  expect(await alive).toBe(false);
  expect(link.abandon).toHaveBeenCalledTimes(1);
  expect(connection.flush).toHaveBeenCalledTimes(1);
});

it('P7: what still arrives, and what leaves of a large message, keep the line', async () => {
  const { clock, bytes, link, bus } = silentBus();
  void bus.suspect();
  for (let n = 0; n < 5; n++) {
    bytes.bytesIn++;
    await clock.advance(2500);
  }
  expect(link.abandon).not.toHaveBeenCalled();
  await clock.advance(2500);
  expect(link.abandon).toHaveBeenCalledTimes(1);

  const slow = silentBus();
  slow.bytes.buffered = 1_000_000;
  void slow.bus.suspect();
  while (slow.bytes.buffered > 100_000) {
    slow.bytes.buffered -= 100_000;
    await slow.clock.advance(2500);
  }
  expect(slow.link.abandon).not.toHaveBeenCalled();
  await slow.clock.advance(2500);
  expect(slow.link.abandon).toHaveBeenCalledTimes(1);
});

it('P7: a timer that comes late proves nothing, but not for ever', async () => {
  const { clock, link, bus } = silentBus();
  void bus.suspect();
  for (const calls of [0, 0, 1]) {
    await clock.sleep(60_000);
    expect(link.abandon).toHaveBeenCalledTimes(calls);
  }
});

it('P7: a sign without a connection makes the next attempt at once', async () => {
  const { link, bus, sign } = silentBus();
  await bus.close();
  sign();
  expect(link.hurry).toHaveBeenCalledTimes(1);
  expect(await bus.suspect()).toBe(false);
});
