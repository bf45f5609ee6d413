/** How often heartbeats come in small rooms and in crowds (P3). */
import { describe, expect, it } from 'vitest';
import { OptionError } from '../../../src/errors.js';
import { type Actor, names, RoomLab } from '../../support/room-lab.js';

const PRESENCE = 'slate.collab.presence.p1';

/** How many heartbeats the first of `people` members receives in a second, within half a minute. */
async function heartbeatsPerSecond(people: number): Promise<number> {
  const lab = new RoomLab();
  const actors: Actor[] = [];
  for (let i = 0; i < people; i++) actors.push(await lab.join(`m${i}`));
  await lab.clock.advance(15_000); // until everyone counts with the same number
  let count = 0;
  const [first] = actors as [Actor];
  lab.network = (delivery, send) => {
    if (delivery.to === first.bus && delivery.from !== first.bus && delivery.subject === PRESENCE) count++;
    send();
  };
  await lab.clock.advance(30_000);
  expect(names(first.room)).toHaveLength(people);
  return count / 30;
}

describe('heartbeats', () => {
  it('P3: come every 5 s from each of 30 members', async () => {
    const rate = await heartbeatsPerSecond(30);
    expect(rate).toBeGreaterThanOrEqual(29 / 5);
    expect(rate).toBeLessThanOrEqual(29 / 4.5);
  });

  it('P3: are about 20 a second for each of 120 members', async () => {
    const rate = await heartbeatsPerSecond(120);
    expect(rate).toBeGreaterThan(18);
    expect(rate).toBeLessThan(24);
  }, 60_000);

  it('P3: come as often as `heartbeatMs` says, and the others wait as long as it declares', async () => {
    const lab = new RoomLab();
    const ada = await lab.join('ada');
    const bob = await lab.join('bob', { heartbeatMs: 20_000 });
    await lab.clock.advance(120_000);
    expect(names(ada.room)).toEqual(['ada', 'bob']);
    expect(names(bob.room).sort()).toEqual(['ada', 'bob']);
    expect(ada.seen.at(-1)).toBe('ada:active bob:active');
    lab.network = ({ from }, send) => {
      if (from !== bob.bus) send(); // a frozen machine with an open socket
    };
    await lab.clock.advance(5_000);
    expect(names(ada.room)).toEqual(['ada', 'bob']);
    await lab.clock.advance(22_000);
    expect(names(ada.room)).toEqual(['ada']);
  });

  it('P3: refuses an interval that is not from 1 to 60 s', () => {
    const lab = new RoomLab();
    for (const heartbeatMs of [0, 999, 60_001, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => lab.prepare('ada', { heartbeatMs })).toThrow(OptionError);
    }
    for (const heartbeatMs of [1_000, 60_000]) expect(() => lab.prepare('ada', { heartbeatMs })).not.toThrow();
  });
});
