/** Cache keys: who receives them, and the events that invalidate them. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { MemoryBus } from '../../../src/bus/memory/memory-bus.js';
import { MemoryHub } from '../../../src/bus/memory/memory-hub.js';
import {
  type CacheKey,
  CacheKeys,
  type CacheOptions,
  cacheRules,
  connectCache,
  invalidateCache,
  onInvalidate,
} from '../../../src/index.js';
import { RESOURCES } from '../../support/event-samples.js';
import { untyped } from '../../support/untyped.js';
import { turns } from '../../support/virtual-clock.js';

let hub: MemoryHub;
let bus: MemoryBus;
let keys: CacheKey[];
let subscriptions: (() => void)[];

beforeEach(() => {
  hub = new MemoryHub();
  bus = hub.connect();
  keys = [];
  subscriptions = [onInvalidate((key) => keys.push(key))];
});
afterEach(() => {
  for (const unsubscribe of subscriptions) unsubscribe();
});

const connectTo = (options: CacheOptions) => subscriptions.push(connectCache({ bus, ...options }));

async function publishAll(name: string): Promise<void> {
  keys.length = 0;
  const resource = RESOURCES.find((each) => each.name === name);
  for (const sample of resource?.samples ?? []) await resource?.publish(sample, { bus });
  await turns();
}

it('every listener receives a key, until it unsubscribes', () => {
  const also: CacheKey[] = [];
  const unsubscribe = onInvalidate((key) => also.push(key));
  invalidateCache(CacheKeys.project('p1'));
  unsubscribe();
  invalidateCache(CacheKeys.projects());
  expect(keys).toEqual([['project', 'p1'], ['projects']]);
  expect(also).toEqual([['project', 'p1']]);
});

it('a listener of one key receives it and the keys that it begins with', () => {
  const received: CacheKey[] = [];
  subscriptions.push(onInvalidate(CacheKeys.project('p1'), (key) => received.push(key)));
  for (const key of [['project', 'p1'], ['project'], [], ['project', 'p2'], ['projects'], ['project', 'p1', 'more']]) {
    invalidateCache(key);
  }
  expect(received).toEqual([['project', 'p1'], ['project'], []]);
});

it('each event invalidates the keys of its rule; frequent events invalidate few', async () => {
  connectTo({ userId: 'u1', projects: ['p1'], sessions: ['s1'] });
  await publishAll('project');
  expect(keys).toEqual([1, 2, 3].flatMap(() => [['projects'], ['project', 'p1']]));
  await publishAll('file');
  const file = ['file', 'src/main.ts'];
  expect(keys).toEqual([['files', 'p1'], file, ['files', 'p1'], file, file, ['files', 'p1'], file]);
  await publishAll('asset');
  expect(keys).toEqual(
    [1, 2, 3, 4].flatMap(() => [
      ['assets', 'p1'],
      ['asset', 'a1'],
    ]),
  );
  await publishAll('runtime');
  expect(keys).toEqual([1, 2, 3, 4].map(() => ['runtime', 's1']));
  await publishAll('build');
  expect(keys).toEqual([1, 2, 3].map(() => ['builds', 'p1']));
  await publishAll('collab');
  expect(keys).toEqual([1, 2].map(() => ['members', 'p1']));
});

it('a rule can be extended or replaced; the others stay', async () => {
  connectTo({
    userId: 'u1',
    projects: ['p1'],
    rules: { build: (event) => [...cacheRules.build(event), ['dashboard', event.type]], file: () => [] },
  });
  await publishAll('build');
  expect(keys).toContainEqual(['dashboard', 'progress']);
  expect(keys).toContainEqual(['builds', 'p1']);
  await publishAll('file');
  expect(keys).toEqual([]);
  await publishAll('asset');
  expect(keys).not.toEqual([]);
});

it('a rule that is undefined counts as left out', async () => {
  connectTo({ projects: ['p1'], rules: { build: untyped(undefined) } });
  await publishAll('build');
  expect(keys).toEqual([1, 2, 3].map(() => ['builds', 'p1']));
});

it('other projects invalidate nothing, and nothing is invalidated after unsubscribing', async () => {
  connectTo({ projects: ['p2'] });
  for (const { name } of RESOURCES) {
    await publishAll(name);
    expect(keys).toEqual([]);
  }
  connectTo({ projects: ['p1'] });
  await publishAll('project');
  expect(keys).toHaveLength(4); // its changes are received without its user, its creation is not
  subscriptions.pop()?.();
  await publishAll('build');
  expect(keys).toEqual([]);
});

it('a lost connection invalidates every kind of key, and the keys in afterLoss', async () => {
  connectTo({ projects: ['p1'], afterLoss: [['dashboard', 'p1']] });
  await turns();
  hub.drop();
  expect(keys).toEqual([]);
  hub.restore();
  expect(keys).toEqual([...Object.values(CacheKeys).map((every) => every()), ['dashboard', 'p1']]);
  keys.length = 0;
  subscriptions.pop()?.();
  hub.drop();
  hub.restore();
  expect(keys).toEqual([]);
});

it('connected to a cache while the connection is lost, everything is invalidated on reconnection', () => {
  hub.drop();
  connectTo({ projects: ['p1'] });
  hub.restore();
  expect(keys).toEqual(Object.values(CacheKeys).map((every) => every()));
});

it('one bad id leaves nothing behind', async () => {
  expect(() => connectCache({ bus, userId: 'u1', projects: ['p1', ''] })).toThrow();
  await publishAll('build');
  expect(keys).toEqual([]);
});
