/**
 * P11: what anyone does to a room's Awareness, and what the room makes of it; on a virtual clock.
 * Past 300 lines: a test for each thing that others do.
 */
import { describe, expect, it } from 'vitest';
import {
  type Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from 'y-protocols/awareness';
import { Doc } from 'yjs';
import { type Actor, names, RoomLab } from '../../support/room-lab.js';

const FRAME_MS = 20;
const provider = { name: 'another provider' };

/** An awareness update with one state, as another provider would receive it. */
function update(client: number, clock: number, state: object | null): Uint8Array {
  const states = new Map([[client, state as object]]);
  const meta = new Map([[client, { clock, lastUpdated: 0 }]]);
  return encodeAwarenessUpdate({ states, meta } as unknown as Awareness, [client], states);
}

async function two() {
  const lab = new RoomLab();
  const alice = await lab.join('alice', { doc: new Doc() });
  const bob = await lab.join('bob');
  const { awareness } = alice.room;
  const remote = bob.room.client;
  return { lab, alice, bob, awareness, remote, own: alice.room.client };
}

const shown = ({ room }: Actor) =>
  [...room.awareness.getStates().values()].map(({ user }) => (user as { name: string }).name).sort();

describe('P11: a room puts its peers back', () => {
  it.each<[string, (awareness: Awareness, client: number) => void]>([
    ['that are removed, as y-websocket does', (awareness, id) => removeAwarenessStates(awareness, [id], provider)],
    ['that are removed as if by the page', (awareness, id) => removeAwarenessStates(awareness, [id], 'local')],
    [
      'that an update at the same clock removes',
      (awareness, id) =>
        applyAwarenessUpdate(awareness, update(id, awareness.meta.get(id)?.clock ?? 0, null), provider),
    ],
    [
      'that an update at a newer clock removes',
      (awareness, id) => applyAwarenessUpdate(awareness, update(id, 50, null), provider),
    ],
    [
      'that are deleted with their clock',
      (awareness, id) => {
        awareness.states.delete(id);
        awareness.meta.delete(id);
        awareness.emit('update', [{ added: [], updated: [], removed: [id] }, provider]);
      },
    ],
    [
      'that are replaced at their clock',
      (awareness, id) => {
        awareness.states.set(id, { user: { id: 'eve', name: 'Eve' } });
        awareness.emit('change', [{ added: [], updated: [id], removed: [] }, provider]);
      },
    ],
  ])('%s, in the next frame and with their clock', async (_, damage) => {
    const { lab, alice, awareness, remote } = await two();
    const clock = awareness.meta.get(remote)?.clock;
    const state = awareness.getStates().get(remote);
    const added: number[] = [];
    awareness.on('change', (change: { added: number[] }) => added.push(...change.added));
    damage(awareness, remote);
    await lab.clock.advance(FRAME_MS);
    expect(awareness.getStates().get(remote)).toBe(state);
    expect(awareness.meta.get(remote)?.clock).toBe(clock);
    expect(names(alice.room)).toEqual(['alice', 'bob']);
    expect(alice.seen).toEqual(['alice:active bob:active']);
    expect(alice.errors).toEqual([]);
  });

  it('that are deleted without a word, within half a second', async () => {
    const { lab, alice, awareness, remote } = await two();
    awareness.states.delete(remote);
    await lab.clock.advance(510);
    expect(shown(alice)).toEqual(['alice', 'bob']);
  });

  it('whose newer word may have come by another provider, when a second has not confirmed it', async () => {
    const { lab, alice, bob, awareness, remote } = await two();
    const clock = (awareness.meta.get(remote)?.clock ?? 0) + 1;
    applyAwarenessUpdate(awareness, update(remote, clock, { user: { name: 'Bobby' } }), provider);
    await lab.clock.advance(100);
    expect(shown(alice)).toEqual(['Bobby', 'alice']); // nothing jumps back while the room's own message is on its way
    await lab.clock.advance(1_000);
    expect(shown(alice)).toEqual(['alice', 'bob']);
    bob.room.awareness.setLocalStateField('draft', 1);
    await lab.clock.advance(50);
    expect(awareness.getStates().get(remote)).toMatchObject({ draft: 1 });
  });

  it('at most once a frame, and soon twice a second, where another provider never lets go', async () => {
    const { lab, awareness, remote } = await two();
    let times = 0;
    awareness.on('change', ({ added }: { added: number[] }) => {
      if (!added.includes(remote)) return;
      times++;
      removeAwarenessStates(awareness, [remote], provider);
    });
    removeAwarenessStates(awareness, [remote], provider);
    await lab.clock.advance(10_000);
    expect(times).toBeGreaterThan(10);
    expect(times).toBeLessThan(50);
    lab.wire.length = 0;
    await lab.clock.advance(4_000);
    expect(lab.wire.filter(({ subject }) => subject.includes('presence')).length).toBeLessThan(5); // heartbeats
  });

  it('whatever others do, in whatever order', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const lab = new RoomLab(seed);
      const alice = await lab.join('alice', { doc: new Doc() });
      const others = [await lab.join('bob'), await lab.join('carl')];
      const { awareness } = alice.room;
      const clients = [alice, ...others].map(({ room }) => room.client);
      const pick = <T>(list: readonly T[]) => list[Math.floor(lab.random() * list.length)] as T;
      for (let step = 0; step < 20; step++) {
        const id = pick(clients);
        const clock = pick([
          0,
          1,
          awareness.meta.get(id)?.clock ?? 0,
          (awareness.meta.get(id)?.clock ?? 0) + 1,
          2 ** 52,
        ]);
        pick([
          () =>
            awareness.meta.has(id) && removeAwarenessStates(awareness, [id], pick([provider, 'timeout', alice.room])),
          () => applyAwarenessUpdate(awareness, update(id, clock, pick([null, { user: { id: 'eve' } }])), provider),
          () => void awareness.states.delete(id),
          () => void awareness.meta.delete(id),
          () => void awareness.meta.set(id, { clock, lastUpdated: 0 }),
          () =>
            awareness.emit(pick(['change', 'update']), [
              pick([undefined, {}, { removed: [id] }]),
              pick([provider, 'local']),
            ]),
          () => awareness.setLocalStateField('draft', step),
          () => pick(others).room.awareness.setLocalStateField('draft', step),
        ])();
        await lab.clock.advance(pick([0, 5, 20, 300]));
      }
      await lab.clock.advance(1_600);
      const [bob, carl] = others as [Actor, Actor];
      for (const actor of [alice, bob, carl]) {
        expect(names(actor.room).sort(), `seed ${seed}`).toEqual(['alice', 'bob', 'carl']);
        expect(shown(actor), `seed ${seed}`).toEqual(['alice', 'bob', 'carl']);
        expect(actor.errors, `seed ${seed}`).toEqual([]);
        for (const other of [alice, bob, carl]) {
          const state = actor.room.awareness.getStates().get(other.room.client);
          expect(state, `seed ${seed}`).toEqual(other.room.awareness.getLocalState());
        }
      }
      for (const { room } of [alice, ...others]) await lab.clock.while(room.leave());
    }
  });

  it('and does not put back who left', async () => {
    const { lab, alice, bob, awareness, remote } = await two();
    await lab.clock.while(bob.room.leave());
    await lab.clock.advance(2_000);
    removeAwarenessStates(awareness, [remote], provider);
    await lab.clock.advance(2_000);
    expect(shown(alice)).toEqual(['alice']);
  });
});

