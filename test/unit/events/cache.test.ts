/** Cache keys, who is told of them, and the events that put them out of date. */
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
import { turns } from '../../support/virtual-clock.js';

let hub: MemoryHub;
let bus: MemoryBus;
let keys: CacheKey[];
let undo: (() => void)[];

beforeEach(() => {
  hub = new MemoryHub();
  bus = hub.connect();
  keys = [];
  undo = [onInvalidate((key) => keys.push(key))];
});
afterEach(() => {
  for (const stop of undo) stop();
});

const connectTo = (options: CacheOptions) => undo.push(connectCache({ bus, ...options }));

async function publishAll(name: string): Promise<void> {
  keys.length = 0;
  const resource = RESOURCES.find((each) => each.name === name);
  for (const sample of resource?.samples ?? []) await resource?.publish(sample, { bus });
  await turns();
}

it('a key is told to everyone until they leave', () => {
  const also: CacheKey[] = [];
  const stop = onInvalidate((key) => also.push(key));
  invalidateCache(CacheKeys.project('p1'));
  stop();
  invalidateCache(CacheKeys.projects());
  expect(keys).toEqual([['project', 'p1'], ['projects']]);
  expect(also).toEqual([['project', 'p1']]);
});

it('who asks for one key hears of it and of what it is part of', () => {
  const heard: CacheKey[] = [];
  undo.push(onInvalidate(CacheKeys.project('p1'), (key) => heard.push(key)));
  for (const key of [['project', 'p1'], ['project'], [], ['project', 'p2'], ['projects'], ['project', 'p1', 'more']]) {
    invalidateCache(key);
  }
  expect(heard).toEqual([['project', 'p1'], ['project'], []]);
});

it('each event invalidates what its rule says, and what comes often does not', async () => {
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

it('a rule can be added to or replaced; the others stay', async () => {
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

it('a rule that is undefined is one that was left out', async () => {
  connectTo({ projects: ['p1'], rules: { build: undefined as never } });
  await publishAll('build');
  expect(keys).toEqual([1, 2, 3].map(() => ['builds', 'p1']));
});

it('what nobody asked for is not heard, and nothing after the undo', async () => {
  connectTo({ projects: ['p2'] });
  for (const { name } of RESOURCES) {
    await publishAll(name);
    expect(keys).toEqual([]);
  }
  connectTo({ projects: ['p1'] });
  await publishAll('project');
  expect(keys).toHaveLength(4); // the changes of a named project are heard without its user; its creation is not
  undo.pop()?.();
  await publishAll('build');
  expect(keys).toEqual([]);
});

it('after a lost connection every kind of key is out of date, and those of one’s own that were named', async () => {
  connectTo({ projects: ['p1'], afterLoss: [['dashboard', 'p1']] });
  await turns();
  hub.drop();
  expect(keys).toEqual([]);
  hub.restore();
  expect(keys).toEqual([...Object.values(CacheKeys).map((every) => every()), ['dashboard', 'p1']]);
  keys.length = 0;
  undo.pop()?.();
  hub.drop();
  hub.restore();
  expect(keys).toEqual([]);
});

it('while there is no connection, it is out of date as soon as there is one', () => {
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
