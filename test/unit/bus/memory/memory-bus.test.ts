import { describe, expect, it, vi } from 'vitest';
import type { BusMessage } from '../../../../src/bus/bus.js';
import { MemoryHub } from '../../../../src/bus/memory/memory-hub.js';
import { matches } from '../../../../src/bus/subject.js';
import { NoRespondersError } from '../../../../src/errors.js';
import { CONTRACT_FORBIDDEN, CONTRACT_MAX_PAYLOAD, runBusContract } from '../../../contract/bus.contract.js';

runBusContract('in memory', async () => {
  const hub = new MemoryHub({
    maxPayload: CONTRACT_MAX_PAYLOAD,
    permits: (_, subject) => !matches(CONTRACT_FORBIDDEN, subject),
  });
  return {
    connect: async () => hub.connect(),
    lose: async () => hub.drop(),
    regain: async () => hub.restore(),
    async [Symbol.asyncDispose]() {
      for (const bus of hub.clients) await bus.close();
    },
  };
});

describe('memory bus', () => {
  it('is connecting until the hub is up', async () => {
    const hub = new MemoryHub();
    hub.drop();
    const bus = hub.connect();
    expect(bus.status).toEqual({ type: 'connecting' });
    const received: BusMessage[] = [];
    bus.subscribe('a', (message) => received.push(message));
    hub.restore();
    expect(bus.status).toEqual({ type: 'connected', server: 'memory', reconnects: 0 });
    bus.publish('a');
    await bus.flush();
    expect(received).toHaveLength(1);
  });

  it('can lose the connection of one client alone, and the messages on their way to it', async () => {
    const hub = new MemoryHub();
    const [alice, bob, charlie] = [hub.connect(), hub.connect(), hub.connect()];
    const received = { bob: [] as unknown[], charlie: [] as unknown[] };
    bob.subscribe('a', (message) => received.bob.push(message.json()));
    charlie.subscribe('a', (message) => received.charlie.push(message.json()));
    alice.publish('a', 1);
    bob.disconnect();
    bob.disconnect();
    bob.reconnect(); // in the same task, but it is another connection
    alice.publish('a', 2);
    await alice.flush();
    expect(received).toEqual({ bob: [2], charlie: [1, 2] });
    expect(bob.status).toMatchObject({ reconnects: 1 });
    bob.disconnect();
    bob.reconnect();
    bob.reconnect();
    expect(bob.status).toMatchObject({ reconnects: 2 });
  });

  it('reports no responders for an offline or killed client; the status of a killed one does not change', async () => {
    const hub = new MemoryHub();
    const [alice, bob] = [hub.connect(), hub.connect()];
    const statuses = vi.fn();
    const received = vi.fn((message: BusMessage) => message.respond('here'));
    bob.subscribe('ask', received);
    expect((await alice.request('ask', 1, 1000)).json()).toBe('here');

    bob.disconnect();
    await expect(alice.request('ask', 1, 1000)).rejects.toThrow(NoRespondersError);
    bob.reconnect();
    bob.on('status', statuses);
    alice.publish('ask');
    hub.kill(bob);
    await expect(alice.request('ask', 1, 1000)).rejects.toThrow(NoRespondersError);
    expect(received).toHaveBeenCalledTimes(1);

    const own = vi.fn();
    alice.subscribe('from.bob', own);
    bob.publish('from.bob', 'killed');
    hub.drop();
    hub.restore();
    bob.reconnect();
    await alice.flush();
    expect(own).not.toHaveBeenCalled();
    expect(statuses).not.toHaveBeenCalled();
    await expect(alice.request('ask', 1, 1000)).rejects.toThrow(NoRespondersError);
  });

  it('lets a test make messages late, lost, duplicated or out of order', async () => {
    const timers: { at: number; fn: () => void }[] = [];
    const hub = new MemoryHub({
      deliver({ data, to }, send) {
        const value = data[0];
        if (to !== bob || value === 0) send();
        else if (value === 1) timers.push({ at: 60, fn: send });
        else if (value === 2) timers.push({ at: 30, fn: send });
        else if (value === 3)
          return; // lost
        else for (let copies = 0; copies < 2; copies++) send();
      },
    });
    const [alice, bob] = [hub.connect(), hub.connect()];
    const received: number[] = [];
    bob.subscribe('a', (message) => received.push(message.data[0] ?? -1));
    for (const value of [1, 2, 3, 4, 0]) alice.publish('a', Uint8Array.of(value));
    expect(received).toEqual([]);
    await alice.flush();
    expect(received).toEqual([4, 4, 0]);
    timers.sort((a, b) => a.at - b.at);
    for (const { fn } of timers) fn();
    expect(received).toEqual([4, 4, 0, 2, 1]); // at once, so that a virtual clock alone decides
  });

  it('repeats itself with the same randomness', async () => {
    const run = async () => {
      const hub = new MemoryHub();
      const buses = [hub.connect(), hub.connect(), hub.connect()];
      const received: number[] = [];
      for (const [index, bus] of buses.entries()) bus.subscribe('a', () => received.push(index), { queue: 'q' });
      for (let n = 0; n < 30; n++) buses[0]?.publish('a');
      await buses[0]?.flush();
      return received;
    };
    const first = await run();
    expect(await run()).toEqual(first);
    expect(new Set(first)).toEqual(new Set([0, 1, 2]));
  });
});
