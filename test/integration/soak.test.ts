/**
 * A short soak; `npm run soak` runs the same with 30 people for half an hour (SOAK_MINUTES, SOAK_PEOPLE, SOAK_SEED),
 * and then also looks at the heap.
 */
import { expect, it } from 'vitest';
import { Soak } from '../support/soak.js';
import { until } from '../support/wait.js';

const MINUTES = Number(process.env.SOAK_MINUTES ?? 0.15);
const PEOPLE = Number(process.env.SOAK_PEOPLE ?? 6);
const SEED = Number(process.env.SOAK_SEED ?? 2);
const LONG_MINUTES = 5;

it(
  'property 24: a soak ends with one roster and one text, nothing unexplained, and nothing left',
  async () => {
    const soak = await Soak.start(PEOPLE, SEED, MINUTES >= LONG_MINUTES ? 90_000 : 1_500);
    await using _ = soak;
    await soak.settle();
    const before = await soak.holds();
    const ms = MINUTES * 60_000;
    await soak.run(ms / 4);
    await soak.refill();
    await soak.settle();
    const early = await soak.holds();
    await soak.run((ms * 3) / 4);
    await soak.refill();
    await soak.settle();
    expect([...soak.unexplained]).toEqual([]);
    await until(async () => (await soak.holds()).subscriptions === before.subscriptions, {
      what: `${before.subscriptions} subscriptions, as at the beginning`,
      deadlineMs: 30_000,
    });
    const late = await soak.holds();
    process.stderr.write(`${JSON.stringify({ ...soak.done, before, early, late })}\n`);
    if (MINUTES >= LONG_MINUTES) expect(late.heap).toBeLessThan(early.heap * 1.3 + 10_000_000);
    await soak.empty();
    await until(async () => (await soak.holds()).connections === 0, { what: 'no connection', deadlineMs: 30_000 });
    await until(async () => (await soak.holds()).timers <= 3, { what: 'no timer', deadlineMs: 30_000 });
  },
  240_000 + MINUTES * 120_000,
);
