/**
 * Programs that speak JSON only (P2, M2, M9), beside rooms on a virtual clock.
 * Past 300 lines: it is one list of rules, each a test.
 */
import { describe, expect, it } from 'vitest';
import type { RoomOptions } from '../../../src/index.js';
import { jsonClient } from '../../../src/protocol/json-events.js';
import { names, RoomLab } from '../../support/room-lab.js';

const PRESENCE = 'slate.collab.presence.p1';
const CURSORS = 'slate.editor.cursors.batch.p1';

describe('a JSON program', () => {
  const utf8 = new TextEncoder();

  function program(lab: RoomLab) {
    const bus = lab.hub.connect();
    const publish = (subject: string, event: unknown) => bus.publish(subject, utf8.encode(JSON.stringify(event)));
    const heartbeat = (type = 'presence', data: Record<string, unknown> = { location: 'src/main.ts' }) =>
      publish(PRESENCE, { type, projectId: 'p1', userId: 'carol', timestamp: lab.clock.date(), data });
    const cursor = (position: unknown) => ({
      type: 'cursor',
      userId: 'carol',
      fileId: 'a',
      timestamp: lab.clock.date(),
      data: { position },
    });
    return { heartbeat, cursor, move: (...positions: unknown[]) => publish(CURSORS, positions.map(cursor)), publish };
  }

  it('P2: is a member while it sends heartbeats, and for 11 s after', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const carol = program(lab);
    for (let i = 0; i < 6; i++) {
      carol.heartbeat();
      await lab.clock.advance(5_000);
      expect(names(alice.room)).toEqual(['alice', 'carol']);
    }
    expect(alice.room.members[1]).toMatchObject({
      user: { id: 'carol' },
      location: 'src/main.ts',
      sessions: [{ client: jsonClient('carol'), kind: 'json' }],
    });
    await lab.clock.advance(5_900);
    expect(names(alice.room)).toEqual(['alice', 'carol']);
    await lab.clock.advance(1_200);
    expect(names(alice.room)).toEqual(['alice']);
    expect(alice.errors).toEqual([]);
  });

  it('P2: may have a name, change it, and publish goodbye', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const carol = program(lab);
    carol.heartbeat('presence', { name: 'Carol' });
    await lab.clock.advance(10);
    expect(names(alice.room)).toEqual(['alice', 'Carol']);
    carol.heartbeat('presence', { name: 'Carol C.', color: '#123456' });
    await lab.clock.advance(10);
    expect(alice.room.members[1]?.user).toMatchObject({ name: 'Carol C.', color: '#123456' });
    carol.heartbeat('left');
    await lab.clock.advance(10);
    expect(names(alice.room)).toEqual(['alice']);
  });

  it('P5: is in the roster that a newcomer receives', async () => {
    const lab = new RoomLab();
    await lab.join('alice');
    program(lab).heartbeat('presence', { name: 'Carol' });
    await lab.clock.advance(100);
    const bob = await lab.join('bob');
    expect(names(bob.room).sort()).toEqual(['Carol', 'alice', 'bob']);
    expect(bob.room.members.find(({ user }) => user.id === 'carol')?.sessions[0]?.kind).toBe('json');
  });

  it('M2: has a pointer when its position has fractions, and a field when it has something else', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const carol = program(lab);
    carol.heartbeat();
    await lab.clock.advance(10);
    carol.move({ x: 0.25, y: 0.75, anchor: '#board' });
    await lab.clock.advance(200);
    expect(alice.room.pointers.sample()).toMatchObject([{ x: 0.25, y: 0.75, anchor: '#board', user: { id: 'carol' } }]);
    carol.publish(CURSORS, carol.cursor({ line: 3, column: 7 })); // one alone, without a list
    await lab.clock.advance(50);
    expect(alice.room.awareness.getStates().get(jsonClient('carol'))?.position).toEqual({ line: 3, column: 7 });
    expect(alice.errors).toEqual([]);
  });

  it('M2: is a member with its first cursor, before its first heartbeat', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    program(lab).move({ x: 0, y: 0 }, { x: 1, y: 1 });
    await lab.clock.advance(200);
    expect(names(alice.room)).toEqual(['alice', 'carol']);
    expect(alice.room.pointers.sample()).toHaveLength(1);
  });

  it('M2: loses its pointer with the next position that has no fractions', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const carol = program(lab);
    carol.move({ x: 0.5, y: 0.5 });
    await lab.clock.advance(300);
    expect(alice.room.pointers.sample()).toHaveLength(1);
    carol.move(null);
    await lab.clock.advance(300);
    expect(alice.room.pointers.sample()).toEqual([]);
    expect(names(alice.room)).toEqual(['alice', 'carol']);
  });

  it('P2: keeps its cursor through a heartbeat, which does not mention it', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice', { file: 'a' });
    const carol = program(lab);
    carol.publish('slate.editor.cursor.carol.a', carol.cursor({ line: 3 }));
    await lab.clock.advance(1_000);
    carol.heartbeat('presence', { name: 'Carol', location: 'a.ts' });
    await lab.clock.advance(50);
    expect(alice.room.awareness.getStates().get(jsonClient('carol'))).toMatchObject({
      user: { name: 'Carol' },
      position: { line: 3 },
      file: 'a',
      location: 'a.ts',
    });
    carol.heartbeat('left');
    await lab.clock.advance(50);
    expect(names(alice.room)).toEqual(['alice']);
  });

  it('D1: that sends nonsense costs one error each time, and nothing else', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const carol = program(lab);
    carol.publish(PRESENCE, { type: 'presence' });
    carol.publish(CURSORS, [carol.cursor({ x: 0.5, y: 0.5 }), 7]);
    await lab.clock.advance(200);
    expect(names(alice.room)).toEqual(['alice']);
    expect(alice.room.pointers.sample()).toEqual([]);
    expect(alice.errors.map(({ name }) => name)).toEqual(['ProtocolError', 'ProtocolError']);
    expect(alice.room.stats.refused).toBe(2);
  });
});

