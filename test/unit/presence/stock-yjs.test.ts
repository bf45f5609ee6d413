/** P1: stock Yjs clients beside rooms, for minutes, on a virtual clock. */
import { createRequire } from 'node:module';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { names, RoomLab, statuses } from '../../support/room-lab.js';

// A stock client uses the timers of the platform, and keeps the Date.now that it finds when it is loaded. So it is
// loaded here, under fake timers, as a copy of its own: the CommonJS one, which no other file loads.
vi.useFakeTimers();
afterAll(() => void vi.useRealTimers());
const require = createRequire(import.meta.url);
const warning = vi.spyOn(console, 'error').mockReturnValue(); // Yjs warns that there are two copies
const Y: typeof import('yjs') = require('yjs');
const stockYjs: typeof import('y-protocols/awareness') = require('y-protocols/awareness');
warning.mockRestore();
const { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } = stockYjs;

const PRESENCE = 'slate.collab.presence.p1';

describe('a stock Yjs client', () => {
  /** A second of its time passes with each second of the room's. */
  async function pass(lab: RoomLab, seconds: number, each: () => void = () => undefined): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      await lab.clock.advance(1_000);
      vi.advanceTimersByTime(1_000);
      await lab.clock.advance(0);
      each();
    }
  }

  function stock(lab: RoomLab, user: Record<string, unknown>) {
    const bus = lab.hub.connect();
    const awareness = new Awareness(new Y.Doc());
    bus.subscribe(PRESENCE, ({ data }) => applyAwarenessUpdate(awareness, data, 'nats'));
    awareness.on('update', (_: unknown, origin: unknown) => {
      if (origin !== 'nats') bus.publish(PRESENCE, encodeAwarenessUpdate(awareness, [awareness.clientID]));
    });
    awareness.setLocalState({ user });
    const seen = () => {
      const states = [...awareness.getStates()].filter(([client]) => client !== awareness.clientID);
      return states.map(([, state]) => (state.user as { name: string }).name).sort();
    };
    return { awareness, bus, seen };
  }

  it('P1, P3: and the room see each other for minutes', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    const { awareness, seen } = stock(lab, { name: 'Stock', color: '#ff0000' });
    await pass(lab, 2);
    alice.seen.length = 0;
    await pass(lab, 180, () => {
      expect(seen()).toEqual(['alice', 'bob']);
      expect(names(alice.room)).toContain('Stock');
      expect(statuses(bob.room).Stock).toBe('active');
    });
    expect(alice.seen).toEqual([]); // nobody left or came back in between
    expect(alice.room.members.find(({ user }) => user.name === 'Stock')).toMatchObject({
      user: { id: `yjs:${awareness.clientID}`, color: '#ff0000' },
      sessions: [{ kind: 'yjs' }],
    });
    expect([...alice.errors, ...bob.errors]).toEqual([]);
    awareness.destroy();
  });

  it('P3: is never probed, and full states are repeated only while it is here', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    await lab.join('bob');
    const { awareness, bus } = stock(lab, { name: 'Stock' });
    await pass(lab, 5);
    lab.wire.length = 0;
    await pass(lab, 60);
    expect(lab.wire.filter(({ subject }) => subject.endsWith(`.${awareness.clientID}`))).toEqual([]);
    const full = () => {
      const received = lab.wire.filter(
        ({ from, to, subject }) => from === alice.bus && to === bus && subject === PRESENCE,
      );
      return received.filter(({ data }) => data[0] !== 0).length;
    };
    expect(full()).toBeGreaterThanOrEqual(3);
    expect(full()).toBeLessThanOrEqual(4);
    awareness.setLocalState(null);
    awareness.destroy();
    await pass(lab, 1);
    lab.wire.length = 0;
    await pass(lab, 60);
    expect(full()).toBe(0);
  });

  it('M10: sees the caret of a member within a second, at two full states a second at most', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    const { awareness, bus } = stock(lab, { name: 'Stock' });
    await pass(lab, 30);
    const caret = () => awareness.getStates().get(alice.room.client)?.cursor;
    const full = () =>
      lab.wire.filter(({ from, to, data }) => from === alice.bus && to === bus && data[0] !== 0 && data.length > 0);
    lab.wire.length = 0;
    alice.room.awareness.setLocalStateField('cursor', { line: 1 });
    await lab.clock.advance(20);
    expect(caret()).toEqual({ line: 1 }); // after a rest at once
    for (let i = 2; i <= 1_200; i++) {
      alice.room.awareness.setLocalStateField('cursor', { line: i });
      await lab.clock.advance(1_000 / 120);
      if (i % 120 === 0) expect((caret() as { line: number }).line).toBeGreaterThan(i - 120);
    }
    expect(full().length).toBeLessThanOrEqual(22);
    await lab.clock.advance(1_000);
    expect(caret()).toEqual({ line: 1_200 });
    expect(bob.room.awareness.getStates().get(alice.room.client)?.cursor).toEqual({ line: 1_200 });
    awareness.destroy();
  });

  it('P8: that falls silent is removed after 30 s, and may come back', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const { awareness, bus } = stock(lab, { name: 'Stock' });
    await pass(lab, 1);
    clearInterval(awareness._checkInterval as ReturnType<typeof setInterval>);
    await pass(lab, 28);
    expect(names(alice.room)).toContain('Stock');
    await pass(lab, 4);
    expect(names(alice.room)).toEqual(['alice']);
    awareness.setLocalStateField('user', { name: 'Stock again' });
    await pass(lab, 1);
    expect(names(alice.room)).toEqual(['alice', 'Stock again']);
    await bus.close();
  });

  it('P6: sees others leave, and others see it leave', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    const { awareness, seen } = stock(lab, { name: 'Stock' });
    await pass(lab, 2);
    await lab.clock.while(bob.room.leave());
    await pass(lab, 1);
    expect(seen()).toEqual(['alice']);
    removeAwarenessStates(awareness, [awareness.clientID], 'window unload');
    await pass(lab, 1);
    expect(names(alice.room)).toEqual(['alice']);
    awareness.destroy();
  });
});