describe('P11: a room puts its own state back', () => {
  it.each<[string, (awareness: Awareness, client: number) => void]>([
    ['that is removed as if by the page', (awareness, id) => removeAwarenessStates(awareness, [id], 'local')],
    ['that another provider removed', (awareness, id) => removeAwarenessStates(awareness, [id], provider)],
    [
      'that an update replaced',
      (awareness, id) => {
        const clock = (awareness.meta.get(id)?.clock ?? 0) + 99;
        applyAwarenessUpdate(awareness, update(id, clock, { user: { id: 'eve' } }), provider);
      },
    ],
    [
      'that an update replaced at a clock that nobody accepts',
      (awareness, id) => applyAwarenessUpdate(awareness, update(id, 2 ** 50, {}), provider),
    ],
    [
      'that was deleted with its clock',
      (awareness, id) => {
        awareness.states.delete(id);
        awareness.meta.delete(id);
      },
    ],
  ])('%s, and others still hear what comes next', async (_, damage) => {
    const { lab, alice, bob, awareness, own } = await two();
    const before = awareness.meta.get(own)?.clock ?? 0;
    damage(awareness, own);
    await lab.clock.advance(510);
    expect(awareness.getLocalState()).toMatchObject({ user: { id: 'alice', name: 'alice' } });
    const clock = awareness.meta.get(own)?.clock ?? 0;
    expect(clock).toBeGreaterThan(before);
    expect(clock).toBeLessThan(before + 200);
    awareness.setLocalStateField('draft', 7);
    await lab.clock.advance(50);
    expect(bob.room.awareness.getStates().get(own)).toMatchObject({ draft: 7 });
    expect(bob.seen.filter((line) => !line.includes('alice'))).toEqual([]);
    expect([...alice.errors, ...bob.errors]).toEqual([]);
  });

  it.each(['user', 'file', 'location'])(
    'D6: a state whose %s throws is shown without it, and nothing is thrown',
    async (key) => {
      const { lab, alice, bob, awareness, own } = await two();
      const get = () => {
        throw new Error('of an editor plugin');
      };
      awareness.setLocalState(Object.defineProperty({ draft: 1 }, key, { enumerable: true, get }));
      await lab.clock.advance(120);
      expect(bob.room.awareness.getStates().get(own)).toMatchObject({ draft: 1, user: { id: 'alice', name: 'alice' } });
      expect(alice.room.self).toMatchObject({ user: { id: 'alice' } });
      expect(bob.errors).toEqual([]);
    },
  );

  it('what an editor sets right after a removal is not lost', async () => {
    const { lab, bob, awareness, own } = await two();
    removeAwarenessStates(awareness, [own], provider);
    awareness.setLocalStateField('draft', 1);
    await lab.clock.advance(120);
    expect(bob.room.awareness.getStates().get(own)).toMatchObject({ draft: 1, user: { id: 'alice' } });
  });

  it('a state set after another provider deleted the clock does not go back to an old clock', async () => {
    const { lab, bob, awareness, own } = await two();
    awareness.meta.delete(own);
    awareness.setLocalStateField('draft', 1);
    await lab.clock.advance(120);
    expect(bob.room.awareness.getStates().get(own)).toMatchObject({ draft: 1 });
  });
});

