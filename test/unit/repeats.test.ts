/** D1: errors of one kind that repeat are one event with a count. */
import { describe, expect, it } from 'vitest';
import { FieldError, PayloadError, ProtocolError, SlateError } from '../../src/errors.js';
import { onProjectEvents } from '../../src/index.js';
import { Repeats } from '../../src/repeats.js';
import { MemoryHub } from '../../src/testing.js';
import { RoomLab } from '../support/room-lab.js';
import { VirtualClock } from '../support/virtual-clock.js';

function lab() {
  const clock = new VirtualClock();
  const events: [SlateError, number][] = [];
  const repeats = new Repeats(clock, (error) => events.push([error, error.count]));
  return { clock, events, repeats };
}

const refused = (subject: string) => Object.assign(new ProtocolError('bytes', 'cut short'), { subject });

describe('errors that repeat', () => {
  it('D1: are one event at once, then the newest once a second with their number, and nothing is lost', async () => {
    const { clock, events, repeats } = lab();
    for (let i = 0; i < 1_000; i++) {
      repeats.report(refused('a'));
      await clock.advance(10);
    }
    expect(events.map(([, count]) => count)).toEqual([1, 99, ...Array(9).fill(100)]);
    await clock.advance(60_000);
    expect(events.reduce((sum, [, count]) => sum + count, 0)).toBe(1_000);
    expect(clock.waiting).toBe(0);
    repeats.report(refused('a'));
    expect(events.at(-1)?.[1]).toBe(1); // after a rest again at once
    repeats.stop();
    expect(clock.waiting).toBe(0);
  });

  it('D1: differ by class, reason and field, and refused messages by subject alone', () => {
    const { events, repeats } = lab();
    const kinds = () => [
      refused('a'),
      refused('b'),
      new PayloadError('a', 'is not JSON'),
      new FieldError('draft', 'JSON cannot write NaN'),
      new FieldError('note', 'JSON cannot write NaN'),
      new SlateError('one'),
      new SlateError('another'),
    ];
    for (const error of [...kinds(), ...kinds()]) repeats.report(error);
    repeats.report(Object.assign(new ProtocolError('size', 'too large'), { subject: 'a' }));
    expect(events).toHaveLength(7);
    repeats.stop(); // tells what was counted
    expect(events.map(([, count]) => count)).toEqual([...Array(7).fill(1), 2, ...Array(6).fill(1)]);
  });

  it('D1: may be several events first, where a program needs to see each of a few', async () => {
    const clock = new VirtualClock();
    const counts: number[] = [];
    const repeats = new Repeats(clock, (error) => counts.push(error.count), 3);
    const some = (times: number) => {
      for (let i = 0; i < times; i++) repeats.report(refused('a'));
    };
    some(8_000);
    await clock.advance(1_000);
    some(10);
    await clock.advance(1_000);
    expect(counts).toEqual([1, 1, 1, 7_997, 1, 1, 8]);
    await clock.advance(1_000);
    expect(clock.waiting).toBe(0);
  });

  it('D1: name the sender that all of them name, and nobody else', async () => {
    const { clock, events, repeats } = lab();
    const of = (client: number | undefined) => repeats.report(Object.assign(refused('a'), { client }));
    const senders = () => events.splice(0).map(([error, count]) => [(error as ProtocolError).client, count]);
    for (const client of [3, 7, 7]) of(client);
    await clock.advance(1_000);
    expect(senders()).toEqual([
      [3, 1],
      [7, 2],
    ]);
    for (const client of [7, 3, 7]) of(client);
    await clock.advance(1_000);
    for (const client of [undefined, 7]) of(client);
    await clock.advance(1_000);
    expect(senders()).toEqual([
      [undefined, 3],
      [undefined, 2],
    ]);
  });

  it('D1: of more than 64 kinds at a time are told apart by class only', async () => {
    const { clock, events, repeats } = lab();
    for (let i = 0; i < 10_000; i++) repeats.report(refused(`subject ${i}`));
    expect(events).toHaveLength(65);
    await clock.advance(1_000);
    expect(events).toHaveLength(66);
    expect(events.at(-1)?.[1]).toBe(10_000 - 65);
  });

  it('D1: of refused events on a bus are few events too', async () => {
    const clock = new VirtualClock();
    const bus = new MemoryHub({ clock }).connect();
    const errors: SlateError[] = [];
    bus.on('error', (error) => errors.push(error));
    onProjectEvents('ada', () => undefined, { bus });
    for (let i = 0; i < 5_000; i++) {
      bus.publish('slate.project.updated.ada', i % 2 ? 'none' : { type: 'updated' });
      if (i % 100 === 0) await clock.advance(1);
    }
    await clock.advance(2_000);
    expect(errors.length).toBeLessThanOrEqual(2 * 50 + 2);
    expect(errors.reduce((sum, { count }) => sum + count, 0)).toBe(5_000);
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
    expect(alice.errors.length).toBeLessThanOrEqual(22);
    await room.clock.while(alice.room.leave());
    const counted = alice.errors.map((error) => (error as SlateError).count);
    expect(counted.reduce((sum, count) => sum + count)).toBe(2_000);
  });
});
