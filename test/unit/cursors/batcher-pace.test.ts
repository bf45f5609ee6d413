/** M1, M6: the batcher with a pointer that stops, with frequent events, and with an interval that changes. */
import { describe, expect, it } from 'vitest';
import { Batcher, type Motion } from '../../../src/cursors/batcher.js';
import { EventClock } from '../../support/event-clock.js';
import { seeded } from '../../support/random.js';

function lab() {
  const clock = new EventClock(0);
  const sent: (Motion & { at: number })[] = [];
  const state = { interval: 100 };
  const random = seeded(1);
  const batcher = new Batcher({
    clock,
    audience: () => true,
    interval: () => state.interval,
    send: (motion) => sent.push({ ...motion, at: clock.now() }),
  });
  /** Moves every `every` ms until `end`, never in a straight line, so that no sample is simplified away. */
  const move = (end: number, every = 16) => {
    for (let t = clock.now(); t < end; t += every) {
      clock.runUntil(t);
      batcher.move({ x: t / 100_000, y: random(), anchor: '' }, t);
    }
    clock.runUntil(end);
  };
  return { clock, sent, state, batcher, move };
}

describe('the batcher', () => {
  it('M1: says once that a pointer rests which stopped while it moved', () => {
    const { clock, sent, move } = lab();
    move(192); // the last move at 176, the last batch at 200 with it
    clock.runUntil(10_000);
    expect(sent.map(({ at, samples }) => [at, samples.length])).toEqual([
      [0, 1],
      [100, 6],
      [200, 5],
      [300, 0],
    ]);
    expect(sent.at(-1)?.left).toBe(false);
  });

  it('M1: sends nothing more when the last batch shows that the pointer rests or left', () => {
    for (const leave of [false, true]) {
      const { clock, sent, batcher, move } = lab();
      move(leave ? 192 : 150);
      if (leave) batcher.leave();
      clock.runUntil(10_000);
      expect(sent.map(({ at }) => at)).toEqual([0, 100, 200]);
    }
  });

  it('M1: leaves out samples less than 8 ms apart, and keeps the newest', () => {
    const { clock, sent, move } = lab();
    move(101, 1);
    clock.runUntil(1_000);
    const [, batch] = sent;
    const times = batch?.samples.map(({ ago }) => (batch?.sentAt ?? 0) - ago) ?? [];
    expect(times.at(-1)).toBe(99); // the event at 100 ms comes after the batch
    for (const [i, t] of times.slice(0, -1).entries()) if (i > 0) expect(t - (times[i - 1] ?? 0)).toBe(8);
  });

  it('M6: follows an interval that becomes longer while it waits, or shorter, within half a second', () => {
    const { sent, state, move } = lab();
    move(1_050);
    state.interval = 3_000;
    move(5_000);
    state.interval = 100;
    move(5_600);
    const times = sent.map(({ at }) => at);
    expect(times.filter((at) => at > 1_050 && at <= 5_000)).toEqual([4_000]);
    const next = times.find((at) => at > 5_000) ?? 0;
    expect(next).toBeLessThanOrEqual(5_500);
    expect(times.at(-1)).toBeGreaterThan(next + 50);
  });

  it('M6: loses no sample to a long interval', () => {
    const { clock, sent, state, move } = lab();
    state.interval = 1_500;
    move(3_000);
    clock.runUntil(10_000);
    expect(sent.flatMap(({ samples }) => samples)).toHaveLength(Math.ceil(3_000 / 16));
  });
});
