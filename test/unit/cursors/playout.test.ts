/**
 * Playout as a user sees it: smooth, in order, a little late.
 * Past 300 lines: it has one network model, and one test for each fault that a user would notice.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Playout } from '../../../src/cursors/playout.js';
import { batches, FRAME, type Frame, LENGTH, play, speeds } from '../../support/mover.js';
import { seeded } from '../../support/random.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const at = (ago: number, x: number, anchor = '') => ({ ago, x, y: 0.5, anchor });

function lab() {
  const clock = new VirtualClock();
  const playout = new Playout(clock);
  return { clock, playout, seen: () => playout.sample(clock.now()) };
}

/** M8: how far playout extrapolates, in ms. It eases back when that was wrong, or when nothing more arrives. */
const BEYOND = 35;

/** Once shown, the pointer stays, and never goes back, except by what was extrapolated. */
function expectSteady(frames: readonly Frame[]): void {
  const shown = frames.slice(frames.findIndex(({ t }) => t !== undefined));
  let farthest = 0;
  for (const { now, t } of shown) {
    expect(t, `at ${now} ms a pointer is shown`).toBeDefined();
    expect(t, `at ${now} ms it does not go back`).toBeGreaterThanOrEqual(farthest - BEYOND);
    farthest = Math.max(farthest, t ?? 0);
  }
}

/** M8: the fastest rate of playing. */
const FASTEST = 1.5 + 1e-6;

/** The pointer moves at the sender's speed nearly always, is seldom slower, and never much faster. */
function expectEven(all: readonly number[]): void {
  expect(all.length).toBeGreaterThan(100);
  expect(Math.max(...all)).toBeLessThanOrEqual(FASTEST);
  expect(all.filter((speed) => Math.abs(speed - 1) < 0.03).length / all.length).toBeGreaterThan(0.9);
  expect(all.filter((speed) => speed < 0.75).length / all.length).toBeLessThan(0.02);
}