describe('P11: a local null', () => {
  it('hides, and nothing but the next local state ends that', async () => {
    const { lab, alice, bob, awareness, own } = await two();
    awareness.setLocalState(null);
    await lab.clock.advance(50);
    expect(names(bob.room)).toEqual(['bob']);
    const hidden = async (what: string) => {
      await lab.clock.advance(1_000);
      expect(names(bob.room), what).toEqual(['bob']);
      expect(awareness.getLocalState(), what).toBeNull();
    };
    expect(alice.room.self).toMatchObject({ user: { id: 'alice' }, sessions: [{ client: own }], self: true });
    alice.room.setUser({ name: 'Al' });
    await hidden('a new name');
    alice.room.setLocation('line 3');
    await hidden('a location');
    alice.room.setActivity('idle');
    await hidden('an activity');
    removeAwarenessStates(awareness, [own], provider);
    awareness.meta.delete(own);
    awareness.states.set(own, { user: { id: 'alice', name: 'ghost' } });
    await hidden('another provider that sets the state');
    applyAwarenessUpdate(awareness, update(own, 500, { user: { id: 'alice', name: 'ghost' } }), provider);
    await hidden('another provider');
    alice.bus.disconnect();
    await lab.clock.advance(1_000);
    alice.bus.reconnect();
    await lab.clock.advance(3_000);
    expect(alice.room.status).toBe('connected');
    await hidden('a reconnection');
    const { bus } = lab.prepare('mallory');
    bus.publish('slate.collab.presence.p1', update(own, 2_000, { user: { id: 'alice', name: 'ghost' } }));
    await hidden('the use of its id by another');
    await lab.clock.advance(20_000);
    await hidden('heartbeats');
    const carl = await lab.join('carl');
    await lab.clock.advance(7_000);
    expect(names(carl.room).sort()).toEqual(['bob', 'carl']);
    expect(names(alice.room).sort()).toEqual(['bob', 'carl']);
    awareness.setLocalState({ draft: 1 });
    await lab.clock.advance(50);
    expect(names(carl.room).sort()).toEqual(['Al', 'bob', 'carl']);
    expect(bob.room.members.find(({ user }) => user.id === 'alice')).toMatchObject({ location: 'line 3' });
    expect([...alice.errors, ...bob.errors]).toEqual([]);
  });

  it('of the only member lets a newcomer join without delay', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    alice.room.awareness.setLocalState(null);
    await lab.clock.advance(50);
    const before = lab.clock.now();
    const bob = await lab.join('bob');
    expect(lab.clock.now() - before).toBeLessThan(100);
    expect(names(bob.room)).toEqual(['bob']);
  });
});

