/** V11: what a page makes of the answers of a token service. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { askToken } from '../../../elements/shared/ask-token.js';
import { roomWords } from '../../../elements/shared/english.js';
import { Speech } from '../../../elements/shared/speech.js';
import { troubleOf } from '../../../elements/shared/trouble.js';
import { TokenError } from '../../../src/index.js';
import { untyped } from '../../support/untyped.js';

const english = new Speech(untyped<Element>(null), roomWords);
const URL = 'https://app.example/token';
const fetched = vi.fn<typeof fetch>();
beforeEach(() => {
  fetched.mockReset();
  vi.stubGlobal('fetch', fetched);
});
afterEach(() => vi.unstubAllGlobals());

it('V11: gives the answer, and asks with the project and the file', async () => {
  fetched.mockResolvedValue(new Response('{"jwt":"a","seed":"b","expires":1,"server":"wss://c"}'));
  expect(await askToken(URL, { project: 'p1', file: 'f' })).toEqual({
    jwt: 'a',
    seed: 'b',
    expires: 1,
    server: 'wss://c',
  });
  const [url, init] = fetched.mock.calls[0] ?? [];
  expect(url).toBe(URL);
  expect(init).toMatchObject({ method: 'POST', credentials: 'include', body: '{"project":"p1","file":"f"}' });
});

it.each([
  [401, '{"error":"Log in first"}', 'refused', 'it answered with status 401: Log in first.'],
  [403, '', 'refused', 'it answered with status 403.'],
  [429, '{}', 'unusable', 'it answered with status 429.'],
  [500, '<html>', 'unusable', 'it answered with status 500.'],
  [200, '<html>', 'unusable', 'it answered with no JSON.'],
  [200, 'null', 'unusable', 'JSON without a text "jwt"'],
  [200, '[]', 'unusable', 'JSON without a text "jwt"'],
  [200, '{"jwt":""}', 'unusable', 'JSON without a text "jwt"'],
  [200, '{"jwt":"a","server":7}', 'unusable', 'a "server" that is no text'],
] as const)('V11: status %i with %j is an error in words', async (status, body, problem, message) => {
  fetched.mockResolvedValue(new Response(body, { status }));
  const error = await askToken(URL, {}).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TokenError);
  expect(error).toMatchObject({ name: 'TokenError', url: URL, problem });
  expect((error as Error).message).toContain(message);
  expect(troubleOf(error as TokenError, english)).toBe(roomWords[`token.${problem}`]);
});

it('V11: no answer is an error in words', async () => {
  fetched.mockRejectedValue(new TypeError('fetch failed'));
  const error = await askToken(URL, {}).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ problem: 'unreachable' });
  expect(troubleOf(error as TokenError, english)).toBe('cannot reach the login service, trying again');
});
