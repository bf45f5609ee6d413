/** Feeds are shared for as long as they hear: who comes after one was forbidden, or ended, is not joined to what is deaf. */
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

it('who listens to what was forbidden to another is told so, too, and hears when it is allowed', async () => {
  const { bus, other, errors, allow } = setUp();
  const heard: string[] = [];
  const listen = (name: string) => onBuildEvents('p1', () => heard.push(name), { bus });
  listen('first');
  await turns();
  expect(errors).toEqual(Array(4).fill('PermissionError'));
  const undo = listen('second');
  await turns();
  expect(errors).toHaveLength(8);
  allow();
  listen('third');
  undo();
  await publishBuildEvent({ type: 'started', projectId: 'p1', timestamp: 1 }, { bus: other });
  await turns();
  expect(heard).toEqual(['third']);
});

it('that holds for a project that was named, too', async () => {
  const { bus, other, errors, allow } = setUp();
  const heard: string[] = [];
  const listen = (name: string) => onProjectEvents(undefined, () => heard.push(name), { bus, projects: ['p1'] });
  listen('first');
  await turns();
  expect(errors).toEqual(Array(2).fill('PermissionError'));
  allow();
  listen('second');
  await publishProjectEvent({ type: 'updated', projectId: 'p1', userId: 'ada', timestamp: 1 }, { bus: other });
  await turns();
  expect(heard).toEqual(['second']);
});

it('nobody begins to listen on a bus that is closed, though someone listened there before', async () => {
  const { bus, allow } = setUp();
  allow();
  const listen = () => onBuildEvents('p1', () => expect.unreachable('it is closed'), { bus });
  listen();
  await bus.close();
  expect(listen).toThrow(expect.objectContaining({ name: 'ConnectionClosedError' }));
});
