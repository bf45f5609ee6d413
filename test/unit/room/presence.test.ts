import { describe, expect, it } from 'vitest';
import { names, RoomLab, statuses } from '../../support/room-lab.js';

describe('presence', () => {
  it('property 23: P5: a session that joins an empty room knows after one round trip that it is alone', async () => {
    const lab = new RoomLab();
    const before = lab.clock.now();
    const alice = await lab.join('alice');
    expect(names(alice.room)).toEqual(['alice']);
    expect(alice.room.status).toBe('connected');
    expect(lab.clock.now() - before).toBeLessThanOrEqual(5);
  });

  it('property 23: P5: a joiner gets the whole roster from exactly one member, and everyone sees it', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    lab.wire.length = 0;
    const charlie = await lab.join('charlie');
    for (const { room } of [alice, bob, charlie]) expect(names(room).sort()).toEqual(['alice', 'bob', 'charlie']);
    const kinds = lab.wire.map(({ subject }) => subject.split('.')[2]);
    expect(kinds.filter((word) => word === 'sync')).toHaveLength(1);
    // So the answer does not wait until all have processed our state.
    expect(kinds.indexOf('sync')).toBeLessThan(kinds.indexOf('presence'));
    expect([...alice.errors, ...bob.errors, ...charlie.errors]).toEqual([]);
  });

  it('P5: when nobody is in the same file, any member answers, after two round trips', async () => {
    const lab = new RoomLab();
    await lab.join('alice', { file: 'a.ts' });
    const bob = await lab.join('bob', { file: 'a.ts' });
    lab.wire.length = 0;
    const charlie = await lab.join('charlie');
    expect(names(charlie.room).sort()).toEqual(['alice', 'bob', 'charlie']);
    const questions = lab.wire
      .map(({ subject }) => subject)
      .filter((subject) => subject.startsWith('slate.collab.sync'));
    expect(questions).toEqual(['slate.collab.sync.p1']); // nobody subscribes to sync.p1.%
    expect(bob.errors).toEqual([]);
  });

  it('P5, M5: a newcomer to a crowd costs one announcement, one question and one answer', async () => {
    const lab = new RoomLab();
    const crowd = [];
    for (let i = 0; i < 30; i++) crowd.push(await lab.join(`m${i}`));
    for (const { room } of crowd) room.pointer.move({ x: 0.25, y: 0.75, anchor: '#board' });
    await lab.clock.advance(6_000);
    // While it joins.
    for (const { room } of crowd.slice(0, 10)) room.pointer.move({ x: 0.5, y: 0.5, anchor: '#board' });
    lab.wire.length = 0;
    const newcomer = await lab.join('newcomer');
    await lab.clock.advance(1);
    const deliveries = lab.wire.filter(({ subject }) => !subject.startsWith('slate.editor'));
    expect(deliveries.length).toBeLessThanOrEqual(30 + 3);
    await lab.clock.advance(300);
    expect(newcomer.room.pointers.sample()).toHaveLength(30);
  });

  it('P5: two sessions that join an empty room at the same moment find each other at once', async () => {
    const lab = new RoomLab();
    const alice = lab.prepare('alice');
    const bob = lab.prepare('bob');
    const joining = Promise.all([alice, bob].map(({ room }) => room.join()));
    await lab.clock.while(joining, 100);
    await lab.clock.advance(50);
    expect(names(alice.room).sort()).toEqual(['alice', 'bob']);
    expect(names(bob.room).sort()).toEqual(['alice', 'bob']);
  });

  it('property 4: P6: a goodbye removes a member at once', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    await lab.clock.while(bob.room.leave());
    await lab.clock.advance(1);
    expect(names(alice.room)).toEqual(['alice']);
    expect(alice.room.awareness.getStates().size).toBe(1);
  });

  it('P6: an aborted join takes its announcement back', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    lab.network = ({ subject }, send) => {
      if (!subject.startsWith('slate.collab.sync')) send(); // no answer comes
    };
    const abort = new AbortController();
    const { room } = lab.prepare('bob');
    const joining = room.join(abort.signal);
    await lab.clock.advance(300);
    expect(names(alice.room)).toEqual(['alice', 'bob']);
    abort.abort();
    await expect(joining).rejects.toThrow(); // at once: the clock stands still
    await lab.clock.advance(1);
    expect(names(alice.room)).toEqual(['alice']);
    expect(room.status).toBe('closed');
  });

  it('P5: an answer to an aborted join is ignored', async () => {
    const lab = new RoomLab();
    await lab.join('alice');
    let late: () => void = () => undefined;
    lab.network = ({ subject }, send) => {
      if (subject.startsWith('slate.inbox')) late = send;
      else send();
    };
    const abort = new AbortController();
    const { room, errors } = lab.prepare('bob');
    const joining = room.join(abort.signal);
    await lab.clock.advance(100);
    abort.abort();
    await expect(joining).rejects.toThrow();
    late();
    await lab.clock.advance(10);
    expect(names(room)).toEqual([]);
    expect(room.awareness.getStates().size).toBe(0);
    expect(errors).toEqual([]);
  });

  it('P5, P10: where someone subscribes to everything, a joiner in another file finds everyone too', async () => {
    const lab = new RoomLab();
    lab.hub.connect().subscribe('slate.>', () => undefined);
    await lab.join('alice', { file: 'a.ts' });
    const bob = await lab.join('bob', { file: 'b.ts' });
    expect(names(bob.room).sort()).toEqual(['alice', 'bob']);
  });

  it('P10: where someone subscribes to everything, only the dead are stale, within 4 s', async () => {
    const lab = new RoomLab();
    lab.hub.connect().subscribe('slate.>', () => undefined);
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    const charlie = await lab.join('charlie');
    await lab.clock.advance(60_000);
    expect(statuses(alice.room)).toEqual({ alice: 'active', bob: 'active', charlie: 'active' });
    lab.hub.kill(bob.bus);
    await lab.clock.advance(4_000);
    expect(statuses(alice.room)).toEqual({ alice: 'active', bob: 'stale', charlie: 'active' });
    expect(statuses(charlie.room).bob).toBe('stale');
    expect([...alice.errors, ...charlie.errors]).toEqual([]);
  });

  it('property 4: P9: a death shows as stale within 2 s, and is removed within 8 s', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    const charlie = await lab.join('charlie');
    await lab.clock.advance(3_000);
    lab.hub.kill(bob.bus);
    await lab.clock.advance(2_000);
    expect(statuses(alice.room).bob).toBe('stale');
    expect(statuses(charlie.room).bob).toBe('stale');
    await lab.clock.advance(6_000);
    expect(names(alice.room).sort()).toEqual(['alice', 'charlie']);
    expect(names(charlie.room).sort()).toEqual(['alice', 'charlie']);
  });

  it('P3, P9: nobody becomes stale or is removed in ten quiet minutes', async () => {
    const lab = new RoomLab();
    const actors = [];
    for (const name of ['alice', 'bob', 'charlie']) actors.push(await lab.join(name));
    for (const actor of actors) actor.seen.length = 0;
    await lab.clock.advance(600_000);
    for (const actor of actors) {
      expect(actor.seen).toEqual([]);
      expect(actor.errors).toEqual([]);
    }
  });

  it('property 6: P7: nobody leaves when one session is offline for 3 s, which shows the others as stale meanwhile', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    await lab.clock.advance(3_000);
    bob.bus.disconnect();
    await lab.clock.advance(3_000);
    expect(bob.room.status).toBe('reconnecting');
    expect(statuses(bob.room)).toEqual({ alice: 'stale', bob: 'active' });
    bob.bus.reconnect();
    await lab.clock.advance(1_000);
    expect(statuses(bob.room)).toEqual({ alice: 'active', bob: 'active' });
    expect(statuses(alice.room)).toEqual({ alice: 'active', bob: 'active' });
    expect(alice.seen.every((line) => line.includes('bob') || line === 'alice:active')).toBe(true);
    expect(names(alice.room)).toEqual(['alice', 'bob']);
  });
});