describe('playout of a moving pointer', () => {
  it('M2: has exactly the speed of the sender when batches are regular', async () => {
    const frames = await play(
      batches(
        0,
        5_000,
        () => 100,
        () => 30,
      ),
      5_000,
    );
    expectSteady(frames);
    for (const speed of speeds(frames, 3_000, 5_000)) expect(speed).toBeCloseTo(1, 5);
  });

  it.each<[string, (i: number) => number]>([
    ['50 ms', () => 50],
    ['17 ms', () => 17],
    ['99.3 ms', () => 99.3],
    ['30 to 100 ms', (i) => 30 + ((i * 37) % 70)],
  ])('M2: has the speed of the sender with batches of %s', async (_, cut) => {
    const frames = await play(
      batches(0, 8_000, cut, () => 30),
      8_000,
    );
    expectSteady(frames);
    expectEven(speeds(frames, 1_500, 8_000));
  });

  it('M2: has the speed of the sender whatever the difference of the two clocks is', async () => {
    for (const offset of [1e12, -1e9, 0.4]) {
      const frames = await play(
        batches(
          0,
          4_000,
          () => 100,
          () => 30,
          offset,
        ),
        4_000,
      );
      expectSteady(frames);
      for (const speed of speeds(frames, 1_500, 4_000)) expect(speed).toBeCloseTo(1, 2);
    }
  });

  it('M8: is no later than one batch, one sample and the network delay', async () => {
    const frames = await play(
      batches(
        0,
        5_000,
        () => 100,
        () => 30,
      ),
      5_000,
    );
    const late = frames.filter(({ now }) => now > 1_500).map(({ now, t }) => now - (t ?? 0));
    expect(Math.max(...late)).toBeLessThan(100 + FRAME + 30 + 5);
  });

  it('M8: is smooth on a network with jitter, and its delay follows the jitter', async () => {
    const random = seeded(11);
    const frames = await play(
      batches(
        0,
        10_000,
        () => 100,
        () => 45 + random() * 30,
      ),
      10_000,
    );
    expectSteady(frames);
    expectEven(speeds(frames, 2_000, 10_000));
    const late = frames.filter(({ now }) => now > 2_000).map(({ now, t }) => now - (t ?? 0));
    expect(late.reduce((sum, value) => sum + value, 0) / late.length).toBeLessThan(190);
  });

  it('M8: changes its delay without a jump or a step back when the network becomes faster or slower', async () => {
    for (const [before, after] of [
      [150, 30],
      [30, 150],
    ] as const) {
      const frames = await play(
        batches(
          0,
          14_000,
          () => 100,
          (i) => (i < 50 ? before : after),
        ),
        14_000,
      );
      expectSteady(frames);
      expect(Math.max(...speeds(frames, 1_000, 14_000))).toBeLessThanOrEqual(FASTEST);
      expectEven(speeds(frames, 10_000, 14_000));
    }
  });

  it('M8: continues from where it was after a late batch, without a jump', async () => {
    const frames = await play(
      batches(
        0,
        6_000,
        () => 100,
        (i) => (i === 30 ? 150 : 30),
      ),
      6_000,
    );
    expectSteady(frames);
    expect(Math.max(...speeds(frames, 1_000, 6_000))).toBeLessThanOrEqual(FASTEST);
  });

  it('M8: catches up soon after the network was interrupted for seconds', async () => {
    const frames = await play(
      batches(
        0,
        10_000,
        () => 100,
        (i) => (i === 30 ? 3_000 : 30),
      ),
      10_000,
    );
    expectSteady(frames);
    const late = frames.filter(({ now }) => now > 8_000).map(({ now, t }) => now - (t ?? 0));
    expect(Math.max(...late)).toBeLessThan(300);
  });

  it('M3: ignores batches that are repeated or arrive after a newer one', async () => {
    const once = batches(
      0,
      4_000,
      () => 100,
      () => 30,
    );
    const noise = once.flatMap((batch, i) => [
      { ...batch, arrivesAt: batch.arrivesAt + 1 },
      ...(i % 3 === 0 ? [{ ...batch, arrivesAt: batch.arrivesAt + 950 }] : []),
    ]);
    const all = [...once, ...noise].sort((a, b) => a.arrivesAt - b.arrivesAt);
    expect(await play(all, 4_500)).toEqual(await play(once, 4_500));
  });

  it('M8: extrapolates no further than 35 ms, however slowly batches arrive', async () => {
    const made = batches(
      0,
      2_000,
      (i) => (i < 10 ? 100 : FRAME),
      (i) => 30 + 33 * Math.max(0, i - 10),
    );
    for (const { now, t } of await play(made, 4_000)) {
      const known =
        made
          .filter(({ arrivesAt }) => arrivesAt <= now)
          .at(-1)
          ?.samples.at(-1)?.x ?? 0;
      expect(t ?? 0, `at ${now} ms`).toBeLessThanOrEqual(known * LENGTH + BEYOND + 1e-6);
    }
  });

  it('M8: goes forward, stays on the path, and ends where the pointer is, whatever the network does', async () => {
    const random = fc.infiniteStream(fc.nat(1_000));
    await fc.assert(
      fc.asyncProperty(random, random, fc.integer({ min: 0, max: 400 }), async (cuts, transits, worst) => {
        const next = (stream: typeof cuts) => (stream.next().value as number) / 1_000;
        const made = batches(
          0,
          2_000,
          () => 16 + 100 * next(cuts),
          () => 20 + worst * next(transits),
        );
        const repeated = made
          .filter(() => next(cuts) < 0.2)
          .map((batch) => ({ ...batch, arrivesAt: batch.arrivesAt + 333 }));
        const frames = await play(
          [...made, ...repeated].sort((a, b) => a.arrivesAt - b.arrivesAt),
          5_000,
        );
        expectSteady(frames);
        const last = made.at(-1)?.samples.at(-1);
        expect(frames.at(-1)?.t).toBeCloseTo((last?.x ?? Number.NaN) * LENGTH, 5);
      }),
      { numRuns: 60 },
    );
  });
});

describe('playout of a pointer at rest', () => {
  it('M8: stands still through a pause, and departs when the sender did', async () => {
    const [first, second] = [
      batches(
        0,
        1_000,
        () => 100,
        () => 30,
      ),
      batches(
        3_000,
        4_000,
        () => 100,
        () => 30,
      ),
    ];
    const frames = await play([...first, ...second], 4_500);
    expectSteady(frames);
    for (const { now, t, restingMs } of frames) {
      if (now > 1_400 && now < 3_000) {
        expect(t).toBeCloseTo(1_000, -2);
        expect(restingMs).toBeGreaterThan(200);
      }
    }
    expect(frames.find(({ now }) => now > 2_900)?.restingMs).toBeGreaterThan(1_500);
  });

  it('M5: is shown at once to a client that joins later, with the time that it has rested', async () => {
    const { clock, playout, seen } = lab();
    playout.push(1, 500_000, [at(60_000, 0.25, '#b')], false);
    await clock.advance(200);
    expect(seen()).toEqual([{ client: 1, x: 0.25, y: 0.5, anchor: '#b', restingMs: expect.any(Number) }]);
    expect(seen()[0]?.restingMs).toBeGreaterThan(59_000);
    expect(playout.moving).toBe(false);
  });

  it('M8: stays shown when its position is repeated, or batches become later', async () => {
    const { clock, playout, seen } = lab();
    playout.push(1, 1_000, [at(0, 0.5)], false);
    await clock.advance(300);
    expect(seen()).toHaveLength(1);
    for (let i = 1; i < 20; i++) {
      playout.push(1, 1_000, [at(0, 0.5)], false);
      playout.push(1, 1_000 + i, [at(i, 0.5)], false);
      expect(seen()).toHaveLength(1);
      await clock.advance(FRAME);
    }
  });
});

