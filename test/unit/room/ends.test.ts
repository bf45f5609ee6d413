/** P6: the ends of a room are safe, whatever the page's own functions do meanwhile. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { names, RoomLab } from '../../support/room-lab.js';

const reported = vi.spyOn(console, 'error').mockReturnValue(undefined);
afterEach(() => reported.mockClear());

const fault = (): never => {
  throw new Error('a plugin');
};

describe('a listener of Awareness that throws', () => {
  it.each(['destroy', 'change', 'update'] as const)(
    'P6: at "%s" makes nothing fail: not leaving either',
    async (event) => {
      const lab = new RoomLab();
      const [alice, bob] = [await lab.join('alice'), await lab.join('bob')];
      let after = 0;
      alice.room.awareness.on(event, fault);
      alice.room.awareness.on(event, async () => fault());
      alice.room.awareness.on(event, () => after++);
      expect(() => alice.room.setUser({ name: 'Al' })).not.toThrow();
      expect(() => alice.room.awareness.setLocalStateField('draft', 1)).not.toThrow();
      await lab.clock.advance(200);
      expect(names(bob.room)).toEqual(['Al', 'bob']);
      await expect(lab.clock.while(alice.room.leave())).resolves.toBe(undefined);
      await lab.clock.advance(200);
      expect([alice.room.status, alice.room.members, names(bob.room)]).toEqual(['closed', [], ['bob']]);
      expect(after).toBeGreaterThan(0);
      expect(reported.mock.calls.length).toBeGreaterThanOrEqual(2 * after);
      await lab.clock.while(bob.room.leave());
      expect(lab.clock.waiting).toBe(0);
    },
  );

  it('P6: does not stop a document from being destroyed, which leaves the room', async () => {
    const lab = new RoomLab();
    const doc = new Y.Doc();
    const alice = await lab.join('alice', { doc });
    alice.room.awareness.on('destroy', fault);
    alice.room.awareness.on('change', fault);
    expect(() => doc.destroy()).not.toThrow();
    await lab.clock.advance(200);
    expect(alice.room.status).toBe('closed');
    expect(lab.clock.waiting).toBe(0);
  });
});

describe('listeners of a room that throw', () => {
  it('P6: at its last events do not keep it from being left', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    for (const event of ['members', 'status', 'error', 'pointers'] as const) alice.room.on(event, fault);
    await expect(lab.clock.while(alice.room.leave())).resolves.toBe(undefined);
    expect([alice.room.status, lab.clock.waiting]).toEqual(['closed', 0]);
  });
});

describe('a bus that closes', () => {
  it('P6: closes the rooms on it, with nothing left running', async () => {
    const lab = new RoomLab();
    const [alice, bob] = [await lab.join('alice'), await lab.join('bob')];
    alice.room.awareness.on('change', fault);
    await lab.clock.while(alice.bus.close());
    expect([alice.room.status, alice.room.members]).toEqual(['closed', []]);
    await expect(alice.room.leave()).resolves.toBe(undefined);
    await lab.clock.while(bob.room.leave());
    expect(lab.clock.waiting).toBe(0);
  });
});
