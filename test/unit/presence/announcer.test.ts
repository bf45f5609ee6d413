/** What we say of ourselves, and when (P1, P3, P4, P6, P8). */
import { describe, expect, it } from 'vitest';
import { applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness';
import { Announcer } from '../../../src/presence/announcer.js';
import { createAwareness } from '../../../src/presence/awareness.js';
import { decodePresence, type PresenceMessage } from '../../../src/protocol/presence-codec.js';
import type { State } from '../../../src/protocol/state.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const [AT, TO] = [{ line: 1 }, { line: 2 }];
const USER = { id: 'ada', name: 'Ada', color: '#188039' };

function lab(members = 2) {
  const clock = new VirtualClock();
  const awareness = createAwareness(undefined, 5);
  awareness.setLocalState({ user: USER });
  const said: PresenceMessage[] = [];
  const motion: State[] = [];
  const errors: unknown[] = [];
  const world = { connected: true, stock: false, members, states: 0 };
  const announcer = new Announcer({
    awareness,
    clock,
    random: () => 1,
    fastFields: ['cursor', 'selection'],
    publish: (bytes) => {
      if (world.connected) said.push(decodePresence(bytes));
      return world.connected;
    },
    onMotion: (fields) => motion.push(fields),
    onState: () => world.states++,
    headcount: () => world.members,
    withStock: () => world.stock,
    onError: (error) => errors.push(error),
  });
  /** What was said since the last look, in short. */
  const heard = () =>
    said.splice(0).map((message) => {
      if (message.type !== 'states') return message.type;
      const [entry] = message.entries;
      return `state ${JSON.stringify(entry?.state)}`;
    });
  const clockOf = () => awareness.meta.get(5)?.clock ?? 0;
  return { clock, awareness, announcer, said, heard, motion, errors, world, clockOf };
}

const state = (more: State = {}) => JSON.stringify({ user: USER, ...more });

describe('the announcer', () => {
  it('P5: says nothing before it is started, and then who we are', () => {
    const { announcer, awareness, heard } = lab();
    awareness.setLocalStateField('note', 1);
    expect(heard()).toEqual([]);
    announcer.start();
    expect(heard()).toEqual([`state ${state({ note: 1 })}`]);
  });

  it('P4: speaks of our own local changes alone', () => {
    const { announcer, awareness, heard } = lab();
    announcer.start();
    heard();
    const other = createAwareness(undefined, 6);
    other.setLocalState({ user: { name: 'Other' } });
    applyAwarenessUpdate(awareness, encodeAwarenessUpdate(other, [6]), 'remote');
    const own = createAwareness(undefined, 5);
    for (let i = 0; i < 9; i++) own.setLocalState({ user: { name: 'Forged' } });
    applyAwarenessUpdate(awareness, encodeAwarenessUpdate(own, [5]), 'remote');
    expect(heard()).toEqual([]);
  });

  it('M1, M3: fast fields take the motion lane, all together; anything else takes a full state', () => {
    const { announcer, awareness, heard, motion, clockOf, world } = lab();
    announcer.start();
    heard();
    const { states } = world;
    awareness.setLocalStateField('cursor', AT);
    awareness.setLocalStateField('selection', TO);
    awareness.setLocalStateField('selection', TO); // nothing new
    expect(heard()).toEqual([]);
    expect(motion).toEqual([{ cursor: AT }, { cursor: AT, selection: TO }]);
    expect(announcer.presenceClock).toBeLessThan(clockOf());
    expect(world.states).toBe(states);
    awareness.setLocalStateField('note', 3);
    expect(heard()).toEqual([`state ${state({ cursor: AT, selection: TO, note: 3 })}`]);
    expect(announcer.presenceClock).toBe(clockOf());
    expect(world.states).toBe(states + 1); // the fast fields went with it
    const { cursor: _, ...rest } = awareness.getLocalState() as State;
    awareness.setLocalState(rest);
    expect(motion.at(-1)).toEqual({ cursor: null, selection: TO }); // a field that is gone is null
  });

  it('M3: sees a change of the state in place, as some editors make it', () => {
    const { announcer, awareness, heard } = lab();
    announcer.start();
    heard();
    const own = awareness.getLocalState() as State;
    own.note = 1;
    awareness.setLocalState(own);
    expect(heard()).toEqual([`state ${state({ note: 1 })}`]);
  });

  it('P3: beats every 5 s, counted anew from a full state, with the clock of that state', async () => {
    const { announcer, awareness, said, heard, clock } = lab();
    announcer.start();
    heard();
    await clock.advance(4_000);
    awareness.setLocalStateField('note', 1);
    heard();
    awareness.setLocalStateField('cursor', AT);
    await clock.advance(4_999);
    expect(heard()).toEqual([]);
    await clock.advance(1);
    expect(said).toMatchObject([
      { type: 'heartbeat', client: 5, clock: announcer.presenceClock, terms: { leaseMs: 11_000, ageMs: 0 } },
    ]);
    await clock.advance(15_000);
    expect(heard()).toEqual(Array(4).fill('heartbeat'));
  });

  it('P3: in a crowd of 100 beats every 50 s, and declares a lease of 56', async () => {
    const { announcer, said, heard, clock } = lab(100);
    announcer.start();
    heard();
    await clock.advance(49_999);
    expect(said).toEqual([]);
    await clock.advance(1);
    expect(said).toMatchObject([{ type: 'heartbeat', terms: { leaseMs: 56_000 } }]);
  });

  it.each([2, 20, 21, 348, 1_000])('P3: of %i people none outlives its lease between two beats', async (people) => {
    const { announcer, said, heard, clock } = lab(people);
    announcer.start();
    heard();
    await clock.advance(1_000_000);
    expect(said.length).toBeGreaterThan(4);
    const leases = said.map((message) => ('terms' in message ? message.terms.leaseMs : 0));
    expect(new Set(leases).size).toBe(1);
    const [lease = 0] = leases;
    expect(lease).toBeLessThanOrEqual(180_000); // more is not believed
    expect(said.length).toBe(Math.floor(1_000_000 / (lease - 6_000)));
  });

  it('P3: says at once when it is away, with a lease of 180 s, and when it is back', () => {
    const { announcer, said, heard } = lab();
    announcer.activity = 'away'; // not started: nobody needs to know
    announcer.start();
    expect(said).toMatchObject([{ entries: [{ terms: { activity: 'away', leaseMs: 180_000 } }] }]);
    heard();
    announcer.activity = 'active';
    announcer.activity = 'active';
    expect(said).toMatchObject([{ type: 'heartbeat', terms: { activity: 'active', leaseMs: 11_000 } }]);
  });

  it('P3: repeats the full state, each time at a higher clock, while a stock client is here', async () => {
    const { announcer, said, heard, clock, world } = lab();
    announcer.start();
    await clock.advance(60_000);
    expect(heard().filter((line) => line !== 'heartbeat')).toHaveLength(1);
    world.stock = true;
    await clock.advance(60_000);
    const full = said.flatMap((message) => (message.type === 'states' ? message.entries : []));
    expect(full.length).toBeGreaterThanOrEqual(3);
    expect(full.length).toBeLessThanOrEqual(4);
    expect(full.map((entry) => entry.clock)).toEqual([...new Set(full.map((entry) => entry.clock))]);
  });

  it('P6: says goodbye above all it ever said, once, and keeps the state for a return', () => {
    const { announcer, awareness, said, heard, clockOf } = lab();
    announcer.start();
    awareness.setLocalStateField('cursor', AT);
    const before = clockOf();
    heard();
    announcer.goodbye();
    announcer.goodbye();
    expect(said).toMatchObject([{ entries: [{ client: 5, state: null, clock: before + 1 }] }]);
    heard();
    awareness.setLocalStateField('note', 1);
    expect(heard()).toEqual([]);
    announcer.start();
    expect(heard()).toEqual([`state ${state({ cursor: AT, note: 1 })}`]);
    expect(clockOf()).toBeGreaterThan(before + 1);
  });

  it('P6: a state that is taken away is a goodbye, one that comes back an announcement', () => {
    const { announcer, awareness, heard } = lab();
    announcer.start();
    heard();
    awareness.setLocalState(null);
    awareness.setLocalState({ user: USER });
    expect(heard()).toEqual(['state null', `state ${state()}`]);
  });

  it('P8: says who we are above the clock of whoever spoke in our name', () => {
    const { announcer, said, heard, clockOf } = lab();
    announcer.start();
    heard();
    announcer.reassert(500);
    expect(said).toMatchObject([{ entries: [{ client: 5, clock: 501, state: { user: USER } }] }]);
    expect(clockOf()).toBe(501);
  });

  it('D2: says an error and not a state over 16 KiB', () => {
    const { announcer, awareness, heard, errors } = lab();
    announcer.start();
    heard();
    awareness.setLocalStateField('note', 'x'.repeat(17_000));
    expect(heard()).toEqual([]);
    expect(errors).toMatchObject([{ name: 'PayloadTooLargeError', limit: 16_384 }]);
    awareness.setLocalStateField('note', 'x'.repeat(16_000));
    expect(heard()).toHaveLength(1);
  });

  it('stops, and leaves no timer', () => {
    const { announcer, awareness, heard, clock } = lab();
    announcer.start();
    heard();
    announcer.stop();
    awareness.setLocalStateField('note', 1);
    expect(heard()).toEqual([]);
    expect(clock.waiting).toBe(0);
  });
});
