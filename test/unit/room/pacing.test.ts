/** M10, D6: what one session sends when its page changes things often, or puts odd things into its state. */
import { describe, expect, it } from 'vitest';
import { decodePresence, encodeStates } from '../../../src/protocol/presence-codec.js';
import { type Actor, RoomLab } from '../../support/room-lab.js';

const PRESENCE = 'slate.collab.presence.p1';
const AVATAR = `data:image/png;base64,${'A'.repeat(12_000)}`;
const HZ_120 = 1_000 / 120;

async function company(options: { avatar?: string; files?: [string, string] } = {}) {
  const lab = new RoomLab();
  const { avatar, files } = options;
  const alice = await lab.join('alice', {
    user: { id: 'alice', name: 'Alice', ...(avatar && { avatar }) },
    ...(files && { file: files[0] }),
  });
  const bob = await lab.join('bob', files ? { file: files[1] } : {});
  await lab.clock.advance(3_000);
  lab.wire.length = 0;
  /** What bob's bus received of alice, by subject. */
  const toBob = (subject: string) =>
    lab.wire.filter((one) => one.from === alice.bus && one.to === bob.bus && one.subject === subject);
  const fullStates = () => toBob(PRESENCE).filter(({ data }) => data[0] !== 0);
  const seen = () => bob.room.awareness.getStates().get(alice.room.client) ?? {};
  return { lab, alice, bob, fullStates, seen };
}

/** Calls `fn` 120 times a second for `seconds`. Returns how many messages `actor` sent meanwhile. */
async function often(lab: RoomLab, actor: Actor, seconds: number, fn: (i: number) => void): Promise<number> {
  const before = actor.room.stats.messagesOut;
  for (let i = 1; i <= seconds * 120; i++) {
    fn(i);
    await lab.clock.advance(HZ_120);
  }
  return actor.room.stats.messagesOut - before;
}

describe('what leaves often', () => {
  it('M10: a field at 120 Hz is at most ten messages a second, and its last value arrives', async () => {
    const { lab, alice, seen, fullStates } = await company({ avatar: AVATAR });
    const out = await often(lab, alice, 10, (i) => alice.room.awareness.setLocalStateField('score', i));
    expect(out).toBeLessThanOrEqual(10 * 11 + 3); // with a probe a second
    expect(out).toBeGreaterThan(80);
    expect(fullStates().length).toBeLessThanOrEqual(4); // the picture is not sent over and over
    await lab.clock.advance(200);
    expect(seen().score).toBe(1_200);
    await lab.clock.advance(2_000);
    expect(seen()).toMatchObject({ score: 1_200, user: { avatar: AVATAR } });
    alice.room.awareness.setLocalStateField('score', 7); // after a rest it is a slow field again
    const before = fullStates().length;
    await lab.clock.advance(1_000);
    expect(fullStates()).toHaveLength(before + 1);
    expect(seen().score).toBe(7);
  });

  it('M10: the first change leaves at once, and the newest 100 ms later', async () => {
    const { lab, alice, seen } = await company();
    for (const page of [1, 2, 3]) alice.room.awareness.setLocalStateField('page', page);
    await lab.clock.advance(20);
    expect(seen().page).toBe(1);
    await lab.clock.advance(100);
    expect(seen().page).toBe(3);
  });

  it('M10: both lanes share the budget, and neither keeps the other waiting', async () => {
    const { lab, alice, bob, fullStates } = await company();
    const out = await often(lab, alice, 5, (i) => {
      alice.room.pointer.move({ x: (i % 100) / 100, y: 0.5, anchor: '#board' });
      alice.room.setLocation(`line ${i}`); // it never takes the motion lane
    });
    expect(out).toBeLessThanOrEqual(5 * 11 + 3);
    expect(fullStates().length).toBeGreaterThan(20);
    expect(lab.wire.filter(({ to, subject }) => to === bob.bus && subject.includes('batch')).length).toBeGreaterThan(
      20,
    );
    await lab.clock.advance(500);
    expect(bob.room.members.find(({ user }) => user.id === 'alice')?.location).toBe('line 600');
  });

  it('M10: a picture makes full states rarer', async () => {
    const { lab, alice, bob, fullStates } = await company({ avatar: AVATAR });
    await often(lab, alice, 10, (i) => alice.room.setLocation(`line ${i}`));
    expect(fullStates().reduce((sum, { data }) => sum + data.length, 0)).toBeLessThan(10 * 20_000 + 13_000);
    await lab.clock.advance(1_000);
    expect(bob.room.members.find(({ user }) => user.id === 'alice')?.location).toBe('line 1200');
  });

  it('M10: members in another file see a field that changes often within 5 s, and its last value after 1 s', async () => {
    const { lab, alice, seen, fullStates } = await company({ files: ['a.ts', 'b.ts'] });
    await often(lab, alice, 10, (i) => alice.room.awareness.setLocalStateField('score', i));
    expect(seen().score).toBeGreaterThan(100);
    expect(fullStates().length).toBeLessThanOrEqual(5);
    await lab.clock.advance(1_200);
    expect(seen().score).toBe(1_200);
  });

  it('M10: more fields than a batch holds all arrive', async () => {
    const { lab, alice, seen } = await company();
    const names = Array.from({ length: 40 }, (_, i) => `field ${i} ${'x'.repeat(i * 2)}`);
    const out = await often(lab, alice, 3, (i) => {
      const fields = Object.fromEntries(names.map((name) => [name, i]));
      alice.room.awareness.setLocalState({ ...alice.room.awareness.getLocalState(), ...fields });
    });
    expect(out).toBeLessThanOrEqual(3 * 11 + 3);
    await lab.clock.advance(2_000);
    expect(names.map((name) => seen()[name])).toEqual(names.map(() => 360));
    const own = alice.room.awareness.getLocalState();
    alice.room.awareness.setLocalState({ user: own?.user });
    await lab.clock.advance(2_000);
    expect(names.filter((name) => seen()[name] != null)).toEqual([]); // and all go
  });

  it('M3, M10: a newcomer whose roster is older than a batch gets the slow change that waited', async () => {
    const { lab, alice, bob } = await company();
    const { awareness } = alice.room;
    awareness.setLocalStateField('cursor', { line: 1 });
    await lab.clock.advance(20);
    awareness.setLocalStateField('cursor', { line: 2 });
    awareness.setLocalStateField('page', 9);
    const charlie = await lab.join('charlie');
    await lab.clock.advance(300);
    for (const { room } of [bob, charlie]) {
      expect(room.awareness.getStates().get(alice.room.client)).toMatchObject({ cursor: { line: 2 }, page: 9 });
    }
  });

  it('M10, P6: a goodbye does not wait, and nothing follows it', async () => {
    const { lab, alice, bob } = await company();
    for (let i = 0; i < 10; i++) alice.room.awareness.setLocalStateField('page', i);
    await lab.clock.while(alice.room.leave());
    await lab.clock.advance(1);
    expect(bob.room.members).toHaveLength(1);
    await lab.clock.advance(2_000);
    expect(bob.room.members).toHaveLength(1);
  });
});

