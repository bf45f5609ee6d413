/** The frame loop that all elements of a page share. */
import { expect, it } from 'vitest';
import { rest, wake } from '../../elements/shared/frame-loop.js';
import { drawn } from './support.js';

it('does not run a task that another one of the same frame has ended', async () => {
  const ran: string[] = [];
  const ended = () => {
    ran.push('ended');
    return true;
  };
  wake(() => {
    ran.push('first');
    rest(ended);
    return false;
  });
  wake(ended);
  await drawn();
  await drawn();
  rest(ended);
  expect(ran).toEqual(['first']);
});
