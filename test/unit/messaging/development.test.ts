/** Whether the program runs in development: by NODE_ENV, else by the address of the page. */
import { afterEach, expect, it, vi } from 'vitest';
import { inDevelopment } from '../../../src/messaging/development.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

it.each([
  ['production', false],
  ['development', true],
  ['test', true],
])('NODE_ENV %s: %s', (mode, expected) => {
  vi.stubEnv('NODE_ENV', mode);
  vi.stubGlobal('location', { hostname: expected ? 'example.com' : 'localhost' }); // must not matter
  expect(inDevelopment()).toBe(expected);
});

it.each([
  ['localhost', true],
  ['app.localhost', true],
  ['127.0.0.1', true],
  ['[::1]', true],
  ['example.com', false],
  ['localhost.example.com', false],
  ['', false],
])('a page without a bundler, from %j: %s', (hostname, expected) => {
  vi.stubGlobal('process', undefined);
  vi.stubGlobal('location', { hostname });
  expect(inDevelopment()).toBe(expected);
});

it('without NODE_ENV and without an address: false', () => {
  vi.stubGlobal('process', undefined);
  expect(inDevelopment()).toBe(false);
});
