/** What one ordinary connection cannot do to an open room on a real server (P9, P13, D5). */
import '../support/websocket.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Bus, connect, joinRoom, type Room } from '../../src/index.js';
import { encodeAsk, encodeStates, encodeUnreachable, type OutgoingEntry } from '../../src/protocol/presence-codec.js';
import { encodeRoster } from '../../src/protocol/roster-codec.js';
import { natsServer } from '../support/nats.js';
import { until } from '../support/wait.js';

const PRESENCE = 'slate.collab.presence.demo';
const terms = { kind: 'slate', activity: 'active', leaseMs: 180_000, ageMs: 0 } as const;
const entry = (client: number, name: string, clock = 3): OutgoingEntry => ({
  client,
  clock,
  state: { user: { id: name, name } },
  terms,
});
const names = (room: Room) => room.members.map(({ user }) => user.name).sort();
const status = (room: Room, name: string) => room.members.find(({ user }) => user.name === name)?.status;

async function setUp(...people: string[]) {
  const server = await natsServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const open = async () => {
    const bus = await connect({ servers: server.wsUrl });
    onTestFinished(() => bus.close());
    return bus;
  };
  const join = async (name: string) => joinRoom(await open(), { project: 'demo', user: { id: name, name } });
  const rooms: Room[] = [];
  for (const name of people) rooms.push(await join(name));
  await until(() => rooms.every((room) => names(room).join() === people.join()), { what: 'everyone to see everyone' });
  return { join, rooms, hostile: await open() };
}

/** Answers every question for the roster with this, faster than any member. */
async function answers(bus: Bus, entries: readonly OutgoingEntry[]): Promise<void> {
  const roster = encodeRoster({ states: encodeStates(entries), batches: [] });
  for (const subject of ['slate.collab.sync.demo', 'slate.collab.sync.demo.%']) {
    bus.subscribe(subject, (message) => message.respond(roster));
  }
  await bus.flush();
}

describe('somebody who answers first', () => {
  it('P13: does not own the view of a newcomer, whatever it says of the members', async () => {
    const { join, rooms, hostile } = await setUp('ada', 'bob');
    const lies = rooms.map(({ client }) => entry(client, 'mallory', 2 ** 32));
    await answers(hostile, [...lies, ...Array.from({ length: 200 }, (_, i) => entry(10 + i, `ghost ${i}`))]);
    const zoe = await join('zoe');
    expect(zoe.status).toBe('connected');
    await until(
      () =>
        names(zoe)
          .filter((name) => !name.startsWith('ghost'))
          .join() === 'ada,bob,zoe',
      {
        deadlineMs: 15_000,
        what: 'the names that the members say themselves',
      },
    );
    await until(() => names(zoe).join() === 'ada,bob,zoe', { deadlineMs: 60_000, what: 'the ghosts to be gone' });
    const all = () => rooms.every((room) => names(room).join() === 'ada,bob,zoe');
    await until(all, { what: 'the members to see the newcomer, and nobody else' });
  }, 90_000);

  it('property 18: P13, D2: keeps nobody out with 1,000 invented clients', async () => {
    const { join, rooms, hostile } = await setUp('ada', 'bob');
    await answers(
      hostile,
      Array.from({ length: 1_000 }, (_, i) => entry(10 + i, `ghost ${i}`)),
    );
    const zoe = await join('zoe');
    const late = await join('late');
    const all = ['ada', 'bob', 'late', 'zoe'];
    await until(() => [zoe, late, ...rooms].every((room) => all.every((name) => names(room).includes(name))), {
      deadlineMs: 15_000,
      what: 'the four to see each other',
    });
  }, 60_000);
});

describe('somebody who declares a member dead', () => {
  it('P9: 2,000 times a second dims nobody, and the room sends a few messages', async () => {
    const { rooms, hostile } = await setUp('ada', 'bob', 'cleo');
    const [ada, bob, cleo] = rooms as [Room, Room, Room];
    const dimmed: unknown[] = [];
    for (const room of [bob, cleo]) {
      room.on('members', () => {
        if (status(room, 'ada') !== 'active') dimmed.push(status(room, 'ada'));
      });
    }
    const sent = () => rooms.reduce((sum, { stats }) => sum + stats.messagesOut, 0);
    const before = sent();
    let rounds = 0;
    const timer = setInterval(() => {
      rounds++;
      for (let i = 0; i < 20; i++) hostile.publish(PRESENCE, encodeUnreachable(bob.client, ada.client, 2 ** 40));
    }, 10);
    onTestFinished(() => clearInterval(timer));
    await until(() => rounds >= 300, { deadlineMs: 30_000, what: 'three seconds of reports' });
    clearInterval(timer);
    expect(dimmed).toEqual([]);
    expect(sent() - before).toBeLessThan(60); // probes and heartbeats of their own included
  }, 60_000);

  it('property 16: P6, D5: by a goodbye at a clock too high to follow hides nobody, nor does a state that names another', async () => {
    const { rooms, hostile } = await setUp('ada', 'bob', 'cleo');
    const [ada, bob, cleo] = rooms as [Room, Room, Room];
    const clock = (ada.awareness.meta.get(ada.client)?.clock ?? 0) + 2 ** 24;
    hostile.publish(PRESENCE, encodeStates([{ ...entry(ada.client, '', clock), state: null }]));
    await hostile.flush();
    await until(() => [bob, cleo].every((room) => status(room, 'ada') === 'active'), { what: 'Ada to be back' });
    hostile.publish(PRESENCE, encodeStates([entry(ada.client, 'mallory', clock)]));
    await hostile.flush();
    ada.setLocation('line 12');
    await until(
      () => [bob, cleo].every((room) => room.members.find(({ user }) => user.name === 'ada')?.location === 'line 12'),
      { what: 'Ada as she is' },
    );
  });
});

describe('somebody who asks', () => {
  it('P13: makes no member publish where only the member may', async () => {
    const { rooms, hostile } = await setUp('ada');
    const [ada] = rooms as [Room];
    const jobs: string[] = [];
    hostile.subscribe('slate.build.jobs', ({ subject }) => jobs.push(subject));
    let answered = 0;
    hostile.subscribe('slate.inbox.hostile', () => answered++);
    const alive = `slate.collab.alive.demo.${ada.client}`;
    for (const reply of ['slate.build.jobs', 'slate.inbox.hostile']) {
      hostile.publish(alive, encodeAsk(9), { reply });
      hostile.publish(alive, encodeAsk(9, 'askRoster'), { reply });
      hostile.publish('slate.collab.sync.demo', encodeAsk(9), { reply });
    }
    await until(() => answered === 3, { what: 'the answers on the inbox' });
    await hostile.flush();
    expect(jobs).toEqual([]);
  });
});