describe('P11: a document that is destroyed', () => {
  it('leaves the room', async () => {
    const { lab, alice, bob } = await two();
    const statuses: string[] = [];
    alice.room.on('status', (status) => statuses.push(status));
    alice.room.doc?.destroy();
    expect(alice.room.status).toBe('closed');
    expect(statuses).toEqual(['closed']);
    expect(alice.room.members).toEqual([]);
    await lab.clock.advance(10);
    expect(names(bob.room)).toEqual(['bob']);
    await lab.clock.while(alice.room.leave());
  });

  it('leaves the room as well when Awareness alone is destroyed', async () => {
    const { lab, alice, bob, awareness } = await two();
    awareness.destroy();
    await lab.clock.advance(10);
    expect(alice.room.status).toBe('closed');
    expect(names(bob.room)).toEqual(['bob']);
  });

  it('ends a join that waits for the connection', async () => {
    const lab = new RoomLab();
    const doc = new Doc();
    const { room, bus } = lab.prepare('alice', { doc });
    bus.disconnect();
    const joining = room.join();
    doc.destroy();
    await expect(lab.clock.while(joining)).rejects.toMatchObject({ name: 'OptionError', option: 'doc' });
    expect(room.status).toBe('closed');
    await lab.clock.advance(5_000);
    expect(lab.wire).toEqual([]);
  });

  it('ends a join that is under way, and nobody keeps seeing it', async () => {
    const lab = new RoomLab();
    const bob = await lab.join('bob');
    const doc = new Doc();
    const { room } = lab.prepare('alice', { doc });
    lab.network = (_, send) => void lab.clock.after(20, send);
    const joining = room.join();
    joining.catch(() => undefined);
    await lab.clock.advance(10);
    doc.destroy();
    await expect(lab.clock.while(joining)).rejects.toMatchObject({ name: 'OptionError', option: 'doc' });
    await lab.clock.advance(100);
    expect(names(bob.room)).toEqual(['bob']);
  });

  it('cannot be given to a room', async () => {
    const doc = new Doc();
    doc.destroy();
    await expect(new RoomLab().join('alice', { doc })).rejects.toThrow('The option "doc" is destroyed.');
  });
});
