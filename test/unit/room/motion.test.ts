import { describe, expect, it } from 'vitest';
import { RoomLab } from '../../support/room-lab.js';

const BATCHES = 'slate.editor.cursors.batch.p1';
const at = (x: number) => ({ x, y: 0.5, anchor: '#board' });

describe('motion', () => {
  it('M1: one move of a pointer is one publish, and one delivery to each session', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const others = [await lab.join('bob'), await lab.join('charlie')];
    await lab.clock.advance(100);
    lab.wire.length = 0;
    alice.room.pointer.move(at(0.25));
    await lab.clock.advance(99);
    expect(lab.wire.filter(({ subject }) => subject === BATCHES)).toHaveLength(3); // including its own echo
    await lab.clock.advance(200);
    for (const { room } of others) {
      const [pointer] = room.pointers.sample();
      expect(pointer?.user.name).toBe('alice');
      expect(pointer?.x).toBeCloseTo(0.25, 4);
      expect(pointer?.anchor).toBe('#board');
    }
  });

  it('M1: moving at 60 Hz sends ten batches a second, and the last position always arrives', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    await lab.clock.advance(1_000);
    const before = alice.room.stats.messagesOut;
    for (let i = 1; i <= 60; i++) {
      alice.room.pointer.move(at(i / 100));
      await lab.clock.advance(1000 / 60);
    }
    const sent = alice.room.stats.messagesOut - before;
    expect(sent).toBeGreaterThanOrEqual(10);
    expect(sent).toBeLessThanOrEqual(13); // including a heartbeat and a probe
    await lab.clock.advance(500);
    expect(bob.room.pointers.sample()[0]?.x).toBeCloseTo(0.6, 4);
    expect(bob.room.pointers.moving).toBe(false);
  });

  it('M1: nothing is sent while alone in the file', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice', { file: 'a.ts' });
    alice.room.pointer.move(at(0.1));
    const bob = await lab.join('bob', { file: 'b.ts' });
    await lab.clock.advance(200);
    lab.wire.length = 0;
    alice.room.pointer.move(at(0.2));
    await lab.clock.advance(200);
    expect(lab.wire.filter(({ subject }) => subject.startsWith('slate.editor'))).toEqual([]);
    expect(bob.room.pointers.sample()).toEqual([]);
  });

  it('M5: what others change is not shown in the middle of what an editor here writes', async () => {
    const lab = new RoomLab();
    const [alice, bob] = [await lab.join('alice'), await lab.join('bob')];
    await lab.clock.advance(1_000);
    let writing = false;
    const shown = { meanwhile: 0, later: 0 };
    bob.room.awareness.on('change', (_: unknown, origin: unknown) => {
      if (origin !== 'local') shown[writing ? 'meanwhile' : 'later']++;
    });
    alice.room.awareness.setLocalStateField('selection', { line: 7 });
    for (let i = 0; i < 200; i++) {
      writing = true;
      bob.room.awareness.setLocalStateField('cursor', { line: i });
      writing = false;
      await lab.clock.advance(1);
    }
    expect(shown).toEqual({ meanwhile: 0, later: 1 });
  });

  it('M5: a newcomer gets a resting pointer and the newest fast fields at once', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    await lab.join('charlie');
    alice.room.pointer.move(at(0.75));
    alice.room.awareness.setLocalStateField('selection', { line: 7 });
    await lab.clock.advance(10_000);
    const bob = await lab.join('bob');
    await lab.clock.advance(300);
    expect(bob.room.pointers.sample()[0]?.x).toBeCloseTo(0.75, 4);
    expect(bob.room.awareness.getStates().get(alice.room.client)?.selection).toEqual({ line: 7 });
  });

  it('M1, P7: what a pointer did while its session was offline is shown after its return', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    bob.room.pointer.move(at(0.2));
    await lab.clock.advance(400);
    bob.bus.disconnect();
    bob.room.pointer.move(at(0.3));
    bob.room.awareness.setLocalStateField('cursor', { line: 12 });
    await lab.clock.advance(1_000);
    bob.bus.reconnect();
    await lab.clock.advance(500);
    expect(alice.room.pointers.sample()[0]?.x).toBeCloseTo(0.3, 4);
    expect(alice.room.awareness.getStates().get(bob.room.client)?.cursor).toEqual({ line: 12 });
    bob.bus.disconnect();
    bob.room.pointer.leave();
    bob.bus.reconnect();
    await lab.clock.advance(500);
    expect(alice.room.pointers.sample()).toEqual([]);
  });

  it('M5, P7: a pointer that left while we were offline is not shown after our return', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const [bob, charlie] = [await lab.join('bob'), await lab.join('charlie')];
    for (const { room } of [bob, charlie]) room.pointer.move(at(0.5));
    await lab.clock.advance(500);
    alice.bus.disconnect();
    bob.room.pointer.leave();
    charlie.room.pointer.move(at(0.9));
    await lab.clock.advance(2_000);
    expect(alice.room.pointers.sample()).toHaveLength(2); // nothing disappears while we are offline
    alice.bus.reconnect();
    await lab.clock.advance(500);
    const pointers = alice.room.pointers.sample();
    expect(pointers.map(({ user }) => user.name)).toEqual(['charlie']);
    expect(pointers[0]?.x).toBeCloseTo(0.9, 4);
  });

  it('M3, M4: a batch that overtakes its presence state shows nobody without a name, and loses nothing', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    await lab.clock.advance(100);
    lab.network = ({ subject, to, from }, send) => {
      const lost = subject === 'slate.collab.presence.p1' && from === alice.bus && to === bob.bus;
      if (!lost) send();
    };
    alice.room.setUser({ name: 'Alice L.' });
    alice.room.awareness.setLocalStateField('cursor', { line: 3 });
    await lab.clock.advance(200);
    const state = bob.room.awareness.getStates().get(alice.room.client);
    // The batch named the missing state, so it was asked for.
    expect(state).toMatchObject({ cursor: { line: 3 }, user: { name: 'Alice L.' } });
  });

  it('M5: Awareness changes once a frame, however many sessions move', async () => {
    const lab = new RoomLab();
    const watcher = await lab.join('watcher');
    const movers = [];
    for (let i = 0; i < 12; i++) movers.push(await lab.join(`m${i}`));
    await lab.clock.advance(3_000);
    let changes = 0;
    watcher.room.awareness.on('change', () => changes++);
    for (const { room } of movers) room.awareness.setLocalStateField('cursor', { line: 1 });
    await lab.clock.advance(50);
    expect(changes).toBe(1);
    expect([...watcher.room.awareness.getStates().values()].filter(({ cursor }) => cursor)).toHaveLength(12);
  });

  it('P4: nothing received is published again', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    await lab.clock.advance(100);
    const out = bob.room.stats.messagesOut;
    alice.room.setLocation('chapter 2');
    alice.room.awareness.setLocalStateField('cursor', { line: 2 });
    await lab.clock.advance(90);
    expect(bob.room.members.find(({ user }) => user.id === 'alice')?.location).toBe('chapter 2');
    expect(bob.room.stats.messagesOut).toBe(out);
  });

  it('P6, P9: a pointer disappears with its session, and when its session cannot be reached', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    const charlie = await lab.join('charlie');
    for (const { room } of [bob, charlie]) room.pointer.move(at(0.5));
    await lab.clock.advance(500);
    expect(alice.room.pointers.sample()).toHaveLength(2);
    lab.hub.kill(bob.bus);
    await lab.clock.while(charlie.room.leave());
    await lab.clock.advance(2_000);
    expect(alice.room.pointers.sample()).toEqual([]);
  });

  it('a pointer that leaves the surface disappears, and comes back', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    await lab.clock.advance(100);
    alice.room.pointer.move(at(0.5));
    await lab.clock.advance(300);
    alice.room.pointer.leave();
    await lab.clock.advance(400);
    expect(bob.room.pointers.sample()).toEqual([]);
    expect(bob.room.pointers.moving).toBe(false);
    alice.room.pointer.move(at(0.6));
    await lab.clock.advance(400);
    expect(bob.room.pointers.sample()[0]?.x).toBeCloseTo(0.6, 4);
  });
});
