/**
 * A client written from docs/PROTOCOL.md alone together with our rooms, over a real nats-server.
 * Past 300 lines: one server, and a test for each rule that the two must agree on.
 */
import '../support/websocket.js';
import { connect as natsConnect } from 'nats.ws';
import { describe, expect, it } from 'vitest';
import { Doc } from 'yjs';
import { type Bus, connect, joinRoom, type Room, type RoomOptions, type SlateError } from '../../src/index.js';
import { natsServer } from '../support/nats.js';
import { until } from '../support/wait.js';
import { digestOf, readPresence, readRoster, writePresence } from '../support/wire-bytes.js';
import { WireClient } from '../support/wire-client.js';

const FILE = 'src/main.ts';

interface Member extends AsyncDisposable {
  readonly room: Room;
  readonly bus: Bus;
  readonly errors: SlateError[];
}

async function member(servers: string, name: string, options: Partial<RoomOptions> = {}): Promise<Member> {
  const bus = await connect({ servers });
  const user = { id: name.toLowerCase(), name };
  const room = await joinRoom(bus, { project: 'demo', file: FILE, user, ...options });
  const errors: SlateError[] = [];
  room.on('error', (error) => errors.push(error));
  return {
    room,
    bus,
    errors,
    async [Symbol.asyncDispose]() {
      await room.leave();
      await bus.close();
    },
  };
}

/** Leaves at the end of the scope, unless it has left before. */
async function foreign(url: string, name: string, client: number) {
  const state = { user: { id: name.toLowerCase(), name, color: '#123456' }, file: FILE };
  const wire = await WireClient.join({ url, project: 'demo', file: FILE, client, state });
  return Object.assign(wire, {
    async [Symbol.asyncDispose]() {
      if (!wire.nats.isClosed()) await wire.leave();
    },
  });
}

const names = ({ room }: Member) => room.members.map(({ user }) => user.name).sort();
const status = ({ room }: Member, name: string) => room.members.find(({ user }) => user.name === name)?.status;

