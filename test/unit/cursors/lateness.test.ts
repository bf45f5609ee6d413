/** How late a sender's batches come, and what delay makes them smooth. */
import { describe, expect, it } from 'vitest';
import { Lateness } from '../../../src/cursors/lateness.js';
import { seeded } from '../../support/random.js';

/** A steady sender: a batch each 100 ms, whose oldest sample is 84 ms old when it leaves. */
function steady(transit: (i: number) => number, count = 100, from = 0, lateness = new Lateness()) {
  for (let i = from; i < from + count; i++) lateness.add(transit(i), 84, i * 100);
  return lateness;
}

describe('lateness', () => {
  it('knows the shortest transit, whatever the clocks of the two show', () => {
    for (const offset of [0, 1e12, -1e12]) {
      expect(steady((i) => offset + 20 + (i % 7)).transit).toBe(offset + 20);
    }
  });

  it('delays by one batch and a little on a steady line', () => {
    expect(steady(() => 20).delay).toBeCloseTo(84 + 2, 5);
  });

  it('follows the jitter up and down', () => {
    const random = seeded(3);
    const lateness = steady(() => 20 + random() * 60);
    expect(lateness.delay).toBeGreaterThan(84 + 40);
    expect(lateness.delay).toBeLessThan(84 + 3 + 60);
    steady(() => 20, 100, 100, lateness);
    expect(lateness.delay).toBeCloseTo(84 + 2, 5);
  });

  it('does not wait for the few that come very late', () => {
    expect(steady((i) => (i % 20 === 19 ? 400 : 20)).delay).toBeCloseTo(84 + 2, 5);
  });

  it('counts what was held up together once, at its worst', () => {
    const lateness = steady(() => 20, 40);
    for (let i = 0; i < 30; i++) lateness.add(3_000 - i * 100, 84, 4_000 + i / 10);
    steady(() => 20, 10, 41, lateness);
    expect(lateness.delay).toBeCloseTo(84 + 2, 5); // a dead line, once
    for (let i = 0; i < 40; i++) {
      lateness.add(120, 84, 6_000 + i * 200);
      lateness.add(20, 84, 6_000 + i * 200 + 1);
    }
    expect(lateness.delay).toBeCloseTo(84 + 100 + 2, 5); // a line that always brings two at a time
  });

  it('is careful until it has seen some batches, and never waits longer than a second', () => {
    const lateness = new Lateness();
    lateness.add(5, 0, 0);
    expect(lateness.delay).toBeGreaterThanOrEqual(100);
    expect(steady((i) => (i % 2) * 5_000).delay).toBe(1_000);
  });

  it('forgets a transit that has become longer, within 30 s', () => {
    const lateness = steady(() => 20, 100);
    steady(() => 80, 400, 100, lateness);
    expect(lateness.transit).toBe(80);
    expect(lateness.delay).toBeCloseTo(84 + 2, 5);
  });
});
