/**
 * Feeds are shared while their subscriptions live: after one is forbidden or ended, the next listener gets a new feed.
 */
import { expect, it } from 'vitest';
import { MemoryHub } from '../../../src/bus/memory/memory-hub.js';
import { onBuildEvents, onProjectEvents, publishBuildEvent, publishProjectEvent } from '../../../src/index.js';
import { turns } from '../../support/virtual-clock.js';

function setUp() {
  let allowed = false;
  const hub = new MemoryHub({ permits: (operation) => allowed || operation !== 'subscribe' });
  const bus = hub.connect();
  const errors: string[] = [];
  bus.on('error', ({ name }) => errors.push(name));
  return { bus, errors, other: hub.connect(), allow: () => (allowed = true) };
}

it('each listener of a forbidden subject costs its errors; once it is allowed, a new one receives', async () => {
  const { bus, other, errors, allow } = setUp();
  const received: string[] = [];
  const listen = (name: string) => onBuildEvents('p1', () => received.push(name), { bus });
  listen('first');
  await turns();
  expect(errors).toEqual(Array(4).fill('PermissionError'));
  const unsubscribe = listen('second');
  await turns();
  expect(errors).toHaveLength(8);
  allow();
  listen('third');
  unsubscribe();
  await publishBuildEvent({ type: 'started', projectId: 'p1', timestamp: 1 }, { bus: other });
  await turns();
  expect(received).toEqual(['third']);
});

it('the same holds for a project that the listener names', async () => {
  const { bus, other, errors, allow } = setUp();
  const received: string[] = [];
  const listen = (name: string) => onProjectEvents(undefined, () => received.push(name), { bus, projects: ['p1'] });
  listen('first');
  await turns();
  expect(errors).toEqual(Array(2).fill('PermissionError'));
  allow();
  listen('second');
  await publishProjectEvent({ type: 'updated', projectId: 'p1', userId: 'ada', timestamp: 1 }, { bus: other });
  await turns();
  expect(received).toEqual(['second']);
});

it('a listener on a closed bus throws, also where there was a listener before', async () => {
  const { bus, allow } = setUp();
  allow();
  const listen = () => onBuildEvents('p1', () => expect.unreachable('the bus is closed'), { bus });
  listen();
  await bus.close();
  expect(listen).toThrow(expect.objectContaining({ name: 'ConnectionClosedError' }));
});
