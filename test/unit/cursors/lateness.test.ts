/** How late a sender's batches come, and what delay makes them smooth. */
import { describe, expect, it } from 'vitest';
import { Lateness } from '../../../src/cursors/lateness.js';
import { seeded } from '../../support/random.js';

/** A steady sender: a batch each 100 ms, which brings 100 ms of the path. What one goes over without harm is taken off. */
function steady(transit: (i: number) => number, count = 150, from = 0, lateness = new Lateness(), span = 100) {
  for (let i = from; i < from + count; i++) lateness.add(transit(i), span, i * 100);
  return lateness;
}
const BRIDGED = 12;

describe('lateness', () => {
  it('delays by the way and one batch on a steady line, whatever the clocks of the two show', () => {
    for (const offset of [0, 1e12, -1e12]) {
      expect(steady(() => offset + 20).delay - offset).toBeCloseTo(20 + 100 - BRIDGED, 3);
    }
  });

  it('M8: waits for 90 % of the batches, and follows the jitter up and down', () => {
    const random = seeded(3);
    const lateness = steady(() => 20 + random() * 60);
    expect(Math.abs(lateness.delay - (20 + 54 + 100 - BRIDGED))).toBeLessThan(6);
    steady(() => 20, 150, 150, lateness);
    expect(lateness.delay).toBeCloseTo(20 + 100 - BRIDGED, 5);
  });

  it('does not wait for the few that come very late', () => {
    expect(steady((i) => (i % 20 === 19 ? 400 : 20)).delay).toBeCloseTo(20 + 100 - BRIDGED, 5);
  });

  it('counts what was held up together once, at its worst', () => {
    const lateness = steady(() => 20, 150);
    for (let i = 0; i < 300; i++) lateness.add(30_000 - i * 100, 100, 45_000 + i / 100);
    steady(() => 20, 10, 451, lateness);
    expect(lateness.delay).toBeCloseTo(20 + 100 - BRIDGED, 5); // a dead line, or a page that was frozen, once
    for (let i = 0; i < 150; i++) {
      lateness.add(120, 100, 60_000 + i * 200);
      lateness.add(20, 100, 60_000 + i * 200 + 1);
    }
    expect(lateness.delay).toBeCloseTo(120 + 100 - BRIDGED, 5); // a line that always brings two at a time
  });

  it('counts each of those that come often', () => {
    const lateness = new Lateness();
    for (let i = 0; i < 600; i++) lateness.add(i < 300 ? 20 : 70, 17, i * 17);
    expect(lateness.delay).toBeCloseTo(70 + 17 - BRIDGED, 5);
  });

  it('is careful until it has seen some batches', () => {
    const lateness = new Lateness();
    lateness.add(5, 0, 0);
    expect(lateness.delay).toBeGreaterThanOrEqual(100);
    expect(lateness.delay).toBeLessThanOrEqual(130);
  });

  it('M6: knows an interval that becomes longer from its fifth batch, and one that becomes shorter', () => {
    const lateness = steady(() => 20);
    steady(() => 20, 4, 150, lateness, 900);
    expect(lateness.delay).toBeCloseTo(20 + 100 - BRIDGED, 5);
    steady(() => 20, 1, 154, lateness, 900);
    expect(lateness.delay).toBeCloseTo(20 + 900 - BRIDGED, 5);
    steady(() => 20, 32, 155, lateness, 100);
    expect(lateness.delay).toBeCloseTo(20 + 100 - BRIDGED, 5);
  });

  it('learns nothing of the span from a pointer that rested', () => {
    const lateness = steady(() => 20);
    steady(() => 20, 32, 150, lateness, 0);
    expect(lateness.delay).toBeCloseTo(20 + 100 - BRIDGED, 5);
  });
});