describe('a client written from the document', () => {
  it('P5: joins, is seen with its name, and gets the roster', async () => {
    await using server = await natsServer();
    await using ada = await member(server.wsUrl, 'Ada', { location: 'chapter 2' });
    await using bob = await member(server.wsUrl, 'Bob', { file: 'other.ts' });
    await using fay = await foreign(server.wsUrl, 'Fay', 7);
    expect(fay.names).toEqual(['Ada', 'Bob']); // the roster has arrived before `join` resolves
    for (const other of [ada, bob]) {
      await until(() => names(other).includes('Fay'), { what: 'Fay to be seen' });
      expect(other.room.members.find(({ user }) => user.id === 'fay')).toMatchObject({
        user: { name: 'Fay', color: '#123456' },
        sessions: [{ client: 7, kind: 'slate', file: FILE, status: 'active' }],
      });
    }
    expect(fay.others.get(ada.room.client)?.state).toMatchObject({ location: 'chapter 2', file: FILE });
    expect([...ada.errors, ...bob.errors]).toEqual([]);
  });

  it('P5: answers a client that joins, alone and together with other members', async () => {
    await using server = await natsServer();
    await using fay = await foreign(server.wsUrl, 'Fay', 7);
    await using ada = await member(server.wsUrl, 'Ada');
    expect(names(ada)).toEqual(['Ada', 'Fay']);
    expect(fay.questions).toEqual([ada.room.client]);
    await using gus = await foreign(server.wsUrl, 'Gus', 8);
    expect(gus.names).toEqual(['Ada', 'Fay']);
    await until(() => names(ada).length === 3, { what: 'Gus to be seen' });
    await until(() => fay.names.length === 2, { what: 'Gus to be seen by Fay' });
  });

  it('P3, M4: is asked for its state by a member that missed it, and answers', async () => {
    await using server = await natsServer();
    await using ada = await member(server.wsUrl, 'Ada');
    await using fay = await foreign(server.wsUrl, 'Fay', 7);
    await until(() => names(ada).includes('Fay'), { what: 'Fay to be seen' });
    const terms = { activity: 1, speaks: 0, lease: 110, age: 0 } as const;
    // The heartbeat names the clock of a state that was never sent.
    fay.nats.publish(fay.presence, writePresence({ kind: 'heartbeat', client: 7, clock: 50, terms, digest: 0 }));
    await until(() => fay.questions.includes(ada.room.client), { what: 'the question of Ada' });
    expect(names(ada)).toEqual(['Ada', 'Fay']);
    expect(ada.errors).toEqual([]);
  });

  it('P8: announces itself again after a false goodbye in its name', async () => {
    await using server = await natsServer();
    await using ada = await member(server.wsUrl, 'Ada');
    await using fay = await foreign(server.wsUrl, 'Fay', 7);
    await until(() => names(ada).includes('Fay'), { what: 'Fay to be seen' });
    const rosters: string[] = [];
    ada.room.on('members', (members) => rosters.push(members.map(({ user }) => user.name).join()));
    const entries = [{ client: 7, clock: 40, state: null }];
    fay.nats.publish(fay.presence, writePresence({ kind: 'states', entries, further: [] }));
    await until(() => rosters.length === 2, { what: 'Fay to go and to come back' });
    expect(rosters).toEqual(['Ada', 'Ada,Fay']);
  });

  it('M4: asks for the state of a member of ours, and gets it', async () => {
    await using server = await natsServer();
    await using ada = await member(server.wsUrl, 'Ada');
    await using fay = await foreign(server.wsUrl, 'Fay', 7);
    fay.others.delete(ada.room.client);
    ada.room.pointer.move({ x: 0.5, y: 0.5, anchor: '#board' });
    await until(() => fay.names.includes('Ada'), { what: 'Ada to be known again, by her batch' });
    await until(() => fay.pointers.has(ada.room.client), { what: 'the pointer of Ada' });
  });

  it('M1, M2: shows its pointer and fields to our room, and shows those of our room', async () => {
    await using server = await natsServer();
    await using ada = await member(server.wsUrl, 'Ada');
    await using fay = await foreign(server.wsUrl, 'Fay', 7);
    await until(() => names(ada).includes('Fay'), { what: 'Fay to be seen' });
    const position = (clock: number) => ({ type: null, tname: 'text', item: { client: 7, clock }, assoc: 0 });
    const selection = { anchor: position(1), head: position(300) };
    fay.move(
      [
        { anchor: '#board', ago: 16, x: 0, y: 65535 },
        { anchor: '#board', ago: 0, x: 16384, y: 32768 },
      ],
      [
        { name: 'cursor', form: 2, value: selection },
        { name: 'tool', form: 1, value: 'pen' },
        { name: 'anchorPos', form: 4, value: position(300) },
        { name: 'focusPos', form: 4, value: position(7) },
      ],
    );
    const [pointer] = await until(
      () => {
        const sampled = ada.room.pointers.sample();
        return sampled.length > 0 && !ada.room.pointers.moving ? sampled : undefined;
      },
      { what: 'the pointer of Fay to come to rest' },
    );
    expect(pointer).toMatchObject({ client: 7, user: { name: 'Fay' }, anchor: '#board' });
    expect(pointer?.x).toBeCloseTo(0.25, 4);
    expect(pointer?.y).toBeCloseTo(0.5, 4);
    const state = await until(
      () => {
        const state = ada.room.awareness.getStates().get(7);
        return state?.cursor && state;
      },
      { what: 'the fields of Fay' },
    );
    const ends = { anchorPos: position(300), focusPos: position(7) };
    expect(state).toMatchObject({ cursor: selection, tool: 'pen', ...ends });

    ada.room.pointer.move({ x: 1, y: 0.25, anchor: '[data-row="7"]' });
    ada.room.awareness.setLocalStateField('cursor', selection);
    ada.room.awareness.setLocalStateField('anchorPos', position(300));
    ada.room.awareness.setLocalStateField('focusPos', position(300));
    const point = await until(() => fay.pointers.get(ada.room.client), { what: 'the pointer of Ada' });
    expect(point).toEqual({ anchor: '[data-row="7"]', ago: expect.any(Number), x: 65535, y: 16384 });
    const fields = await until(
      () => {
        const known = fay.fields.get(ada.room.client);
        return known?.length === 3 ? known : undefined;
      },
      { what: 'the carets of Ada' },
    );
    expect(fields).toEqual([
      { name: 'cursor', form: 2, value: selection },
      { name: 'anchorPos', form: 4, value: position(300) },
      { name: 'focusPos', form: 4, value: position(300) },
    ]);

    fay.move([], [], true);
    await until(() => ada.room.pointers.sample().length === 0, { what: 'the pointer of Fay to leave' });
    ada.room.pointer.leave();
    await until(() => !fay.pointers.has(ada.room.client), { what: 'the pointer of Ada to leave' });
    expect(ada.errors).toEqual([]);
  });

  it('M5: gets the resting pointers when it joins, and sends its own to others that join', async () => {
    await using server = await natsServer();
    await using ada = await member(server.wsUrl, 'Ada');
    await using fay = await foreign(server.wsUrl, 'Fay', 7);
    await until(() => names(ada).includes('Fay'), { what: 'Fay to be seen' });
    ada.room.pointer.move({ x: 0.5, y: 0.5, anchor: '' });
    fay.move([{ anchor: '#b', ago: 0, x: 65535, y: 0 }]);
    await until(() => fay.pointers.has(ada.room.client), { what: 'the pointer of Ada' });
    await using gus = await foreign(server.wsUrl, 'Gus', 8);
    await until(() => gus.pointers.size === 2, { what: 'both resting pointers' });
    await using bob = await member(server.wsUrl, 'Bob');
    const rest = await until(
      () => {
        const sampled = bob.room.pointers.sample();
        return sampled.length === 2 ? sampled : undefined;
      },
      { what: 'both resting pointers' },
    );
    expect(rest.map(({ user, x }) => `${user.name} ${x}`).sort((a, b) => a.localeCompare(b))).toEqual([
      expect.stringMatching(/^Ada 0\.5/),
      'Fay 1',
    ]);
  });

  it('P3, M3: sends and receives changes of a name', async () => {
    await using server = await natsServer();
    await using ada = await member(server.wsUrl, 'Ada');
    await using fay = await foreign(server.wsUrl, 'Fay', 7);
    fay.change({ user: { id: 'fay', name: 'Fay W.', color: '#123456' } });
    await until(() => names(ada).includes('Fay W.'), { what: 'the new name of Fay' });
    ada.room.setUser({ name: 'Ada L.' });
    await until(() => fay.names.includes('Ada L.'), { what: 'the new name of Ada' });
  });

  it('P8: and a session of ours with the same client id are told apart', async () => {
    await using server = await natsServer();
    await using fay = await foreign(server.wsUrl, 'Fay', 7);
    const doc = new Doc();
    doc.clientID = 7;
    await using ada = await member(server.wsUrl, 'Ada', { doc });
    fay.change({ location: 'a' });
    await until(() => names(ada).join() === 'Ada,Fay' && fay.names.join() === 'Ada', {
      deadlineMs: 30_000,
      what: 'each to see the other',
    });
    expect(fay.client).not.toBe(ada.room.client);
  });

  it('P12: says the same digest as our room, and answers the question for its roster, as ours does', async () => {
    await using server = await natsServer();
    await using ada = await member(server.wsUrl, 'Ada');
    await using fay = await foreign(server.wsUrl, 'Fay', 7);
    await using bob = await member(server.wsUrl, 'Bob');
    await until(() => names(ada).length === 3 && fay.names.length === 2, { what: 'all to hold all' });
    const nats = await natsConnect({ servers: server.wsUrl });
    const digests = new Map<number, number>();
    nats.subscribe(fay.presence, {
      callback: (_, { data }) => {
        const message = readPresence(data);
        if (message.kind === 'heartbeat') digests.set(message.client, message.digest);
      },
    });
    await until(() => digests.size === 3, { deadlineMs: 15_000, what: 'a heartbeat of each' });
    expect([...digests.keys()].sort()).toEqual([7, ada.room.client, bob.room.client].sort());
    expect(new Set(digests.values())).toEqual(new Set([digestOf(digests.keys())]));
    const question = writePresence({ kind: 'askRoster', by: 99 });
    for (const client of digests.keys()) {
      const { states } = readRoster((await nats.request(fay.alive(client), question, { timeout: 5_000 })).data);
      expect(states.kind === 'states' && states.entries.map((entry) => entry.client).sort()).toEqual(
        [...digests.keys()].sort(),
      );
    }
    await nats.close();
  });

  it('P6: sends its goodbye, and receives ours', async () => {
    await using server = await natsServer();
    await using ada = await member(server.wsUrl, 'Ada');
    await using fay = await foreign(server.wsUrl, 'Fay', 7);
    let client: number;
    {
      await using bob = await member(server.wsUrl, 'Bob');
      await until(() => fay.names.includes('Bob'), { what: 'Bob to be seen' });
      client = bob.room.client;
    }
    await until(() => fay.goodbyes.includes(client), { what: 'the goodbye of Bob' });
    expect(fay.names).toEqual(['Ada']);
    await fay.leave();
    await until(() => names(ada).join() === 'Ada', { what: 'Fay to be gone' });
  });

  it('P9: notices the death of a member of ours, and ours notice its death', async () => {
    await using server = await natsServer();
    await using ada = await member(server.wsUrl, 'Ada');
    await using fay = await foreign(server.wsUrl, 'Fay', 7);
    const bob = await member(server.wsUrl, 'Bob');
    await using gus = await foreign(server.wsUrl, 'Gus', 8);
    await until(() => names(ada).length === 4 && gus.names.length === 3, { what: 'all four to be seen' });
    await bob.bus.close(); // no goodbye: the connection is gone
    await until(() => fay.others.get(bob.room.client)?.unreachable !== false, { what: 'Bob to be found dead by Fay' });
    await until(() => status(ada, 'Bob') !== 'active', { what: 'Bob to be dimmed' });
    await gus.die();
    await until(() => status(ada, 'Gus') === 'stale', { what: 'Gus to be dimmed' });
    await until(() => names(ada).join() === 'Ada,Fay', { what: 'both to be gone', deadlineMs: 10_000 });
    expect(status(ada, 'Fay')).toBe('active');
    expect(ada.errors).toEqual([]);
  });
});