describe('a program that knows no rooms', () => {
  const utf8 = new TextEncoder();
  const FILE = 'src/main.ts';
  const OWN = 'slate.editor.cursor.carol.src/main%2Ets';
  const ALL = 'slate.editor.cursors.batch';
  const LOBBY = { project: undefined };

  async function setUp(options: Partial<RoomOptions> = {}) {
    const lab = new RoomLab();
    const alice = await lab.join('alice', { file: FILE, ...options });
    const bus = lab.hub.connect();
    const publish = (subject: string, payload: unknown) =>
      bus.publish(subject, payload instanceof Uint8Array ? payload : utf8.encode(JSON.stringify(payload)));
    const cursor = (x: number, more: object = {}) => ({
      type: 'cursor',
      userId: 'carol',
      fileId: FILE,
      timestamp: lab.clock.date(),
      data: { position: { x, y: 0.5 } },
      ...more,
    });
    const shown = async () => {
      await lab.clock.advance(300);
      return alice.room.pointers.sample().map(({ user, x }) => `${user.name} ${x.toFixed(2)}`);
    };
    return { lab, alice, publish, cursor, shown };
  }

  it('M9: is a member with a pointer when it sends to the subject of its user and file', async () => {
    const { alice, publish, cursor, shown } = await setUp();
    publish(OWN, cursor(0.25));
    expect(await shown()).toEqual(['carol 0.25']);
    expect(alice.room.members[1]).toMatchObject({ user: { id: 'carol' }, sessions: [{ kind: 'json', file: FILE }] });
    expect(alice.errors).toEqual([]);
  });

  it('M9: is a member by a list on the bare subject, in the rooms of the files that it names', async () => {
    const { lab, alice, publish, cursor, shown } = await setUp();
    const bob = await lab.join('bob', { file: 'other.ts' });
    publish(ALL, [
      cursor(0.25),
      cursor(0.75, { fileId: 'other.ts', userId: 'dave' }),
      cursor(0.5, { fileId: 'third' }),
    ]);
    expect(await shown()).toEqual(['carol 0.25']);
    expect(bob.room.pointers.sample().map(({ user, x }) => `${user.name} ${x.toFixed(2)}`)).toEqual(['dave 0.75']);
    expect([...alice.errors, ...bob.errors]).toEqual([]);
  });

  it.each([
    ['another file', OWN, { fileId: 'src/other.ts' }],
    ['another project', OWN, { projectId: 'p2' }],
    ['another file, with everyone', ALL, { fileId: 'src/other.ts' }],
    ['another project, with everyone', ALL, { projectId: 'p2' }],
    ['no file, with everyone', ALL, { fileId: undefined }],
  ])('M2, M9: that names %s is ignored without an error', async (_, subject, more) => {
    const { alice, publish, cursor, shown } = await setUp();
    publish(subject, cursor(0.25, more));
    expect(await shown()).toEqual([]);
    expect(names(alice.room)).toEqual(['alice']);
    expect(alice.errors).toEqual([]);
  });

  it('M9: is not in a room without a file, nor in the lobby', async () => {
    const { lab, publish, cursor } = await setUp();
    const bob = await lab.join('bob');
    const lobby = await lab.join('eve', LOBBY);
    publish(OWN, cursor(0.25));
    publish(ALL, [cursor(0.25)]);
    await lab.clock.advance(300);
    expect(bob.room.pointers.sample()).toEqual([]);
    expect(names(lobby.room)).toEqual(['eve']);
    expect([...bob.errors, ...lobby.errors]).toEqual([]);
  });

  it('property 15: M9: that sends the cursor of another user than its subject names is refused with one error', async () => {
    const { alice, publish, cursor, shown } = await setUp();
    publish(OWN, cursor(0.25, { userId: 'dave' }));
    expect(await shown()).toEqual([]);
    expect(names(alice.room)).toEqual(['alice']);
    expect(alice.errors).toMatchObject([{ name: 'ProtocolError', reason: 'identity', subject: OWN }]);
  });

  it('M9: and the lobby, whose bytes use the same bare subject, do not disturb each other', async () => {
    const { lab, alice, publish, cursor, shown } = await setUp();
    const lobby = [await lab.join('eve', LOBBY), await lab.join('fay', LOBBY)];
    lobby[0]?.room.pointer.move({ x: 0.5, y: 0.5, anchor: '' });
    publish(ALL, [cursor(0.25)]);
    expect(await shown()).toEqual(['carol 0.25']);
    expect(lobby[1]?.room.pointers.sample().map(({ user }) => user.name)).toEqual(['eve']);
    expect([alice, ...lobby].flatMap(({ errors }) => errors)).toEqual([]);
  });

  it('D1: whose list has a bad event is refused whole, unless the event is for another room', async () => {
    const { alice, publish, cursor, shown } = await setUp();
    publish(ALL, [cursor(0.25), cursor(0.5, { timestamp: 'noon' })]);
    expect(await shown()).toEqual([]);
    expect(alice.errors).toMatchObject([{ reason: 'shape', subject: ALL }]);
    publish(ALL, [cursor(0.75), { type: 'cursor', fileId: 'other.ts' }]);
    expect(await shown()).toEqual(['carol 0.75']);
    expect(alice.errors).toHaveLength(1);
  });

  it('D1: whose list names too many users is refused whole', async () => {
    const { lab, alice, publish, cursor } = await setUp();
    for (let i = 0; i < 4; i++) {
      publish(
        ALL,
        Array.from({ length: 249 }, (_, n) => cursor(0.5, { userId: `u${i}.${n}` })),
      );
      await lab.clock.advance(10);
    }
    expect(alice.room.members).toHaveLength(997);
    publish(
      ALL,
      Array.from({ length: 5 }, (_, n) => cursor(0.5, { userId: `v${n}` })),
    );
    await lab.clock.advance(10);
    expect(alice.room.members).toHaveLength(997);
    expect(alice.errors).toMatchObject([{ reason: 'limit' }]);
  });

  it('M9, M6: is not received for 30 s when too much on the bare subject is for others', async () => {
    const { lab, alice, publish, cursor, shown } = await setUp({ messagesPerSecond: 100 });
    const flood = async () => {
      const before = alice.room.stats.messagesIn;
      for (let i = 0; i < 500; i++) {
        // Half of it from a lobby.
        publish(ALL, i % 2 ? [cursor(0.1, { fileId: 'other.ts' })] : Uint8Array.of(1, 7, 1, 0, 0));
        await lab.clock.advance(2);
      }
      return alice.room.stats.messagesIn - before;
    };
    expect(await flood()).toBeLessThan(25);
    expect(alice.errors).toMatchObject([{ name: 'ProtocolError', reason: 'limit', subject: ALL }]);
    publish(ALL, [cursor(0.25)]);
    expect(await shown()).toEqual([]); // for now
    publish(OWN, cursor(0.5));
    expect(await shown()).toEqual(['carol 0.50']); // the subject of its file is still subscribed
    await lab.clock.advance(30_000);
    publish(ALL, [cursor(0.75)]);
    expect(await shown()).toEqual(['carol 0.75']);
    expect(await flood()).toBeLessThan(25);
    expect(alice.errors).toHaveLength(1);
    await alice.room.leave();
    const { messagesIn } = alice.room.stats;
    await lab.clock.advance(60_000);
    publish(ALL, [cursor(0.75)]);
    await lab.clock.advance(10);
    expect(alice.room.stats.messagesIn).toBe(messagesIn);
  });

  it('M9, M6: is always received when it sends for this room alone', async () => {
    const { lab, alice, publish, cursor, shown } = await setUp({ messagesPerSecond: 100 });
    for (let i = 0; i < 300; i++) {
      publish(ALL, [cursor(i / 300, { projectId: 'p1' })]);
      await lab.clock.advance(4);
    }
    expect(await shown()).toEqual(['carol 1.00']);
    expect(alice.errors).toEqual([]);
  });
});