describe('what cannot leave', () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  let deep: unknown = 1;
  for (let i = 0; i < 10; i++) deep = [deep];

  it.each<[string, unknown]>([
    ['NaN', Number.NaN],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['a cycle', cycle],
    ['ten levels', deep],
    ['17 kB', 'x'.repeat(17_000)],
  ])('D6: %s: the rest goes, the sender hears one error, and a newcomer gets everyone', async (_, value) => {
    const { lab, alice, bob, seen } = await company();
    const { awareness } = alice.room;
    expect(() => awareness.setLocalStateField('draft', value)).not.toThrow();
    for (let page = 1; page <= 50; page++) {
      awareness.setLocalStateField('page', page);
      awareness.setLocalStateField('cursor', { line: page });
      await lab.clock.advance(50);
    }
    await lab.clock.advance(7_000);
    expect(alice.errors).toMatchObject([{ name: 'FieldError', field: 'draft', count: 1 }]);
    expect(awareness.getLocalState()?.draft).toBe(value); // the page keeps it
    expect(seen()).toMatchObject({ page: 50, cursor: { line: 50 }, user: { name: 'Alice' } });
    expect(seen()).not.toHaveProperty('draft');
    const charlie = await lab.join('charlie');
    expect(charlie.room.members).toHaveLength(3);
    for (const { data } of lab.wire.filter(({ subject }) => subject === PRESENCE)) {
      if (data[0] !== 0) expect(() => decodePresence(data)).not.toThrow();
    }
    expect([...bob.errors, ...charlie.errors]).toEqual([]);
    awareness.setLocalStateField('draft', 'fine now');
    await lab.clock.advance(200);
    expect(seen().draft).toBe('fine now');
  });

  it('D6: a roster holds no state that became too large here; the newcomer asks its owner', async () => {
    const { lab, bob } = await company();
    const state = { user: { id: 'm', name: 'M' }, note: '' }; // it gains its colours at the door
    state.note = 'x'.repeat(16_384 - JSON.stringify(state).length);
    const terms = { kind: 'slate', activity: 'active', leaseMs: 60_000, ageMs: 0 } as const;
    const mallory = lab.hub.connect();
    const asked: string[] = [];
    mallory.subscribe('slate.collab.alive.p1.7', (message) => {
      if (message.data.length > 0) asked.push('asked');
      message.respond(encodeStates([{ client: 7, clock: 1, state, terms }]));
    });
    mallory.publish(PRESENCE, encodeStates([{ client: 7, clock: 1, state, terms }]));
    await lab.clock.advance(100);
    expect(bob.room.members).toHaveLength(3);
    const charlie = await lab.join('charlie');
    await lab.clock.advance(100);
    expect(charlie.room.members).toHaveLength(4);
    expect(asked).not.toEqual([]);
    expect(charlie.errors).toEqual([]);
  });

  it('D6: a state whose own properties throw throws nothing at the page, and leaves without them', async () => {
    const { lab, alice, bob, seen } = await company();
    const throws = (): never => {
      throw new Error('a plugin');
    };
    const state = { page: 7 };
    for (const name of ['draft', 'user']) Object.defineProperty(state, name, { enumerable: true, get: throws });
    expect(() => alice.room.awareness.setLocalState(state)).not.toThrow();
    await lab.clock.advance(300);
    expect(seen()).toMatchObject({ page: 7, user: { name: 'Alice' } });
    expect(alice.room.self.user.name).toBe('Alice');
    expect(alice.errors).toMatchObject([{ field: 'draft' }]);
    expect(bob.errors).toEqual([]);
  });

  it('D6: as a fast field, it is left out of batches too', async () => {
    const { lab, alice, bob, seen } = await company();
    alice.room.awareness.setLocalStateField('view', { x: Number.NaN });
    alice.room.awareness.setLocalStateField('cursor', { line: 3 });
    await lab.clock.advance(200);
    expect(seen().cursor).toEqual({ line: 3 });
    expect(alice.errors).toMatchObject([{ name: 'FieldError', field: 'view' }]);
    expect(bob.errors).toEqual([]);
  });
});
