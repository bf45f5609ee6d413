import { describe, expect, it } from 'vitest';
import type { ProtocolError } from '../../../src/errors.js';
import { decodePresence, encodeStates } from '../../../src/protocol/presence-codec.js';
import { type Actor, names, RoomLab, statuses } from '../../support/room-lab.js';

const PRESENCE = 'slate.collab.presence.p1';
const terms = { kind: 'slate', activity: 'active', leaseMs: 11_000, ageMs: 0 } as const;

/**
 * Nothing from or to this actor arrives any more, and the server does not notice: a frozen machine with open sockets.
 */
function freeze(lab: RoomLab, actor: Actor): void {
  lab.network = ({ from, to }, send) => {
    if (from !== actor.bus && to !== actor.bus) send();
  };
}

describe('resilience', () => {
  it('property 4: P3, P8: a frozen machine with an open socket is removed after its lease of 11 s', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    await lab.clock.advance(7_000);
    freeze(lab, bob);
    await lab.clock.advance(5_900);
    expect(names(alice.room)).toContain('bob');
    await lab.clock.advance(6_200);
    expect(names(alice.room)).toEqual(['alice']);
  });

  it('property 7: P8: a session that was removed for its silence arrives again with its first message', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    freeze(lab, bob);
    await lab.clock.advance(15_000);
    expect(names(alice.room)).toEqual(['alice']);
    const added: number[] = [];
    alice.room.awareness.on('change', (changes: { added: number[] }) => added.push(...changes.added));
    lab.network = (_, send) => send();
    await lab.clock.advance(6_000);
    expect(names(alice.room)).toEqual(['alice', 'bob']);
    expect(added).toEqual([bob.room.client]);
    expect(names(bob.room).sort()).toEqual(['alice', 'bob']);
  });

  it('property 9: P7: a page that slept for ten minutes removes nobody when it wakes', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    await lab.join('bob');
    alice.seen.length = 0;
    await lab.clock.sleep(600_000);
    await lab.clock.advance(3_000);
    expect(alice.seen.filter((line) => !line.includes('bob'))).toEqual([]);
    expect(statuses(alice.room).bob).toBe('active');
  });

  it('P7: a session that left while we were offline is stale after our return, and removed 6 s later', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    const charlie = await lab.join('charlie');
    alice.bus.disconnect();
    await lab.clock.while(bob.room.leave());
    await lab.clock.advance(2_000);
    alice.bus.reconnect();
    await lab.clock.advance(100); // before any probe
    expect(statuses(alice.room)).toMatchObject({ bob: 'stale', charlie: 'active' });
    await lab.clock.advance(7_000);
    expect(names(alice.room).sort()).toEqual(['alice', 'charlie']);
    expect(charlie.errors).toEqual([]);
  });

  it('P7: no lease runs out because of the time in which we received nothing', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    await lab.join('bob');
    alice.seen.length = 0;
    alice.bus.disconnect();
    await lab.clock.advance(60_000);
    lab.network = (_, send) => void lab.clock.after(2_500, send); // a slow network at first
    alice.bus.reconnect();
    await lab.clock.advance(8_000);
    expect(alice.seen.filter((line) => !line.includes('bob'))).toEqual([]);
  });

  it('P7: nobody is shown to leave when the server restarts', async () => {
    const lab = new RoomLab();
    const actors: Actor[] = [];
    for (const name of ['alice', 'bob', 'charlie', 'dave']) actors.push(await lab.join(name));
    await lab.clock.advance(3_000);
    for (const actor of actors) actor.seen.length = 0;
    for (const { bus } of actors) bus.disconnect();
    await lab.clock.advance(20_000);
    for (const [i, { bus }] of actors.entries()) lab.clock.after(i * 300, () => bus.reconnect());
    await lab.clock.advance(3_000);
    for (const { room, seen } of actors) {
      expect(names(room).sort()).toEqual(['alice', 'bob', 'charlie', 'dave']);
      expect(Object.values(statuses(room))).toEqual(['active', 'active', 'active', 'active']);
      expect(seen.every((line) => line.split(' ').length === 4)).toBe(true);
    }
  });

  it('property 22: P7: everyone knows right after the return what changed while offline', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    bob.bus.disconnect();
    bob.room.setUser({ name: 'Robert' });
    bob.room.setLocation('page 9');
    await lab.clock.advance(2_000);
    bob.bus.reconnect();
    await lab.clock.advance(20);
    expect(alice.room.members.find(({ user }) => user.id === 'bob')).toMatchObject({
      user: { name: 'Robert' },
      location: 'page 9',
    });
    expect(bob.errors).toEqual([]);
  });

  it('property 13: property 14: P8: a message with our client id changes nothing here, and the true state is announced above it', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    const { bus } = lab.prepare('mallory');
    const forged = { client: alice.room.client, clock: 500, state: { user: { id: 'alice', name: 'Forged' } }, terms };
    bus.publish(PRESENCE, encodeStates([forged]));
    await lab.clock.advance(20);
    expect(alice.room.self.user.name).toBe('alice');
    expect(names(bob.room)).toContain('alice');
    bus.publish(PRESENCE, encodeStates([{ ...forged, clock: 900, state: null }]));
    await lab.clock.advance(20);
    expect(names(bob.room)).toContain('alice');
  });

  it('D1, D5: bad messages are counted, make one error event a second for each subject, and change nothing', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    const before = JSON.stringify(alice.room.members);
    const { bus } = lab.prepare('mallory');
    const bomb = { client: bob.room.client, clock: 2 ** 40, state: { user: { id: 'bob', name: 'x' } }, terms };
    for (const bytes of [
      Uint8Array.of(9, 9, 9),
      Uint8Array.of(0, 77),
      new TextEncoder().encode('{"type":'),
      encodeStates([bomb]),
    ]) {
      bus.publish(PRESENCE, bytes);
    }
    bus.publish('slate.editor.cursors.batch.p1', Uint8Array.of(1, 2));
    await lab.clock.advance(50);
    const kinds = () => alice.errors.map((error) => [(error as ProtocolError).reason, (error as ProtocolError).count]);
    expect(kinds()).toEqual([
      ['bytes', 1],
      ['bytes', 1], // on another subject
    ]);
    expect(alice.room.stats.refused).toBe(5);
    await lab.clock.advance(1_000);
    expect(kinds().slice(2)).toEqual([['clock', 3]]); // the newest of them
    expect(JSON.stringify(alice.room.members)).toBe(before);
  });

  it('an editor that overwrites the state keeps its fields, and the session its identity', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice', { file: 'a.md' });
    const bob = await lab.join('bob', { file: 'a.md' });
    alice.room.awareness.setLocalState({ name: 'lexical', anchorPos: null }); // as Lexical does
    alice.room.awareness.setLocalStateField('user', { name: 'Al', color: '#123456' }); // as Tiptap does
    await lab.clock.advance(200);
    const state = bob.room.awareness.getStates().get(alice.room.client);
    expect(state).toMatchObject({ name: 'lexical', file: 'a.md', user: { id: 'alice', name: 'Al', color: '#123456' } });
    expect(names(bob.room).sort()).toEqual(['Al', 'bob']);
    alice.room.awareness.setLocalStateField('user', { id: 'bob', name: 'Al' });
    await lab.clock.advance(200);
    expect(bob.room.awareness.getStates().get(alice.room.client)).toMatchObject({ user: { id: 'alice' } });
  });

  it('two tabs of one user are one member with two sessions, until the last one leaves', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const tabs = [await lab.join('bob'), await lab.join('bob')];
    expect(names(alice.room)).toEqual(['alice', 'bob']);
    expect(alice.room.members[1]?.sessions).toHaveLength(2);
    await lab.clock.while((tabs[0] as Actor).room.leave());
    await lab.clock.advance(1);
    expect(alice.room.members[1]?.sessions).toHaveLength(1);
    await lab.clock.while((tabs[1] as Actor).room.leave());
    await lab.clock.advance(1);
    expect(names(alice.room)).toEqual(['alice']);
  });

  it('P3: idle and away show at once, and slow timers do not remove a member that is away', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const bob = await lab.join('bob');
    bob.room.setActivity('idle');
    await lab.clock.advance(20);
    expect(statuses(alice.room).bob).toBe('idle');
    bob.room.pointer.move({ x: 0.5, y: 0.5, anchor: '' }); // such as a resting pointer that is sent again
    await lab.clock.advance(200);
    expect(statuses(alice.room).bob).toBe('idle');
    bob.room.setActivity('away');
    await lab.clock.advance(20);
    expect(statuses(alice.room).bob).toBe('away');
    freeze(lab, bob);
    await lab.clock.advance(120_000);
    expect(statuses(alice.room).bob).toBe('away');
  });

  it('P1, P3: a stock Yjs client stays by its own renewals, and is removed after 30 s of silence', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const { bus } = lab.prepare('stock');
    const announce = (clock: number) => {
      const bytes = encodeStates([{ client: 77, clock, state: { user: { name: 'Stock' } }, terms }]);
      bus.publish(PRESENCE, bytes.slice(0, bytes.length - 5)); // without our trailer
    };
    announce(1);
    await lab.clock.advance(1_500);
    expect(alice.room.members[1]).toMatchObject({ user: { name: 'Stock', id: 'yjs:77' }, sessions: [{ kind: 'yjs' }] });
    await lab.clock.advance(17_000);
    announce(2);
    await lab.clock.advance(29_000);
    expect(names(alice.room)).toContain('Stock');
    await lab.clock.advance(2_500);
    expect(names(alice.room)).toEqual(['alice']);
  });

  it('P3: every session raises its clock often enough while a stock Yjs client is here', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const { bus } = lab.prepare('stock');
    const announcedAt: number[] = [];
    bus.subscribe(PRESENCE, ({ data }) => {
      const message = decodePresence(data);
      if (message.type === 'states' && message.entries[0]?.client === alice.room.client)
        announcedAt.push(lab.clock.now());
    });
    const renew = () => {
      const bytes = encodeStates([
        { client: 77, clock: Math.floor(lab.clock.now()), state: { user: { name: 'S' } }, terms },
      ]);
      bus.publish(PRESENCE, bytes.slice(0, bytes.length - 5));
    };
    for (let i = 0; i < 8; i++) {
      renew();
      await lab.clock.advance(15_000);
    }
    const gaps = announcedAt.slice(1).map((time, i) => time - (announcedAt[i] ?? 0));
    expect(gaps.length).toBeGreaterThan(4);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(20_000);
  });

  it('P2: a JSON heartbeat makes a member, JSON cursors move its pointer, and its silence removes it', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const { bus } = lab.prepare('json');
    const event = { projectId: 'p1', userId: 'zoe', timestamp: 1_700_000_000_000 };
    bus.publish(PRESENCE, { ...event, type: 'presence', data: { location: 'main.ts' } });
    bus.publish('slate.editor.cursors.batch.p1', [
      { ...event, type: 'cursor', fileId: 'f', data: { position: { x: 0.5, y: 0.25 } } },
    ]);
    await lab.clock.advance(400);
    expect(alice.room.members[1]).toMatchObject({
      user: { id: 'zoe', name: 'zoe' },
      location: 'main.ts',
      sessions: [{ kind: 'json' }],
    });
    expect(alice.room.pointers.sample()[0]).toMatchObject({ x: 0.5, y: 0.25 });
    await lab.clock.advance(12_000);
    expect(names(alice.room)).toEqual(['alice']);
    expect(alice.errors).toEqual([]);
  });

  it('leaving is idempotent, cancels every timer, and leaves the bus open', async () => {
    const lab = new RoomLab();
    const alice = await lab.join('alice');
    const waiting = lab.clock.waiting;
    const bob = await lab.join('bob');
    bob.room.pointer.move({ x: 0.1, y: 0.1, anchor: '' });
    await lab.clock.while(Promise.all([bob.room.leave(), bob.room.leave()]));
    await lab.clock.advance(1_000);
    expect(bob.room.status).toBe('closed');
    expect(bob.room.members).toEqual([]);
    expect(bob.bus.status.type).toBe('connected');
    expect(lab.clock.waiting).toBeLessThanOrEqual(waiting + 1);
    await lab.clock.while(alice.room.leave());
    await lab.clock.advance(2_000);
    expect(lab.clock.waiting).toBe(0);
  });
});
