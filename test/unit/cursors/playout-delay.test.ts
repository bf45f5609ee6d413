/** M8: the delay that playout needs behind a sender, for all kinds of network delays. */
import { describe, expect, it } from 'vitest';
import { PlayoutDelay } from '../../../src/cursors/playout-delay.js';
import { seeded } from '../../support/random.js';

/** A steady sender: a batch every 100 ms, with 100 ms of the path. */
function steady(transit: (i: number) => number, count = 150, from = 0, delay = new PlayoutDelay(), span = 100) {
  for (let i = from; i < from + count; i++) delay.add(transit(i), span, i * 100);
  return delay;
}
/** The part of the delay that extrapolation makes unnecessary, in ms. */
const BRIDGED = 12;

describe('the playout delay', () => {
  it('M8: is the transit and one batch on a steady network, whatever the difference of the two clocks is', () => {
    for (const offset of [0, 1e12, -1e12]) {
      expect(steady(() => offset + 20).ms - offset).toBeCloseTo(20 + 100 - BRIDGED, 3);
    }
  });

  it('M8: suffices for 90 % of the batches, and follows the jitter up and down', () => {
    const random = seeded(3);
    const delay = steady(() => 20 + random() * 60);
    expect(Math.abs(delay.ms - (20 + 54 + 100 - BRIDGED))).toBeLessThan(6);
    steady(() => 20, 150, 150, delay);
    expect(delay.ms).toBeCloseTo(20 + 100 - BRIDGED, 5);
  });

  it('M8: ignores the few batches that are very late', () => {
    expect(steady((i) => (i % 20 === 19 ? 400 : 20)).ms).toBeCloseTo(20 + 100 - BRIDGED, 5);
  });

  it('M8: counts batches that were delayed together once, with the longest transit', () => {
    const delay = steady(() => 20, 150);
    for (let i = 0; i < 300; i++) delay.add(30_000 - i * 100, 100, 45_000 + i / 100);
    steady(() => 20, 10, 451, delay);
    expect(delay.ms).toBeCloseTo(20 + 100 - BRIDGED, 5); // one interruption, or one frozen page
    for (let i = 0; i < 150; i++) {
      delay.add(120, 100, 60_000 + i * 200);
      delay.add(20, 100, 60_000 + i * 200 + 1);
    }
    expect(delay.ms).toBeCloseTo(120 + 100 - BRIDGED, 5); // a network that always delivers two at a time
  });

  it('M8: counts every batch of a sender with a short interval', () => {
    const delay = new PlayoutDelay();
    for (let i = 0; i < 600; i++) delay.add(i < 300 ? 20 : 70, 17, i * 17);
    expect(delay.ms).toBeCloseTo(70 + 17 - BRIDGED, 5);
  });

  it('M8: is at least one interval until some batches have arrived', () => {
    const delay = new PlayoutDelay();
    delay.add(5, 0, 0);
    expect(delay.ms).toBeGreaterThanOrEqual(100);
    expect(delay.ms).toBeLessThanOrEqual(130);
  });

  it('M6: follows an interval that becomes longer from its fifth batch on, and one that becomes shorter', () => {
    const delay = steady(() => 20);
    steady(() => 20, 4, 150, delay, 900);
    expect(delay.ms).toBeCloseTo(20 + 100 - BRIDGED, 5);
    steady(() => 20, 1, 154, delay, 900);
    expect(delay.ms).toBeCloseTo(20 + 900 - BRIDGED, 5);
    steady(() => 20, 32, 155, delay, 100);
    expect(delay.ms).toBeCloseTo(20 + 100 - BRIDGED, 5);
  });

  it('M8: ignores the span of the first batch after a rest', () => {
    const delay = steady(() => 20);
    steady(() => 20, 32, 150, delay, 0);
    expect(delay.ms).toBeCloseTo(20 + 100 - BRIDGED, 5);
  });
});
