/**
 * What this session announces, and when (P1, P3, P4, P6, P8).
 * Past 300 lines: a test for each occasion to announce something.
 */
import { describe, expect, it } from 'vitest';
import { applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import { Turns } from '../../../src/cursors/turns.js';
import { Announcer } from '../../../src/presence/announcer.js';
import { createAwareness } from '../../../src/presence/awareness.js';
import { OwnClient } from '../../../src/presence/own-client.js';
import { decodePresence, type PresenceMessage } from '../../../src/protocol/presence-codec.js';
import type { State } from '../../../src/protocol/state.js';
import { roomSubjects } from '../../../src/protocol/subjects.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const [AT, TO] = [{ line: 1 }, { line: 2 }];
const USER = { id: 'ada', name: 'Ada', color: '#188039', colorLight: '#18803933' };

function lab(members = 2, heartbeatMs = 5_000) {
  const clock = new VirtualClock();
  const awareness = createAwareness(undefined, 5);
  awareness.setLocalState({ user: USER });
  const own = new OwnClient(awareness);
  const sent: PresenceMessage[] = [];
  const motion: State[] = [];
  const errors: unknown[] = [];
  const world = { connected: true, stock: false, members, states: 0 };
  const announcer = new Announcer({
    own,
    clock,
    random: () => 1,
    fastFields: ['cursor', 'selection'],
    heartbeatMs,
    digest: () => 0,
    channel: {
      subjects: roomSubjects('p1'),
      publish: (_, bytes) => {
        if (world.connected) sent.push(decodePresence(bytes));
        return world.connected;
      },
      fail: (error) => errors.push(error),
    },
    peers: {
      get size() {
        return world.members - 1;
      },
      some: () => world.stock,
    },
    identity: () => ({ user: USER }),
    turns: new Turns(clock),
    motion: { set: (fields) => motion.push(fields), dropFields: () => world.states++ },
  });
  /** What was announced since the last look, in short. */
  const announced = () =>
    sent.splice(0).map((message) => {
      if (message.type !== 'states') return message.type;
      const [entry] = message.entries;
      return `state ${JSON.stringify(entry?.state)}`;
    });
  return { clock, awareness, own, announcer, sent, announced, motion, errors, world };
}

const state = (more: State = {}) => JSON.stringify({ user: USER, ...more });

describe('Announcer', () => {
  it('P5: announces nothing before it is started, and then the full state', () => {
    const { announcer, awareness, announced } = lab();
    awareness.setLocalStateField('note', 1);
    expect(announced()).toEqual([]);
    announcer.start();
    expect(announced()).toEqual([`state ${state({ note: 1 })}`]);
  });

  it('P4: announces local changes of the own state only', () => {
    const { announcer, awareness, announced } = lab();
    announcer.start();
    announced();
    const other = createAwareness(undefined, 6);
    other.setLocalState({ user: { name: 'Other' } });
    applyAwarenessUpdate(awareness, encodeAwarenessUpdate(other, [6]), 'remote');
    const own = createAwareness(undefined, 5);
    for (let i = 0; i < 9; i++) own.setLocalState({ user: { name: 'Forged' } });
    applyAwarenessUpdate(awareness, encodeAwarenessUpdate(own, [5]), 'remote');
    expect(announced()).toEqual([]);
  });

  it('M4: tells everyone of a change that was taken back after an answer had told one of them', async () => {
    const { announcer, awareness, motion, clock } = lab();
    awareness.setLocalStateField('cursor', null);
    announcer.start(); // the next turn is 100 ms later
    awareness.setLocalStateField('cursor', AT);
    expect(announcer.entry().state).toMatchObject({ cursor: AT });
    awareness.setLocalStateField('cursor', null);
    await clock.advance(200);
    expect(motion).toEqual([{ cursor: null }]);
  });

  it('M1, M3: sends fast fields by the motion lane, all together, and every other change as a full state', async () => {
    const { announcer, awareness, announced, motion, own, world, clock } = lab();
    const set = async (field: string, value: unknown) => {
      awareness.setLocalStateField(field, value);
      await clock.advance(100);
    };
    announcer.start();
    announced();
    await clock.advance(100);
    const { states } = world;
    await set('cursor', AT);
    expect(own.motionClock).toBe(own.clock);
    await set('selection', TO);
    await set('selection', TO); // nothing new
    expect(announced()).toEqual([]);
    expect(motion).toEqual([{ cursor: AT }, { cursor: AT, selection: TO }]);
    expect(own.presenceClock).toBeLessThan(own.clock);
    expect(world.states).toBe(states);
    await set('note', 3);
    expect(announced()).toEqual([`state ${state({ cursor: AT, selection: TO, note: 3 })}`]);
    expect(own.presenceClock).toBe(own.clock);
    expect(own.presenceClock).toBeGreaterThan(own.motionClock);
    expect(world.states).toBe(states + 1); // it carried the fast fields
    const { cursor: _, ...rest } = awareness.getLocalState() as State;
    awareness.setLocalState(rest);
    expect(motion.at(-1)).toEqual({ selection: TO, cursor: null }); // a field that is gone is null, and stays so
    await set('selection', AT);
    expect(motion.at(-1)).toEqual({ selection: AT, cursor: null });
    expect(motion).toHaveLength(4);
  });

  it('M3: a presence state has a clock above that of the batch before it', async () => {
    const { announcer, awareness, sent, announced, own, clock } = lab();
    announcer.start();
    await clock.advance(100);
    awareness.setLocalStateField('cursor', AT);
    announced();
    const { motionClock } = own;
    announcer.announce(); // for a newcomer, say
    expect(sent).toMatchObject([{ entries: [{ clock: motionClock + 1 }] }]);
  });

  it('M3: notices a change of the state in place, as some editors make it', async () => {
    const { announcer, awareness, announced, clock } = lab();
    announcer.start();
    announced();
    await clock.advance(100);
    const own = awareness.getLocalState() as State;
    own.note = 1;
    awareness.setLocalState(own);
    expect(announced()).toEqual([`state ${state({ note: 1 })}`]);
  });

  it('P11: notices what was changed in place and never set with the next heartbeat, under a newer clock', async () => {
    const { announcer, awareness, announced, sent, own, motion, clock } = lab();
    announcer.start();
    announced();
    const before = own.presenceClock;
    const mine = awareness.getLocalState() as State;
    mine.note = 1;
    await clock.advance(5_000);
    expect(sent[0]).toMatchObject({ entries: [{ clock: own.presenceClock }] });
    expect(own.presenceClock).toBeGreaterThan(before);
    expect(announced()).toEqual([`state ${state({ note: 1 })}`, 'heartbeat']);
    mine.cursor = AT;
    await clock.advance(5_000);
    expect(motion).toEqual([{ cursor: AT }]);
    expect(own.motionClock).toBeGreaterThan(own.presenceClock);
    expect(announced()).toEqual(['heartbeat']);
    await clock.advance(15_000);
    expect(announced()).toEqual([expect.stringContaining('state'), 'heartbeat', 'heartbeat']); // the cursor rests
  });

  it('P3: sends a heartbeat every 5 s, counted anew from a full state, with the clock of that state', async () => {
    const { announcer, awareness, own, sent, announced, clock } = lab();
    announcer.start();
    announced();
    await clock.advance(4_000);
    awareness.setLocalStateField('note', 1);
    announced();
    awareness.setLocalStateField('cursor', AT);
    await clock.advance(4_999);
    expect(announced()).toEqual([]);
    await clock.advance(1);
    expect(sent).toMatchObject([
      { type: 'heartbeat', client: 5, clock: own.presenceClock, terms: { leaseMs: 11_000, ageMs: 0 } },
    ]);
    await clock.advance(15_000);
    const full = `state ${state({ note: 1, cursor: AT })}`; // the cursor rests
    expect(announced()).toEqual(['heartbeat', full, 'heartbeat', 'heartbeat']);
  });

  it('P3: in a crowd of 200 sends a heartbeat every 10 s, and declares a lease of 16 s', async () => {
    const { announcer, sent, announced, clock } = lab(200);
    announcer.start();
    announced();
    await clock.advance(9_999);
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect(sent).toMatchObject([{ type: 'heartbeat', terms: { leaseMs: 16_000 } }]);
  });

  it('P3: in a crowd of 100 still sends a heartbeat every 5 s', async () => {
    const { announcer, sent, announced, clock } = lab(100);
    announcer.start();
    announced();
    await clock.advance(20_000);
    expect(sent).toMatchObject(Array(4).fill({ type: 'heartbeat', terms: { leaseMs: 11_000 } }));
  });

  it.each([
    [1_000, 2, 1_000],
    [1_000, 50, 2_500],
    [60_000, 2, 60_000],
    [60_000, 1_000, 60_000],
  ])(
    'P3: that is told to send heartbeats every %i ms does so among %i members every %i ms',
    async (wanted, people, ms) => {
      const { announcer, sent, announced, clock } = lab(people, wanted);
      announcer.start();
      announced();
      await clock.advance(10 * ms);
      expect(sent).toMatchObject(Array(10).fill({ type: 'heartbeat', terms: { leaseMs: ms + 6_000 } }));
    },
  );

  it.each([2, 20, 100, 120, 200, 1_000])(
    'P3: among %i members no lease runs out between two heartbeats',
    async (people) => {
      const { announcer, sent, announced, clock } = lab(people);
      announcer.start();
      announced();
      await clock.advance(1_000_000);
      expect(sent.length).toBeGreaterThan(4);
      const leases = sent.map((message) => ('terms' in message ? message.terms.leaseMs : 0));
      expect(new Set(leases).size).toBe(1);
      const [lease = 0] = leases;
      expect(lease).toBeLessThanOrEqual(180_000); // more is not believed
      expect(sent.length).toBe(Math.floor(1_000_000 / (lease - 6_000)));
    },
  );

  it('M10: tells a change of activity at once, and the newest one 100 ms later', async () => {
    const { announcer, sent, announced, clock } = lab();
    announcer.start();
    announced();
    for (let i = 0; i < 121; i++) {
      announcer.activity = i % 2 ? 'active' : 'idle';
      await clock.advance(1000 / 120);
    }
    await clock.advance(100);
    expect(sent.length).toBeLessThanOrEqual(12);
    expect(sent[0]).toMatchObject({ terms: { activity: 'idle' } });
    expect(sent.at(-1)).toMatchObject({ terms: { activity: 'idle' } });
  });

  it('P3: announces at once that it is away, with a lease of 180 s, and that it is back', async () => {
    const { announcer, sent, announced } = lab();
    announcer.activity = 'away'; // not started: nobody needs to know
    announcer.start();
    expect(sent).toMatchObject([{ entries: [{ terms: { activity: 'away', leaseMs: 180_000 } }] }]);
    announced();
    announcer.activity = 'active';
    announcer.activity = 'active';
    expect(sent).toMatchObject([{ type: 'heartbeat', terms: { activity: 'active', leaseMs: 11_000 } }]);
  });

  it('P3: repeats the full state, each time at a higher clock, while a stock client is here', async () => {
    const { announcer, sent, announced, clock, world } = lab();
    announcer.start();
    await clock.advance(60_000);
    expect(announced().filter((line) => line !== 'heartbeat')).toHaveLength(1);
    world.stock = true;
    await clock.advance(60_000);
    const full = sent.flatMap((message) => (message.type === 'states' ? message.entries : []));
    expect(full.length).toBeGreaterThanOrEqual(3);
    expect(full.length).toBeLessThanOrEqual(4);
    expect(full.map((entry) => entry.clock)).toEqual([...new Set(full.map((entry) => entry.clock))]);
  });

  it('P6: says goodbye once, above every clock it ever sent, and keeps the state for a return', () => {
    const { announcer, awareness, sent, announced, own } = lab();
    announcer.start();
    awareness.setLocalStateField('cursor', AT);
    const before = own.clock;
    announced();
    announcer.goodbye();
    announcer.goodbye();
    expect(sent).toMatchObject([{ entries: [{ client: 5, state: null, clock: before + 1 }] }]);
    announced();
    awareness.setLocalStateField('note', 1);
    expect(announced()).toEqual([]);
    announcer.start();
    expect(announced()).toEqual([`state ${state({ cursor: AT, note: 1 })}`]);
    expect(own.clock).toBeGreaterThan(before + 1);
  });

  it('P6: says goodbye when the state is taken away, and announces the next state', async () => {
    const { announcer, awareness, announced, clock } = lab();
    announcer.start();
    announced();
    awareness.setLocalState(null);
    awareness.setLocalState({ user: USER });
    expect(announced()).toEqual(['state null']); // at once
    await clock.advance(100);
    expect(announced()).toEqual([`state ${state()}`]);
    awareness.setLocalState(null);
    await clock.advance(100);
    awareness.setLocalState({ cursor: AT });
    expect(announced()).toEqual(['state null', `state ${state({ cursor: AT })}`]);
  });

  it('M10: hiding and returning over and over says goodbye at most ten times a second', async () => {
    const { announcer, awareness, announced, clock } = lab();
    announcer.start();
    announced();
    for (let i = 0; i < 120; i++) {
      awareness.setLocalState(i % 2 ? { user: USER } : null);
      await clock.advance(1000 / 120);
    }
    await clock.advance(100);
    const told = announced();
    expect(told.length).toBeLessThanOrEqual(22);
    expect(told.at(-1)).toBe(`state ${state()}`);
  });

  it('P8: announces the state above the clock of a sender that used its client id', () => {
    const { announcer, sent, announced, own } = lab();
    announcer.start();
    announced();
    announcer.reassert(500);
    expect(sent).toMatchObject([{ entries: [{ client: 5, clock: 501, state: { user: USER } }] }]);
    expect(own.clock).toBe(501);
  });

  it('D6: leaves a field out that makes the state too large, with one error, and sends the rest', async () => {
    const { announcer, awareness, announced, errors, clock } = lab();
    announcer.start();
    announced();
    for (const length of [17_000, 17_001]) awareness.setLocalStateField('note', 'x'.repeat(length));
    awareness.setLocalStateField('page', 7);
    await clock.advance(100);
    expect(announced()).toEqual([`state ${state({ page: 7 })}`]);
    expect(errors).toMatchObject([{ name: 'FieldError', field: 'note' }]);
    awareness.setLocalStateField('note', 'x'.repeat(16_000));
    await clock.advance(100);
    expect(announced()).toHaveLength(1);
    expect(errors).toHaveLength(1);
    awareness.setLocalStateField('note', Number.NaN);
    await clock.advance(1_000);
    expect(errors).toMatchObject([{}, { field: 'note', reason: 'JSON cannot write NaN' }]);
  });

  it('stops, and leaves no timer', () => {
    const { announcer, awareness, announced, clock } = lab();
    announcer.start();
    announced();
    awareness.setLocalStateField('cursor', AT);
    announcer.activity = 'idle';
    announced();
    announcer.stop();
    awareness.setLocalStateField('note', 1);
    expect(announced()).toEqual([]);
    expect(clock.waiting).toBe(0);
  });
});
