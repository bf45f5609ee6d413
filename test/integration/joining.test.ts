/** Joining a real server where somebody answers badly (P5), or another session has the same client id (P8). */
import '../support/websocket.js';
import { describe, expect, it } from 'vitest';
import { Doc } from 'yjs';
import { type Bus, connect, joinRoom, type Room } from '../../src/index.js';
import { encodeStates } from '../../src/protocol/presence-codec.js';
import { encodeRoster } from '../../src/protocol/roster-codec.js';
import { natsServer, restarted } from '../support/nats.js';
import { until } from '../support/wait.js';

const names = (room: Room) => room.members.map(({ user }) => user.name).sort();

describe('a joiner', () => {
  it('P5: opens without a roster, where the only answer is bad, and again after a reconnection', async () => {
    await using server = await natsServer();
    const buses = await Promise.all(['Ada', 'Bob', 'liar'].map(() => connect({ servers: server.wsUrl })));
    const [ada, bob, liar] = buses as [Bus, Bus, Bus];
    let asked = 0;
    for (const subject of ['slate.collab.sync.demo', 'slate.collab.sync.demo.%']) {
      liar.subscribe(subject, (message) => {
        asked++;
        message.respond('this is no roster');
      });
    }
    const rooms: Room[] = [];
    for (const [bus, name] of [
      [ada, 'Ada'],
      [bob, 'Bob'],
    ] as const) {
      rooms.push(await joinRoom(bus, { project: 'demo', user: { id: name, name } }));
    }
    expect(asked).toBeGreaterThanOrEqual(3);
    expect(rooms.map(({ status }) => status)).toEqual(['connected', 'connected']);
    await until(() => rooms.every((room) => names(room).join() === 'Ada,Bob'), {
      deadlineMs: 15_000,
      what: 'both to find each other by their heartbeats',
    });
    await server.stop();
    await until(() => rooms.every(({ status }) => status === 'reconnecting'), { what: 'both to be offline' });
    await using _again = await restarted(server);
    await until(() => rooms.every(({ status }) => status === 'connected'), {
      deadlineMs: 15_000,
      what: 'both to be connected again',
    });
    await Promise.all(buses.map((bus) => bus.close()));
  });

  it('P5: shows everyone but the member whose state is refused', async () => {
    await using server = await natsServer();
    const [zoe, other] = await Promise.all([0, 1].map(() => connect({ servers: server.wsUrl })));
    const terms = { kind: 'slate', activity: 'active', leaseMs: 11_000, ageMs: 0 } as const;
    const deep = JSON.parse(`${'{"in":'.repeat(10)}1${'}'.repeat(10)}`);
    const states = encodeStates([
      { client: 7, clock: 1, state: { user: { id: 'ada', name: 'Ada' } }, terms },
      { client: 8, clock: 1, state: { user: { id: 'odd', name: 'Odd' }, draft: deep }, terms },
      { client: 9, clock: 1, state: { user: { id: 'bob', name: 'Bob' } }, terms },
    ]);
    other?.subscribe('slate.collab.sync.demo', (message) => message.respond(encodeRoster({ states, batches: [] })));
    await other?.flush();
    const room = await joinRoom(zoe as Bus, { project: 'demo', user: { id: 'zoe', name: 'Zoe' } });
    expect(names(room)).toEqual(['Ada', 'Bob', 'Zoe']);
    expect(room.stats.refused).toBe(1);
    await Promise.all([zoe?.close(), other?.close()]);
  });
});

describe('two sessions with one client id', () => {
  it('property 12: P8: are told apart after a few messages', async () => {
    await using server = await natsServer();
    const buses = await Promise.all([0, 1, 2].map(() => connect({ servers: server.wsUrl })));
    const watched: string[] = [];
    buses[2]?.subscribe(
      'slate.collab.presence.demo',
      ({ data }) => void watched.push(data[0] === 0 ? 'short' : 'state'),
    );
    await buses[2]?.flush();
    const rooms: Room[] = [];
    for (const [i, name] of ['Ada', 'Bob'].entries()) {
      const doc = new Doc();
      doc.clientID = 7;
      rooms.push(await joinRoom(buses[i] as Bus, { project: 'demo', user: { id: name, name }, doc }));
    }
    await until(() => rooms.every((room) => names(room).join() === 'Ada,Bob'), {
      deadlineMs: 30_000,
      what: 'each to see the other',
    });
    expect(new Set(rooms.map(({ client }) => client)).size).toBe(2);
    expect(rooms.map(({ doc }) => doc?.clientID)).toEqual(rooms.map(({ client }) => client));
    expect(watched.filter((kind) => kind === 'state').length).toBeLessThan(15);
    await Promise.all(buses.map((bus) => bus.close()));
  });
});
