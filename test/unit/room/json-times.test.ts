/** P2: times of day decide nothing. Two machines of one user, whose clocks differ, send JSON to rooms. */
import { describe, expect, it } from 'vitest';
import { jsonClient } from '../../../src/protocol/json-events.js';
import { names, RoomLab } from '../../support/room-lab.js';

const PRESENCE = 'slate.collab.presence.p1';
const CURSORS = 'slate.editor.cursors.batch.p1';
const utf8 = new TextEncoder();

async function setUp() {
  const lab = new RoomLab();
  const alice = await lab.join('alice');
  /** A machine of Carol, whose clock is ahead of the true time by `ahead` milliseconds. */
  const machine = (ahead: number) => {
    const bus = lab.hub.connect();
    const base = () => ({ projectId: 'p1', userId: 'carol', timestamp: lab.clock.date() + ahead });
    const publish = (subject: string, event: unknown) => bus.publish(subject, utf8.encode(JSON.stringify(event)));
    return {
      say: (type: 'presence' | 'left', data: object = {}) => publish(PRESENCE, { type, ...base(), data }),
      point: (x: number, earlier = 0) => {
        const { timestamp, ...rest } = base();
        publish(CURSORS, {
          type: 'cursor',
          ...rest,
          fileId: 'a',
          timestamp: timestamp - earlier,
          data: { position: { x, y: 0.5 } },
        });
      },
    };
  };
  const carol = () => alice.room.members.find(({ user }) => user.id === 'carol');
  return { lab, alice, machine, carol };
}

const HOUR = 3_600_000;

describe('P2: of two machines of one user', () => {
  it.each([HOUR, 3_000, -HOUR, 365 * 24 * HOUR])('one, ahead by %i ms, leaves: the other stays', async (ahead) => {
    const { lab, alice, machine, carol } = await setUp();
    const [one, other] = [machine(ahead), machine(0)];
    one.say('presence');
    other.say('presence');
    await lab.clock.advance(100);
    one.say('left');
    await lab.clock.advance(10);
    expect(carol()).toBeUndefined();
    for (let i = 0; i < 5; i++) {
      other.say('presence', { location: `line ${i}` });
      await lab.clock.advance(10);
      expect(carol()?.location).toBe(`line ${i}`);
      await lab.clock.advance(4_990);
    }
    expect(alice.errors).toEqual([]);
  });

  it('the later word counts, not the later time', async () => {
    const { lab, machine, carol } = await setUp();
    const [one, other] = [machine(HOUR), machine(0)];
    for (const [who, location] of [
      [one, 'a'],
      [other, 'b'],
      [one, 'c'],
      [other, 'd'],
    ] as const) {
      who.say('presence', { location });
      await lab.clock.advance(100);
      expect(carol()?.location).toBe(location);
    }
  });

  it.each([HOUR, 20_000, 3_000, -3_000, -20_000, -HOUR])(
    'the pointer of either, apart by %i ms, is shown as it moves',
    async (ahead) => {
      const { lab, alice, machine } = await setUp();
      const machines = [machine(ahead), machine(0)];
      for (let round = 0; round < 4; round++) {
        for (const [index, one] of machines.entries()) {
          for (let step = 0; step < 6; step++) {
            one.point(0.1 + 0.4 * index + 0.05 * step);
            await lab.clock.advance(100);
          }
          await lab.clock.advance(400);
          expect(alice.room.pointers.sample()[0]?.x).toBeCloseTo(0.35 + 0.4 * index, 2);
          const shown = alice.room.awareness.getStates().get(jsonClient('carol'));
          expect(shown?.position).toMatchObject({ x: 0.35 + 0.4 * index });
        }
      }
      expect(alice.errors).toEqual([]);
    },
  );

  it('one list holds the positions of both: the last one counts', async () => {
    const { lab, alice } = await setUp();
    const bus = lab.hub.connect();
    const event = (x: number, ahead: number) => ({
      type: 'cursor',
      userId: 'carol',
      fileId: 'a',
      timestamp: lab.clock.date() + ahead,
      data: { position: { x, y: 0.5 } },
    });
    const list = [event(0.2, HOUR), event(0.4, -50), event(0.6, 0)];
    bus.publish(CURSORS, utf8.encode(JSON.stringify(list)));
    await lab.clock.advance(400);
    expect(alice.room.pointers.sample()).toMatchObject([{ x: 0.6 }]);
  });
});

