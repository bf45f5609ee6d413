/**
 * V11: `slate tokens` as a process, with real requests over HTTP, from a login to a connection: what it gives, what it
 * refuses, and what it tells of it.
 */
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployed, deploy, environmentIn, rawClient } from '../support/deployment.js';
import { freePort } from '../support/ports.js';
import { buildPrograms, type Program, type Programs } from '../support/program.js';
import { type Folder, makeFolder } from '../support/snippets.js';
import { until, within } from '../support/wait.js';

const CLI = 'src/service/cli';
/** The app's login, for the test: the cookie says what it does. */
const AUTHORIZE = `
const never = new Promise(() => undefined);
export default async ({ headers, body, address }) => {
  const user = /user=([^;]+)/.exec(headers.get('cookie') ?? '')?.[1];
  if (user === undefined) return null;
  if (user === 'hangs') return never;
  if (user === 'throws') throw new Error('the database is down\\nand more');
  if (user === 'nonsense') return 'yes';
  if (user === 'admin') return { user, project: 'p1', role: 'admin' };
  if (user === 'nobody') return { user: '', project: 'p1', role: 'writer' };
  if (user === 'where') return { user: address, project: 'p1', role: 'viewer' };
  return { user, project: body.project, role: 'writer' };
};
`;

let server: Deployed;
let programs: Programs;
let folder: Folder;
let env: Record<string, string>;
let authorize: string;

