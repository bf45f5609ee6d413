/** The clock of the system, where a timer would not do as it is told. */
import { expect, it } from 'vitest';
import { systemClock } from '../../src/clock.js';

it('waits on for longer than a timer can count, which would ring at once', async () => {
  const rung: number[] = [];
  const cancels = [2 ** 31, Number.MAX_SAFE_INTEGER, Infinity].map((ms) => systemClock.after(ms, () => rung.push(ms)));
  await new Promise<void>((resolve) => void systemClock.after(20, resolve)); // those would have been due long before
  for (const cancel of cancels) cancel();
  expect(rung).toEqual([]);
});