describe('P2: a JSON program', () => {
  it('keeps the pace of its positions where its messages arrive unevenly', async () => {
    const { lab, alice, machine } = await setUp();
    const one = machine(HOUR);
    lab.network = (_, send) => void lab.clock.after(20 + 60 * lab.random(), send);
    const steps: number[] = [];
    let before: number | undefined;
    for (let tick = 0; tick < 300; tick++) {
      if (tick % 10 === 0) one.point(0.1 + 0.02 * (tick / 10));
      await lab.clock.advance(10);
      const x = alice.room.pointers.sample()[0]?.x;
      if (x !== undefined && before !== undefined && tick > 100) steps.push(x - before);
      before = x;
    }
    expect(steps.length).toBeGreaterThan(150);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...steps)).toBeLessThan(0.006); // three times the true pace of 0.002 a tick
  });

  it('whose clock is set back goes on being seen', async () => {
    const { lab, machine, carol } = await setUp();
    machine(HOUR).say('presence', { location: 'before' });
    await lab.clock.advance(100);
    const set = machine(-HOUR);
    for (let i = 0; i < 4; i++) {
      set.say('presence', { location: 'after' });
      await lab.clock.advance(5_000);
      expect(carol()?.location).toBe('after');
    }
  });

  it('is known to a newcomer, and to who was away, in the same state within one heartbeat', async () => {
    const { lab, alice, machine } = await setUp();
    const one = machine(HOUR);
    for (let i = 0; i < 10; i++) one.say('presence', { location: `${i}` });
    await lab.clock.advance(100);
    const bob = await lab.join('bob');
    const located = (actor: typeof alice) => actor.room.members.find(({ user }) => user.id === 'carol')?.location;
    expect(located(bob)).toBe('9');
    alice.bus.disconnect();
    await lab.clock.advance(100);
    one.say('left');
    machine(0).say('presence', { location: 'elsewhere' });
    alice.bus.reconnect();
    await lab.clock.advance(2_000);
    machine(0).say('presence', { location: 'elsewhere' });
    await lab.clock.advance(100);
    expect([located(alice), located(bob)]).toEqual(['elsewhere', 'elsewhere']);
    expect([...alice.errors, ...bob.errors]).toEqual([]);
  });

  it('for another project makes nobody a member here, in the lobby neither', async () => {
    const { lab, alice } = await setUp();
    const lobby = await lab.join('eve', { project: undefined });
    const bus = lab.hub.connect();
    for (const type of ['presence', 'joined', 'left']) {
      for (const userId of ['carol', 7]) {
        const event = { type, projectId: 'p2', userId, timestamp: lab.clock.date() };
        bus.publish(PRESENCE, utf8.encode(JSON.stringify(event)));
        bus.publish('slate.collab.presence', utf8.encode(JSON.stringify(event)));
      }
    }
    await lab.clock.advance(100);
    expect(names(alice.room)).toEqual(['alice']);
    expect(names(lobby.room)).toEqual(['eve']);
    expect([...alice.errors, ...lobby.errors]).toEqual([]);
    const nameless = { type: 'presence', userId: 'carol', timestamp: lab.clock.date() };
    for (const subject of [PRESENCE, 'slate.collab.presence']) {
      bus.publish(subject, utf8.encode(JSON.stringify(nameless)));
    }
    await lab.clock.advance(100);
    expect(names(alice.room)).toEqual(['alice', 'carol']);
    expect(names(lobby.room)).toEqual(['eve', 'carol']);
  });
});
