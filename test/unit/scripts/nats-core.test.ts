/** The cuts that the one-file builds make in the NATS client still fit the version that is installed. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { natsCore, replaceOnce } from '../../../scripts/nats-core.js';

const nats = await readFile(fileURLToPath(import.meta.resolve('nats.ws')), 'utf8');

it('cuts each part out of the installed nats.ws exactly once', () => {
  const cut = natsCore(nats);
  expect(cut.match(/contain only NATS core/g)).toHaveLength(3);
  expect(cut.length).toBeLessThan(nats.length - 20_000);
});

it('keeps what signs with a seed', () => {
  expect(natsCore(nats)).toContain('nacl.sign.detached = ');
});

it('refuses code that it has cut already, and so any version that looks different', () => {
  expect(() => natsCore(natsCore(nats))).toThrow('found it 0 times');
});

it('refuses a pattern that matches twice', () => {
  expect(() => replaceOnce('one two one', 'one', 'three')).toThrow('found it 2 times: one');
});
