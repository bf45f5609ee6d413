import { expect, it } from 'vitest';
import { Playout } from '../../../src/cursors/playout.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const at = (x: number) => ({ x, y: 0.5, anchor: '' });

it('M5: a pointer from a roster is shown at once, and follows its sender from its first move', async () => {
  const clock = new VirtualClock();
  const playout = new Playout(clock);
  const ahead = 5_000_000; // the sender's clock
  playout.restore(7, at(0.25), 600_000, 0); // it has rested for ten minutes
  expect(playout.sample(clock.now())).toMatchObject([{ client: 7, x: 0.25 }]);
  for (let frame = 0; frame < 60; frame++) {
    await clock.advance(16);
    expect(playout.sample(clock.now())).toMatchObject([{ x: 0.25 }]);
  }
  expect(playout.moving).toBe(false);
  expect([...playout.latest()]).toEqual([{ client: 7, ...at(0.25), restingMs: 600_960 }]);
  playout.push(7, ahead, [{ ...at(0.5), ago: 0 }], false);
  const shown = [];
  for (let frame = 0; frame < 15; frame++) {
    await clock.advance(16);
    shown.push(playout.sample(clock.now())[0]?.x);
  }
  expect(shown.slice(0, 3)).toEqual([0.25, 0.25, 0.25]); // no gap before it departs
  expect(shown).not.toContain(undefined);
  expect(playout.sample(clock.now())).toMatchObject([{ x: 0.5 }]);
});

it('M5: a pointer from a roster departs smoothly when the clocks of sender and receiver happen to agree', async () => {
  const clock = new VirtualClock();
  const playout = new Playout(clock);
  playout.restore(7, at(0.25), 1_000, 0);
  await clock.advance(1_000);
  const shown: number[] = [];
  for (let t = 0; t < 1_000; t += 20) {
    await clock.advance(20);
    const moved = Array.from({ length: 5 }, (_, i) => ({
      ...at(0.25 + (t - 20 * (4 - i)) / 10_000),
      ago: 20 * (4 - i),
    }));
    if (t % 100 === 80) playout.push(7, clock.now() - 5, moved, false);
    shown.push(playout.sample(clock.now())[0]?.x ?? Number.NaN);
  }
  const speeds = shown.slice(1).map((x, i) => ((x - (shown[i] ?? 0)) * 10_000) / 20);
  expect(Math.min(...speeds)).toBeGreaterThanOrEqual(0);
  expect(Math.min(...speeds.slice(15))).toBeGreaterThan(0.6); // under way
});

it('M5: a roster does not override a batch that arrived since it was requested', async () => {
  const clock = new VirtualClock();
  const playout = new Playout(clock);
  const asked = clock.now();
  playout.push(1, 100, [{ ...at(0.5), ago: 0 }], false);
  playout.restore(1, at(0.1), 0, asked);
  await clock.advance(500);
  expect(playout.sample(clock.now())).toMatchObject([{ x: 0.5 }]);
  playout.restore(1, at(0.1), 0, clock.now()); // requested again, and no batch arrived since
  expect(playout.sample(clock.now())).toMatchObject([{ x: 0.1, restingMs: 0 }]);
  playout.push(1, 700, [], true);
  expect([...playout.latest()]).toEqual([]);
  await clock.advance(500);
  expect(playout.sample(clock.now())).toEqual([]);
});

it('M5: a pointer that the roster does not contain is removed, unless it moved since the request', async () => {
  const clock = new VirtualClock();
  const playout = new Playout(clock);
  for (const client of [1, 2, 3]) playout.push(client, 100, [{ ...at(0.5), ago: 0 }], false);
  await clock.advance(1_000);
  const asked = clock.now();
  await clock.advance(10);
  playout.push(2, 1_000, [{ ...at(0.6), ago: 0 }], false);
  playout.retain([1], asked);
  await clock.advance(500);
  expect(playout.sample(clock.now()).map(({ client }) => client)).toEqual([1, 2]);
});

it('M2: a tap is shown from when its position is shown, until another batch with samples', async () => {
  const clock = new VirtualClock();
  const playout = new Playout(clock);
  playout.push(7, 0, [{ ...at(0.25), ago: 0 }], false);
  await clock.advance(1_000);
  expect(playout.sample(clock.now())).toMatchObject([{ x: 0.25 }]);
  playout.push(7, 1_000, [{ ...at(0.75), ago: 0 }], false, true);
  const seen = new Set<string>();
  for (let frame = 0; frame < 60; frame++) {
    await clock.advance(16);
    const [{ x, tapped } = { x: Number.NaN }] = playout.sample(clock.now());
    seen.add(`${x === 0.75} ${tapped}`);
  }
  expect([...seen]).toEqual(['false undefined', 'true true']);
  playout.push(7, 2_000, [], false);
  expect(playout.sample(clock.now())).toMatchObject([{ tapped: true }]);
  playout.push(7, 2_100, [{ ...at(0.8), ago: 0 }], false);
  await clock.advance(1_000);
  expect(playout.sample(clock.now())[0]?.tapped).toBeUndefined();
});