beforeAll(async () => {
  [server, programs, folder] = await Promise.all([deploy(), buildPrograms([CLI]), makeFolder('tokens')]);
  authorize = await folder.write('authorize.mjs', AUTHORIZE);
  env = await environmentIn(server.dir);
}, 120_000);
afterAll(async () => {
  await programs[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

interface Running {
  readonly url: string;
  readonly program: Program;
}

async function start(...args: string[]): Promise<Running> {
  const program = programs.run(CLI, ['tokens', '--authorize', authorize, '--listen', '127.0.0.1:0', ...args], env);
  const at = () => /Giving tokens at (\S+)/.exec(program.stderr())?.[1];
  return { program, url: await until(at, { what: 'the address', deadlineMs: 20_000 }) };
}

async function stop({ program }: Running): Promise<void> {
  program.process.kill('SIGTERM');
  expect(await within(program.ended, 'the end', 20_000)).toBe(0);
}

const ask = (url: string, user?: string, init: RequestInit = {}) =>
  fetch(url, {
    method: 'POST',
    body: JSON.stringify({ project: 'p1' }),
    ...init,
    headers: { ...(user !== undefined && { cookie: `user=${user}` }), ...init.headers },
  });

describe('an endpoint for tokens', () => {
  let running: Running;
  beforeAll(async () => {
    running = await start('--origin', 'https://app.example.com', '--timeout', '0.3', '--ttl', '60');
  });
  afterAll(() => stop(running));

  it('gives a token for the project of the question, with which the page connects, and says so', async () => {
    const response = await ask(running.url, 'ada');
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const token = (await response.json()) as { jwt: string; seed: string; expires: number; server: string };
    expect(Object.keys(token)).toEqual(['jwt', 'seed', 'expires', 'server']);
    expect(token.expires).toBeGreaterThan(Date.now());
    expect(token.expires).toBeLessThanOrEqual(Date.now() + 60_000);
    expect(token.server).toBe(server.url);
    const { nc, refused } = await rawClient({ url: token.server, ca: server.ca }, token);
    nc.publish('slate.collab.presence.p1.ada');
    nc.publish('slate.collab.presence.p1.bob');
    await nc.flush();
    await nc.flush();
    expect(refused).toEqual(['publish slate.collab.presence.p1.bob']);
    await nc.close();
    const line = /^\d\d:\d\d:\d\d {2}ada {2}writer {2}(U[A-Z2-7]{55}) {2}until \d\d:\d\d:\d\d$/m;
    expect(await until(() => line.exec(running.program.stdout())?.[1], { what: 'the line' })).toBeDefined();
  });

  it.each([
    ['without a login', undefined, 401, 'log in first'],
    ['with a login that throws', 'throws', 500, 'could not be checked'],
    ['with a login that hangs', 'hangs', 500, 'could not be checked'],
    ['with a login that says nonsense', 'nonsense', 500, 'could not be checked'],
    ['with a login that names no role', 'admin', 500, 'could not be checked'],
    ['with a login that names an empty user', 'nobody', 500, 'could not be checked'],
  ])('gives none %s', async (_, user, status, words) => {
    const response = await ask(running.url, user);
    expect(response.status).toBe(status);
    expect(((await response.json()) as { error: string }).error).toContain(words);
  });

  it('tells why a login failed, in one line each, counted', async () => {
    await Promise.all(Array.from({ length: 5 }, () => ask(running.url, 'throws')));
    const told = /because authorize failed: the database is down\\u000aand more \(\d times\)/;
    await until(() => told.test(running.program.stderr()), { what: 'the count', deadlineMs: 15_000 });
    for (const words of [
      'it gave no answer within 300 ms',
      'it must return { user, project, role }',
      'must be one of',
    ]) {
      await until(() => running.program.stderr().includes(words), { what: words });
    }
  });

  it.each([
    ['no JSON', '{', 400],
    ['a list', '[]', 400],
    ['a text', '"p1"', 400],
    ['null', 'null', 400],
    ['more than 16 KiB', JSON.stringify({ project: 'p'.repeat(20_000) }), 413],
  ])('refuses a body that is %s', async (_, body, status) => {
    const response = await ask(running.url, 'ada', { body });
    expect(response.status).toBe(status);
    expect(Object.keys((await response.json()) as object)).toEqual(['error']);
  });

  it('refuses a project that is none, as a login that failed', async () => {
    for (const project of [undefined, '', 5, ['p1'], { toString: 1 }]) {
      expect((await ask(running.url, 'ada', { body: JSON.stringify({ project }) })).status).toBe(500);
    }
    expect((await ask(running.url, 'ada', { body: '' })).status).toBe(500);
  });

  it('takes POST alone, and says that it is there', async () => {
    const get = await fetch(running.url);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    expect(await (await fetch(`${running.url}/health`)).json()).toEqual({ status: 'ok' });
  });

  it('lets the pages of the list ask, with their cookies, and those of its own origin, and no others', async () => {
    const from = (origin: string, method = 'POST') =>
      new Promise<{ status: number | undefined; allowed: string | undefined }>((resolve, reject) => {
        const headers = { origin, cookie: 'user=ada' };
        const asking = httpRequest(running.url, { method, headers }, (response) => {
          response.resume();
          const allowed = response.headers['access-control-allow-origin'];
          response.on('end', () => resolve({ status: response.statusCode, allowed }));
        });
        asking.on('error', reject).end(method === 'POST' ? '{"project":"p1"}' : undefined);
      });
    const app = 'https://app.example.com';
    expect(await from(app)).toEqual({ status: 200, allowed: app });
    expect(await from(app, 'OPTIONS')).toEqual({ status: 204, allowed: app });
    expect(await from(running.url)).toEqual({ status: 200, allowed: running.url });
    for (const origin of [
      'https://evil.example',
      'https://app.example.com.evil.example',
      'http://app.example.com',
      'null',
    ]) {
      expect(await from(origin)).toEqual({ status: 403, allowed: undefined });
      expect(await from(origin, 'OPTIONS')).toEqual({ status: 403, allowed: undefined });
    }
  });

  it('prints no secret', async () => {
    await ask(running.url, 'ada', { headers: { cookie: 'user=ada; session=geheim' } });
    const said = running.program.stdout() + running.program.stderr();
    expect(said).not.toMatch(/geheim|eyJ|\bS[AUO][A-Z2-7]{20}/);
  });
});

it('gives each user so many tokens a minute, and each address so many answers', async () => {
  const running = await start('--per-user', '2', '--per-address', '4', '--json');
  const statuses: number[] = [];
  for (const user of ['ada', 'ada', 'ada', 'bob', 'bob']) {
    const response = await ask(running.url, user);
    statuses.push(response.status);
    if (response.status === 429) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect(statuses).toEqual([200, 200, 429, 200, 429]);
  const lines = running.program.lines().map((line) => JSON.parse(line));
  expect(lines).toMatchObject(
    ['ada', 'ada', 'bob']
      .map((user) => ({ user, role: 'writer', key: /^U/ }))
      .map(({ user, role }) => ({ user, role })),
  );
  await stop(running);
});

it('believes a proxy what address it names, only where there is one', async () => {
  const named = { headers: { 'x-forwarded-for': '6.6.6.6, 10.1.2.3' } };
  for (const [args, address] of [
    [[], '127.0.0.1'],
    [['--behind-proxy'], '10.1.2.3'],
  ] as const) {
    const running = await start(...args, '--json');
    expect((await ask(running.url, 'where', named)).status).toBe(200);
    const line = await until(() => running.program.lines()[0], { what: 'the line' });
    expect(JSON.parse(line).user).toBe(address);
    await stop(running);
  }
});

it('answers over HTTPS with a certificate', async () => {
  const files = ['--cert', `${server.dir}/tls/cert.pem`, '--cert-key', `${server.dir}/tls/key.pem`];
  const running = await start(...files);
  expect(running.url).toMatch(/^https:/);
  const trusting = { NODE_EXTRA_CA_CERTS: server.ca, URL: running.url.replace('127.0.0.1', 'localhost') };
  const page = await folder.write(
    'health.mjs',
    'process.stdout.write(await (await fetch(process.env.URL + "/health")).text());',
  );
  const { execFile } = await import('node:child_process');
  const said = await new Promise((resolve) => {
    execFile(process.execPath, [page], { env: { ...process.env, ...trusting } }, (_, stdout) => resolve(stdout));
  });
  expect(said).toBe('{"status":"ok"}');
  await stop(running);
});

it('has an exit code and a message for each error', async () => {
  const taken = await start();
  const noFunction = await folder.write('none.mjs', 'export const authorize = 1;');
  const broken = await folder.write('broken.mjs', 'export default (');
  const port = await freePort();
  const args = ['--authorize', authorize, '--listen', `127.0.0.1:${port}`];
  const cases: [string[], NodeJS.ProcessEnv, number, RegExp][] = [
    [[], env, 2, /needs --authorize/],
    [args, {}, 2, /SLATE_SIGNING_SEED is not set/],
    [args, { ...env, SLATE_ACCOUNT: '' }, 2, /SLATE_ACCOUNT is not set/],
    [args, { ...env, SLATE_SIGNING_SEED: 'x' }, 2, /"account.seed" must be a key of an account/],
    [['--authorize', 'nowhere.mjs'], env, 2, /could not be loaded/],
    [['--authorize', broken], env, 2, /could not be loaded/],
    [['--authorize', noFunction], env, 2, /no function as its default export/],
    [[...args, '--ttl', '5'], env, 2, /--ttl must be a whole number from 10 to 86400/],
    [[...args, '--origin', '*'], env, 2, /is no origin of pages/],
    [[...args, '--per-user', '0'], env, 2, /--per-user/],
    [[...args, '--cert', authorize], env, 2, /belong together/],
    [[...args, '--cert', authorize, '--cert-key', authorize], env, 2, /are no certificate/],
    [[...args, '--listen', 'here'], env, 2, /must be HOST:PORT/],
    [[...args, '--listen', taken.url.slice('http://'.length)], env, 1, /Nobody can listen at .*EADDRINUSE/],
    [[...args, '--colour'], env, 2, /Unknown option/],
  ];
  for (const [given, variables, code, words] of cases) {
    const program = programs.run(CLI, ['tokens', ...given], variables);
    expect(await within(program.ended, `the end of ${given}`, 20_000), given.join(' ')).toBe(code);
    expect(program.stderr()).toMatch(words);
    expect(program.stderr()).not.toMatch(/\n\s+at |\bS[AUO][A-Z2-7]{20}/); // no stack, no seed
    expect(program.stdout()).toBe('');
  }
  await stop(taken);
}, 60_000);
