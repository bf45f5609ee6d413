/** What a stranger tries in a room of either kind, and what the kind changes nothing of: answers, digests, goodbyes. */
import { describe, expect, it } from 'vitest';
import { encodeHeartbeat, encodeStates } from '../../../src/protocol/presence-codec.js';
import { encodeRoster } from '../../../src/protocol/roster-codec.js';
import { KINDS, scene } from '../../support/room-kinds.js';
import { type Actor, names, statuses } from '../../support/room-lab.js';
import { entryOf } from '../../support/verified-lab.js';

const TERMS = { kind: 'slate', activity: 'away', leaseMs: 180_000, ageMs: 0 } as const;
const nested = (levels: number): object => (levels === 0 ? {} : { in: nested(levels - 1) });
const odd = { user: { id: 'odd', name: 'odd' }, draft: nested(10) };
const roster = (...entries: Parameters<typeof encodeStates>[0]) =>
  encodeRoster({ states: encodeStates(entries), batches: [] });

describe.each(KINDS)('in a room that is %s', (kind) => {
  it('P5, D1: a bad entry in a roster costs that entry, and one error', async () => {
    const { lab, answering } = scene(kind);
    const [ada, bob] = [entryOf('ada', { client: 7 }), entryOf('bob', { client: 8 })];
    const asked = answering('zoe', () => roster(ada, entryOf('odd', { client: 66, state: odd }), bob));
    const { room, errors } = await lab.join('zoe');
    expect(names(room).sort()).toEqual(['ada', 'bob', 'zoe']);
    expect([asked.count, errors.length, room.stats.refused]).toEqual([1, 1, 1]);
  });

  it.each([
    ['empty', new Uint8Array(0)],
    ['JSON', new TextEncoder().encode('{"ok":true}')],
    ['cut short', roster(entryOf('ada')).subarray(0, 20)],
    ['a state, and no roster', encodeStates([entryOf('ada')])],
    ['with bad entries alone', roster(entryOf('odd', { client: 66, state: odd }))],
  ])('P5: an answer that is %s is none: the next one is asked, and the room opens', async (_, bytes) => {
    const { lab, answering } = scene(kind);
    const asked = answering('zoe', () => bytes);
    const { room, errors } = await lab.join('zoe');
    expect([room.status, ...names(room)]).toEqual(['connected', 'zoe']);
    expect([asked.count, errors.length]).toEqual([3, 1]);
  });

  it('P12: wrong digests cost fewer and fewer questions', async () => {
    const { lab, bus, subjects } = scene(kind);
    const actors: Actor[] = [];
    for (let i = 0; i < 8; i++) actors.push(await lab.join(`m${i}`));
    bus.subscribe(subjects.aliveOwn(77), () => undefined); // there, and silent
    bus.publish(subjects.presence, encodeStates([entryOf('mallory', { client: 77, terms: TERMS })]));
    const minutes: number[] = [];
    for (let minute = 0; minute < 10; minute++) {
      lab.wire.length = 0;
      for (let i = 0; i < 12; i++) {
        bus.publish(subjects.presence, encodeHeartbeat(77, 3, TERMS, 4_711));
        await lab.clock.advance(5_000);
      }
      minutes.push(lab.wire.filter(({ subject, data }) => subject.includes('.alive.') && data[1] === 4).length);
    }
    expect(minutes[0]).toBeGreaterThan(0);
    expect(minutes.at(-1)).toBeLessThan(20);
    for (const { room } of actors) expect(room.members.length).toBeGreaterThanOrEqual(8);
  });

  it('P6, P8: a goodbye in the name of a member removes nobody for longer than it takes to contradict it', async () => {
    const { lab, bus, subjects } = scene(kind);
    const [ada, bob] = [await lab.join('ada'), await lab.join('bob')];
    await lab.clock.advance(1_000);
    for (let clock = 50; clock < 55; clock++) {
      bus.publish(subjects.presence, encodeStates([{ client: ada.room.client, clock, state: null, terms: TERMS }]));
      await lab.clock.advance(200);
      expect(statuses(bob.room)).toMatchObject({ ada: 'active' });
    }
  });
});
