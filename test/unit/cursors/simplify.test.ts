/** M1: which samples are left out, and that interpolation reproduces them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_SEGMENT_MS, simplify, type TimedPosition, TOLERANCE } from '../../../src/cursors/simplify.js';

const position = (t: number, x: number, y = 0.5, anchor = ''): TimedPosition => ({ t, x, y, anchor });
const frames = (count: number, place: (i: number) => TimedPosition) =>
  Array.from({ length: count }, (_, i) => place(i));
const times = (samples: readonly TimedPosition[]) => samples.map(({ t }) => t);

/** The position at `t` that a receiver interpolates from the samples that were kept. */
function interpolate(kept: readonly TimedPosition[], t: number): TimedPosition | undefined {
  const i = kept.findIndex((one) => one.t >= t);
  const [from, to] = [kept[Math.max(0, i - 1)], kept[i]];
  if (!from || !to || to.t === t || from === to) return to;
  const share = (t - from.t) / (to.t - from.t);
  return position(t, from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share, from.anchor);
}

describe('simplify', () => {
  it('M1: leaves out every other sample of smooth motion at 60 Hz, and three of four at 120 Hz', () => {
    const slow = frames(7, (i) => position(i * 16, 0.5 + 0.1 * Math.sin(i / 10)));
    expect(times(simplify(slow))).toEqual([0, 32, 64, 96]);
    expect(times(simplify(slow.slice(1), slow[0]))).toEqual([32, 64, 96]);
    const quick = frames(13, (i) => position(i * 8, 0.5 + 0.1 * Math.sin(i / 20)));
    expect(times(simplify(quick))).toEqual([0, 32, 64, 96]);
  });

  it('M1: keeps samples where the pointer turned or changed its anchor, and those that are far apart', () => {
    const turned = [position(0, 0.1), position(16, 0.2), position(32, 0.1), position(48, 0)];
    expect(times(simplify(turned))).toEqual([0, 16, 48]);
    const moved = frames(6, (i) => position(i * 10, 0.5, 0.5, i < 3 ? '#a' : '#b'));
    expect(times(simplify(moved))).toEqual([0, 20, 30, 50]);
    const seldom = frames(4, (i) => position(i * 18, i / 10));
    expect(simplify(seldom)).toEqual(seldom);
    const atOnce = [position(0, 0.1), position(0, 0.2), position(0, 0.3)];
    expect(simplify(atOnce)).toEqual(atOnce);
  });

  it('M1: keeps the last sample, and interpolation reproduces every other one, whatever the user does', () => {
    const step = fc.record({
      ms: fc.integer({ min: 0, max: 60 }),
      x: fc.double({ min: -0.002, max: 0.002, noNaN: true }),
      y: fc.double({ min: -0.1, max: 0.1, noNaN: true }),
      anchor: fc.constantFrom('', '', '', '', '#b'),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), fc.boolean(), (steps, goesOn) => {
        let last = position(0, 0.5);
        const all = steps.map(({ ms, x, y, anchor }) => {
          last = position(last.t + ms + 1, last.x + x, last.y + (Math.abs(y) > 0.09 ? y : y / 100), anchor);
          return last;
        });
        const before = goesOn ? position(0, 0.5) : undefined;
        const kept = simplify(all, before);
        const sent = before ? [before, ...kept] : kept;
        expect(kept.at(-1)).toBe(all.at(-1));
        for (const one of all.filter((each) => !kept.includes(each))) {
          const place = interpolate(sent, one.t) as TimedPosition;
          expect(Math.abs(place.x - one.x)).toBeLessThanOrEqual(TOLERANCE + 1e-12);
          expect(Math.abs(place.y - one.y)).toBeLessThanOrEqual(TOLERANCE + 1e-12);
          expect(place.anchor).toBe(one.anchor);
          const after = sent.findIndex(({ t }) => t > one.t);
          expect((sent[after] as TimedPosition).t - (sent[after - 1] as TimedPosition).t).toBeLessThanOrEqual(
            MAX_SEGMENT_MS,
          );
        }
      }),
      { numRuns: 300 },
    );
  });
});
