/** M6: the budget of messages holds, whatever the crowd does. */
import { describe, expect, it } from 'vitest';
import { Pace } from '../../../src/cursors/pace.js';
import { Crowd } from '../../support/crowd.js';
import { EventClock } from '../../support/event-clock.js';

const BUDGET = 600;
/** The part of it for motion. */
const MOTION = 0.8 * BUDGET;

describe('the pace of a crowd', { timeout: 30_000 }, () => {
  it('M6: stays within the budget in every second when a room goes from 2 to 500 movers in 10 s', () => {
    const crowd = new Crowd({ transit: 60, budget: BUDGET });
    for (let i = 0; i < 2; i++) crowd.join();
    crowd.clock.runUntil(3_000);
    expect(crowd.rate(1_000, 3_000)).toBeCloseTo(20, -1); // two move, each ten times a second
    for (let i = 0; i < 498; i++) crowd.clock.at(3_000 + (i * 10_000) / 498, () => crowd.join());
    crowd.clock.runUntil(20_000);
    expect(crowd.busiest(0, 20_000)).toBeLessThanOrEqual(0.95 * BUDGET);
    expect(crowd.rate(15_000, 20_000)).toBeGreaterThan(0.9 * MOTION); // and uses the budget
    // Within three seconds of the others' last batch, the two that still move are back at the shortest interval.
    crowd.move(false, 2);
    crowd.clock.runUntil(25_000);
    expect(Math.max(...crowd.intervals)).toBe(100);
    expect(crowd.rate(24_000, 25_000)).toBeCloseTo(20, -1);
  });

  it('M6: stays within the budget when 500 resting pointers move at the same moment, and spreads their batches', () => {
    const crowd = new Crowd({ budget: BUDGET });
    for (let i = 0; i < 500; i++) crowd.join(false);
    crowd.clock.runUntil(5_000);
    crowd.move(true);
    crowd.clock.runUntil(25_000);
    expect(crowd.busiest(5_000, 25_000)).toBeLessThanOrEqual(BUDGET);
    const hundredths = Array.from({ length: 100 }, (_, i) => crowd.rate(24_000 + 10 * i, 24_010 + 10 * i) / 100);
    expect(Math.max(...hundredths)).toBeLessThan(40); // of 480 in that second
  });

  it.each([
    [10, 200],
    [48, 600],
    [100, 600],
    [100, 2_000],
    [300, 100],
  ])('M6: %i movers with a budget of %i use all of it, and no more', (movers, budget) => {
    const crowd = new Crowd({ budget });
    for (let i = 0; i < movers; i++) crowd.clock.at((i * 6_000) / movers, () => crowd.join());
    crowd.clock.runUntil(40_000);
    const allowed = Math.min(10 * movers, 0.8 * budget);
    expect(crowd.rate(20_000, 40_000)).toBeGreaterThan(0.85 * allowed);
    expect(crowd.rate(20_000, 40_000)).toBeLessThanOrEqual(1.05 * allowed);
    expect(crowd.busiest(20_000, 40_000)).toBeLessThanOrEqual(allowed + 4 * Math.sqrt(allowed)); // random variation
  });

  it('M6: a client that joins a moving crowd keeps its pace from the second batch on', () => {
    const crowd = new Crowd({ budget: BUDGET });
    for (let i = 0; i < 300; i++) crowd.join();
    crowd.clock.runUntil(10_000);
    const newcomer = crowd.join();
    crowd.clock.runUntil(10_600);
    expect(crowd.sentBy(newcomer)).toBeLessThanOrEqual(2);
    crowd.clock.runUntil(20_000);
    expect(crowd.sentBy(newcomer)).toBeGreaterThan(10);
  });

  it('M6: a batch that claims to be very long slows nobody down for long', () => {
    const clock = new EventClock(0);
    const pace = new Pace(clock, () => 0.5, BUDGET);
    pace.received(1, 1e9);
    expect(pace.interval).toBe(10_000);
    clock.runUntil(2_001);
    expect(pace.interval).toBe(100);
    pace.received(1, 1e9);
    expect(pace.interval).toBe(100);
    pace.begin();
    expect(pace.interval).toBe(100);
  });
});
