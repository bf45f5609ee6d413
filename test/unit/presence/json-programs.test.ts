/** P2, M2: programs that speak JSON alone, beside rooms on a virtual clock. */
import { describe, expect, it } from 'vitest';
import { jsonClient } from '../../../src/protocol/json-events.js';
import { names, RoomLab } from '../../support/room-lab.js';

const PRESENCE = 'slate.collab.presence.p1';
const CURSORS = 'slate.editor.cursors.batch.p1';

describe('a JSON program', () => {
  const utf8 = new TextEncoder();

  function program(lab: RoomLab) {
    const bus = lab.hub.connect();
    const say = (subject: string, event: unknown) => bus.publish(subject, utf8.encode(JSON.stringify(event)));
    const beat = (type = 'presence', data: Record<string, unknown> = { location: 'src/main.ts' }) =>
      say(PRESENCE, { type, projectId: 'p1', userId: 'carol', timestamp: lab.clock.date(), data });
    const cursor = (position: unknown) => ({
      type: 'cursor',
      userId: 'carol',
      fileId: 'a',
      timestamp: lab.clock.date(),
      data: { position },
    });
    return { beat, cursor, move: (...positions: unknown[]) => say(CURSORS, positions.map(cursor)), say };
  }

  it('P2: is a member while it beats, and for 11 s after', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const carol = program(lab);
    for (let i = 0; i < 6; i++) {
      carol.beat();
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

  it('P2: may have a name, change it, and say goodbye', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const carol = program(lab);
    carol.beat('presence', { name: 'Carol' });
    await lab.clock.advance(10);
    expect(names(alice.room)).toEqual(['alice', 'Carol']);
    carol.beat('presence', { name: 'Carol C.', color: '#123456' });
    await lab.clock.advance(10);
    expect(alice.room.members[1]?.user).toMatchObject({ name: 'Carol C.', color: '#123456' });
    carol.beat('left');
    await lab.clock.advance(10);
    expect(names(alice.room)).toEqual(['alice']);
  });

  it('P5: is in the roster that a newcomer gets', async () => {
    const lab = new RoomLab();
    await lab.join('alice');
    program(lab).beat('presence', { name: 'Carol' });
    await lab.clock.advance(100);
    const bob = await lab.join('bob');
    expect(names(bob.room).sort()).toEqual(['Carol', 'alice', 'bob']);
    expect(bob.room.members.find(({ user }) => user.id === 'carol')?.sessions[0]?.kind).toBe('json');
  });

  it('M2: has a pointer where its position gives fractions, and a field where it gives something else', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const carol = program(lab);
    carol.beat();
    await lab.clock.advance(10);
    carol.move({ x: 0.25, y: 0.75, anchor: '#board' });
    await lab.clock.advance(200);
    expect(alice.room.pointers.sample()).toMatchObject([{ x: 0.25, y: 0.75, anchor: '#board', user: { id: 'carol' } }]);
    carol.say(CURSORS, carol.cursor({ line: 3, column: 7 })); // one alone, without a list
    await lab.clock.advance(50);
    expect(alice.room.awareness.getStates().get(jsonClient('carol'))?.position).toEqual({ line: 3, column: 7 });
    expect(alice.errors).toEqual([]);
  });

  it('M2: is a member with its first cursor, before it ever beat', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    program(lab).move({ x: 0, y: 0 }, { x: 1, y: 1 });
    await lab.clock.advance(200);
    expect(names(alice.room)).toEqual(['alice', 'carol']);
    expect(alice.room.pointers.sample()).toHaveLength(1);
  });

  it('D1: that says nonsense costs one error each, and nothing else', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const carol = program(lab);
    carol.say(PRESENCE, { type: 'presence' });
    carol.say(CURSORS, [carol.cursor({ x: 0.5, y: 0.5 }), 7]);
    await lab.clock.advance(200);
    expect(names(alice.room)).toEqual(['alice']);
    expect(alice.room.pointers.sample()).toEqual([]);
    expect(alice.errors.map(({ name }) => name)).toEqual(['ProtocolError', 'ProtocolError']);
    expect(alice.room.stats.refused).toBe(2);
  });
});