describe('a program that subscribes to everything', () => {
  it('P10: does not prevent that deaths are noticed, and no living member is reported as dead', async () => {
    await using server = await natsServer();
    const nats = await natsConnect({ servers: server.wsUrl });
    nats.subscribe('slate.>', { callback: () => undefined });
    await nats.flush();
    await using ada = await member(server.wsUrl, 'Ada');
    await using fay = await foreign(server.wsUrl, 'Fay', 7);
    const bob = await member(server.wsUrl, 'Bob');
    await until(() => names(ada).length === 3, { what: 'all three to be seen' });
    const dimmed: string[] = [];
    ada.room.on('members', (members) => {
      dimmed.push(...members.filter((other) => other.status === 'stale').map(({ user }) => user.name));
    });
    await bob.bus.close(); // no goodbye: the connection is gone
    await until(() => names(ada).join() === 'Ada,Fay', { what: 'Bob to be gone', deadlineMs: 20_000 });
    expect(new Set(dimmed)).toEqual(new Set(['Bob'])); // by probes, and not because its lease ended
    expect(fay.others.get(bob.room.client)?.unreachable).toBe(true);
    expect(ada.errors).toEqual([]);
    await nats.close();
  });
});

describe('a JSON program', () => {
  it('P2, M2: becomes a member with a heartbeat, and has a pointer', async () => {
    await using server = await natsServer();
    await using ada = await member(server.wsUrl, 'Ada');
    const nats = await natsConnect({ servers: server.wsUrl });
    const say = (subject: string, event: unknown) => nats.publish(subject, JSON.stringify(event));
    const timestamp = Date.now();
    say('slate.collab.presence.demo', {
      type: 'presence',
      projectId: 'demo',
      userId: 'carol',
      timestamp,
      data: { location: 'build log' },
    });
    await until(() => names(ada).includes('carol'), { what: 'Carol to be seen' });
    expect(ada.room.members[1]).toMatchObject({ location: 'build log', sessions: [{ kind: 'json' }] });
    const position = { x: 0.5, y: 1, anchor: '#board' };
    const event = { type: 'cursor', userId: 'carol', fileId: FILE, timestamp: timestamp + 1, data: { position } };
    say('slate.editor.cursors.batch.demo.src/main%2Ets', [event]);
    const [pointer] = await until(
      () => {
        const sampled = ada.room.pointers.sample();
        return sampled.length > 0 ? sampled : undefined;
      },
      { what: 'the pointer of Carol' },
    );
    expect(pointer).toMatchObject({ x: 0.5, y: 1, anchor: '#board', user: { id: 'carol' } });
    say('slate.collab.presence.demo', { type: 'left', projectId: 'demo', userId: 'carol', timestamp: timestamp + 2 });
    await until(() => names(ada).join() === 'Ada', { what: 'Carol to be gone' });
    expect(ada.errors).toEqual([]);
    await nats.close();
  });
});
