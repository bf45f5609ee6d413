/** Everything works without the fast path: the tests of events, once more, with the plain path in its place. */
import { expect, it, vi } from 'vitest';
import * as inUse from '../../../src/events/fast/index.js';
import * as plain from '../../../src/events/fast/plain.js';

vi.mock('../../../src/events/fast/index.js', () => import('../../../src/events/fast/plain.js'));

await import('./events.test.js');
await import('./routing.test.js');
await import('./data.test.js');
await import('./feed.test.js');
await import('./collaboration.test.js');

it('the plain path is in use', () => {
  expect(inUse.quickCheck).toBe(plain.quickCheck);
  expect(inUse.withId).toBe(plain.withId);
});