describe('playout of a pointer that leaves', () => {
  it('M8: disappears after its last sample was played, and moves no more', async () => {
    const { clock, playout, seen } = lab();
    playout.push(1, 1_000, [at(0, 0.1)], false);
    await clock.advance(100);
    playout.push(1, 1_100, [at(50, 0.2)], true);
    expect(playout.moving).toBe(true);
    await clock.advance(60);
    expect(seen()).toHaveLength(1);
    await clock.advance(300);
    expect(seen()).toEqual([]);
    expect(playout.moving).toBe(false);
    playout.push(1, 1_100, [at(50, 0.2)], true); // repeated
    expect(playout.moving).toBe(false);
  });

  it('M8: reappears with its next sample, at its new position at once', async () => {
    const { clock, playout, seen } = lab();
    playout.push(1, 1_000, [at(0, 0.1)], true);
    await clock.advance(1_000);
    playout.push(1, 2_000, [at(0, 0.9)], false);
    const xs = [];
    for (let i = 0; i < 30; i++) {
      await clock.advance(FRAME);
      xs.push(seen()[0]?.x);
    }
    expect(new Set(xs)).toEqual(new Set([undefined, 0.9]));
  });

  it('shows nothing for a pointer that was never here', () => {
    const { playout, seen } = lab();
    playout.push(1, 1_000, [], true);
    expect(seen()).toEqual([]);
    expect(playout.moving).toBe(false);
  });

  it('is removed with its client', async () => {
    const { clock, playout, seen } = lab();
    playout.push(1, 1_000, [at(0, 0.1)], false);
    await clock.advance(200);
    playout.remove(1);
    expect(seen()).toEqual([]);
  });
});

describe('playout', () => {
  it('M2: does not interpolate between two anchors', async () => {
    const { clock, playout, seen } = lab();
    playout.push(1, 1_000, [at(80, 0.1, '#a'), at(64, 0.2, '#a'), at(48, 0.9, '#b'), at(32, 0.8, '#b')], false);
    const places = new Set<string>();
    for (let i = 0; i < 100; i++) {
      await clock.advance(2);
      const [played] = seen();
      if (played) places.add(`${played.anchor} ${played.x >= 0.8 ? 'right' : played.x <= 0.2 ? 'left' : 'between'}`);
    }
    expect([...places]).toEqual(['#a left', '#b right']);
  });

  it('keeps the pointers of several clients apart', async () => {
    const { clock, playout, seen } = lab();
    playout.push(1, 1_000, [at(0, 0.1)], false);
    playout.push(2, 9e9, [at(0, 0.2)], false);
    await clock.advance(200);
    expect(seen().map(({ client, x }) => [client, x])).toEqual([
      [1, 0.1],
      [2, 0.2],
    ]);
  });

  it('shows no pointer before its first sample is due', async () => {
    const { clock, playout, seen } = lab();
    playout.push(1, 1_000, [at(0, 0.1)], false);
    expect(seen()).toEqual([]);
    expect(playout.moving).toBe(true);
    await clock.advance(200);
    expect(seen()).toHaveLength(1);
  });

  it('starts again when the clock of a client starts again (a reload that kept its client id)', async () => {
    const { clock, playout, seen } = lab();
    playout.push(1, 3_600_000, [at(0, 0.1)], false);
    await clock.advance(500);
    playout.push(1, 2_000, [at(0, 0.7)], false);
    await clock.advance(500);
    expect(seen()[0]?.x).toBe(0.7);
  });

  it('M8: shows where the pointer is now after the page slept, and keeps little in the meantime', async () => {
    const { clock, playout, seen } = lab();
    for (let i = 0; i < 3_000; i++) {
      playout.push(1, i * 100, [at(90, (i % 10) / 20), at(40, (i % 10) / 20 + 0.01)], false);
      await clock.advance(100);
    }
    expect(seen()[0]?.x).toBeCloseTo(0.4, 0);
    await clock.advance(2_000);
    expect(seen()[0]?.x).toBeCloseTo(0.46, 5);
    expect(playout.moving).toBe(false);
  });
});
