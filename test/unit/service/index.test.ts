/** The entry `slate-collab/service`: an author can branch on every error that its functions reject with. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as service from '../../../src/service/index.js';

const FILES = [
  'documents/start',
  'documents/types',
  'local-server',
  'nats-server',
  'config/server-config',
  'work/cancel',
  'work/enqueue',
  'work/worker',
  'work/types',
];

it.each(FILES)('exports the errors that the docstrings of %s name', (file) => {
  const source = readFileSync(new URL(`../../../src/service/${file}.ts`, import.meta.url), 'utf8');
  const named = [...source.matchAll(/\{@link (\w+Error)\}/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(0);
  expect(Object.keys(service)).toEqual(expect.arrayContaining(named));
});
