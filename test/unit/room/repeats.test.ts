/** D1: errors of one kind that repeat are one event with a count. */
import { describe, expect, it } from 'vitest';
import { FieldError, PayloadError, ProtocolError, SlateError } from '../../../src/errors.js';
import { Repeats } from '../../../src/room/repeats.js';
import { RoomLab } from '../../support/room-lab.js';
import { VirtualClock } from '../../support/virtual-clock.js';

function lab() {
  const clock = new VirtualClock();
  const events: [SlateError, number][] = [];
  const repeats = new Repeats(clock, (error) => events.push([error, error.count]));
  return { clock, events, repeats };
}

const refused = (subject: string) => Object.assign(new ProtocolError('bytes', 'cut short'), { subject });

describe('errors that repeat', () => {
  it('D1: are one event at once, then the newest every 5 s with their number, and nothing is lost', async () => {
    const { clock, events, repeats } = lab();
    for (let i = 0; i < 1_000; i++) {
      repeats.report(refused('a'));
      await clock.advance(10);
    }
    expect(events.map(([, count]) => count)).toEqual([1, 499, 500]);
    await clock.advance(60_000);
    expect(events.reduce((sum, [, count]) => sum + count, 0)).toBe(1_000);
    expect(clock.waiting).toBe(0);
    repeats.report(refused('a'));
    expect(events.at(-1)?.[1]).toBe(1); // after a rest again at once
    repeats.stop();
    expect(clock.waiting).toBe(0);
  });

  it('D1: differ by class, reason, subject and field', () => {
    const { events, repeats } = lab();
    const kinds = () => [
      refused('a'),
      refused('b'),
      new ProtocolError('size', 'too large'),
      new PayloadError('a', 'is not JSON'),
      new FieldError('draft', 'JSON cannot write NaN'),
      new FieldError('note', 'JSON cannot write NaN'),
      new SlateError('one'),
      new SlateError('another'),
    ];
    for (const error of [...kinds(), ...kinds()]) repeats.report(error);
    expect(events).toHaveLength(8);
    repeats.stop(); // tells what was counted
    expect(events.map(([, count]) => count)).toEqual(Array(16).fill(1));
  });

  it('D1: of more than 64 kinds at a time are told apart by class only', async () => {
    const { clock, events, repeats } = lab();
    for (let i = 0; i < 10_000; i++) repeats.report(refused(`subject ${i}`));
    expect(events).toHaveLength(65);
    await clock.advance(5_000);
    expect(events).toHaveLength(66);
    expect(events.at(-1)?.[1]).toBe(10_000 - 65);
  });

  it('D1: in a room are few events, while the counter is exact', async () => {
    const room = new RoomLab();
    const alice = await room.join('alice');
    const { bus } = room.prepare('mallory');
    for (let i = 0; i < 2_000; i++) {
      bus.publish('slate.collab.presence.p1', Uint8Array.of(9, 9, 9));
      await room.clock.advance(10);
    }
    await room.clock.advance(100);
    expect(alice.room.stats.refused).toBe(2_000);
    expect(alice.errors.length).toBeLessThanOrEqual(5);
    await room.clock.while(alice.room.leave());
    const counted = alice.errors.map((error) => (error as SlateError).count);
    expect(counted.reduce((sum, count) => sum + count)).toBe(2_000);
  });
});
