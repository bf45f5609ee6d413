import { expect, it } from 'vitest';
import { delay, systemClock } from '../../src/clock.js';

it('a timer of more than the 24 days that the platform can count does not run at once', async () => {
  const ran: number[] = [];
  const cancels = [2 ** 31, Number.MAX_SAFE_INTEGER, Infinity].map((ms) => systemClock.after(ms, () => ran.push(ms)));
  await delay(systemClock, 5); // timers run in the order in which they are due
  for (const cancel of cancels) cancel();
  expect(ran).toEqual([]);
});
