/** What a change costs: each field of a state is serialised once for everything that needs its text. */
import { describe, expect, it, vi } from 'vitest';
import { encodeStates } from '../../../src/protocol/presence-codec.js';
import { RoomLab } from '../../support/room-lab.js';

const PRESENCE = 'slate.collab.presence.p1';

/** A value in a state that counts how often it is serialised. */
class Counted {
  count = 0;

  toJSON(): string {
    this.count++;
    return 'counted';
  }
}

/** A room in company, with a slow field that counts. */
async function setUp() {
  const lab = new RoomLab();
  const alice = await lab.join('alice');
  const bob = await lab.join('bob');
  await lab.clock.advance(1_000);
  const note = new Counted();
  alice.room.awareness.setLocalStateField('note', note);
  await lab.clock.advance(200);
  note.count = 0;
  return { lab, alice, bob, note };
}

describe('the serialisations of a state', () => {
  it('P3: setLocation costs one', async () => {
    const { lab, alice, bob, note } = await setUp();
    alice.room.setLocation('chapter 2');
    await lab.clock.advance(200);
    expect(note.count).toBe(1);
    expect(bob.room.members.find(({ user }) => user.id === 'alice')?.location).toBe('chapter 2');
  });

  it('P3: setUser costs one, and so does a change in place', async () => {
    const { lab, alice, bob, note } = await setUp();
    alice.room.setUser({ name: 'Alice L.' });
    expect(note.count).toBe(1);
    const state = alice.room.awareness.getLocalState() ?? {};
    state.page = 7;
    alice.room.awareness.setLocalState(state);
    await lab.clock.advance(200);
    expect(note.count).toBe(2);
    expect(bob.room.awareness.getStates().get(alice.room.client)).toMatchObject({
      page: 7,
      user: { name: 'Alice L.' },
    });
  });

  it('M1: a change of a fast field costs one of each field', async () => {
    const { lab, alice, bob, note } = await setUp();
    const cursor = new Counted();
    alice.room.awareness.setLocalStateField('cursor', cursor);
    expect([note.count, cursor.count]).toEqual([1, 1]); // after a rest the batch leaves at once
    await lab.clock.advance(200);
    expect([note.count, cursor.count]).toEqual([1, 1]);
    expect(bob.room.awareness.getStates().get(alice.room.client)?.note).toBe('counted');
  });

  it('P3, P11: a change of activity costs none, and a heartbeat one, to find what was changed in place', async () => {
    const { lab, alice, note } = await setUp();
    alice.room.setActivity('idle');
    await lab.clock.advance(500);
    expect(note.count).toBe(0);
    await lab.clock.advance(5_500);
    expect(note.count).toBe(1);
  });

  it('P5: an answer to a newcomer costs one', async () => {
    const { lab, alice, bob, note } = await setUp();
    await lab.clock.while(bob.room.leave());
    note.count = 0;
    await lab.join('charlie');
    expect(note.count).toBe(1);
    expect(alice.errors).toEqual([]);
  });

  it('M3: a received state costs none', async () => {
    const { lab, alice } = await setUp();
    const terms = { kind: 'slate', activity: 'active', leaseMs: 11_000, ageMs: 0 } as const;
    const state = { user: { id: 'dave', name: 'Dave' }, location: 'chapter 1' };
    lab.hub.connect().publish(PRESENCE, encodeStates([{ client: 7, clock: 1, state, terms }]));
    const stringify = vi.spyOn(JSON, 'stringify');
    try {
      await lab.clock.advance(20);
      expect(stringify).not.toHaveBeenCalled();
    } finally {
      stringify.mockRestore();
    }
    expect(alice.room.members.map(({ user }) => user.name)).toContain('Dave');
  });
});
