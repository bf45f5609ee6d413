import { expect, it } from 'vitest';
import { nextTask } from '../../src/next-task.js';
import { turns } from '../support/virtual-clock.js';

it('the next task comes after every promise job that is queued, however many others each of them queues', async () => {
  let done = false;
  void turns(10_000).then(() => {
    done = true;
  });
  await nextTask();
  expect(done).toBe(true);
});
