/** V10, V11: `<slate-room token-url>` on a page, with a token service and a server that takes only its tokens. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { SlateRoom } from '../../elements/index.js';
import { launchChromium } from '../support/chromium.js';
import { JwtIssuer } from '../support/jwt.js';
import { type LocalServer, natsServer } from '../support/nats.js';
import { until } from '../support/wait.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const long = { timeout: 30_000 };

const issuer = new JwtIssuer();
let browser: Browser;
let nats: LocalServer;
let site: Server;
let url: string;
/** What the token service does: `null` where nobody is logged in. */
let lifeMs: number | null = null;
/** What it was asked with. */
let asked: unknown[] = [];
let pageText = '';

beforeAll(async () => {
  [browser, nats] = await Promise.all([launchChromium(), natsServer({ config: issuer.config })]);
  site = createServer((request, answer) => {
    const [, script] = /\/(slate[-a-z]*\.js)$/.exec(request.url ?? '') ?? [];
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        asked.push({ ...JSON.parse(body), cookie: request.headers.cookie });
        answer.statusCode = lifeMs === null ? 401 : 200;
        answer.setHeader('content-type', 'application/json');
        answer.end(JSON.stringify(lifeMs === null ? { error: 'Log in first' } : token(lifeMs)));
      });
      return;
    }
    answer.setHeader('content-type', script ? 'text/javascript' : 'text/html');
    answer.setHeader('set-cookie', 'session=ada');
    if (!script) answer.end(`<!doctype html><script type="module" src="./slate.js"></script>${pageText}`);
    else void readFile(`${root}dist/${script}`).then((text) => answer.end(text));
  });
  await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
});

afterAll(async () => {
  site?.close();
  await Promise.all([browser?.close(), nats?.stop()]);
});

const token = (ms: number) => ({
  jwt: issuer.jwt(ms, { name: 'ada', tags: ['slate', 'project:p1', 'role:writer'] }),
  seed: issuer.seed,
  expires: Date.now() + ms,
  server: nats.wsUrl,
});

/** Opens the markup; `window.counts` has a number for each change of the status, and each time that a room is left. */
async function open(markup: string): Promise<Page> {
  asked = [];
  pageText = `<script>
    window.slateErrors = [];
    window.counts = [];
    for (const type of ['slate-status', 'slate-leave']) addEventListener(type, () => counts.push(1));
    addEventListener('slate-error', ({ error: { name, message } }) => slateErrors.push({ name, message }));
  </script>${markup}`;
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  await page.goto(url);
  return page;
}

const joined = (page: Page) =>
  page.waitForFunction(
    () => [...document.querySelectorAll<SlateRoom>('slate-room')].every((each) => each.status === 'connected'),
    undefined,
    long,
  );
const shown = (page: Page, words: string) =>
  page.waitForFunction(
    (wanted) => document.querySelector('slate-status')?.shadowRoot?.textContent?.includes(wanted),
    words,
    long,
  );

it('V11: asks until the user is logged in, says why meanwhile, and joins as the user of the token', async () => {
  lifeMs = null;
  const room = (file: string) =>
    `<slate-room token-url="/token" project="p1" file="${file}"><slate-status></slate-status></slate-room>`;
  const page = await open(room('a'));
  await shown(page, 'not logged in, or not permitted');
  expect(await page.evaluate(() => window.slateErrors)).toEqual([
    { name: 'TokenError', message: 'There is no token from /token: it answered with status 401: Log in first.' },
  ]);
  lifeMs = 600_000;
  await joined(page);
  expect(await page.evaluate(() => document.querySelector<SlateRoom>('slate-room')?.room?.self.user)).toMatchObject({
    id: 'ada',
    name: 'ada',
  });
  expect(asked.at(-1)).toEqual({ project: 'p1', file: 'a', cookie: 'session=ada' });
  // Another room of the project shares the connection and its token, one of another project does not.
  const connections = async () => ((await (await fetch(`${nats.monitorUrl}/connz`)).json()) as { total: number }).total;
  const { length } = asked;
  await page.evaluate((markup) => document.body.insertAdjacentHTML('beforeend', markup), room('b'));
  await joined(page);
  expect(asked).toHaveLength(length);
  expect(await connections()).toBe(1);
  await page.evaluate((markup) => document.body.insertAdjacentHTML('beforeend', markup), room('c').replace('p1', 'p2'));
  await joined(page);
  expect(await connections()).toBe(2);
});

it('V10: renews tokens without a sign of it; a logout shows when the last one ends, and a login ends that', async () => {
  lifeMs = 6000;
  const page = await open(
    `<slate-room token-url="/token" server="${nats.wsUrl}" project="p1"><slate-status></slate-status></slate-room>`,
  );
  await joined(page);
  await page.evaluate(() => window.counts.splice(0));
  const before = asked.length;
  await until(() => asked.length >= before + 3, { what: 'three renewals', deadlineMs: 30_000 });
  expect(await page.evaluate(() => [window.counts, window.slateErrors])).toEqual([[], []]);
  lifeMs = null;
  await shown(page, 'Reconnecting: not logged in, or not permitted');
  lifeMs = 600_000;
  await joined(page);
});

it('joins with a user and a password, and anew with another one', async () => {
  await using guarded = await natsServer({
    config: 'authorization { users: [{ user: ada, password: one }, { user: bob, password: two }] }',
  });
  const page = await open(
    `<slate-room server="${guarded.wsUrl}" user="ada" password="one" user-id="u" project="p1"></slate-room>`,
  );
  await joined(page);
  expect(await page.evaluate(() => document.querySelector<SlateRoom>('slate-room')?.room?.self.user.id)).toBe('u');
  await page.evaluate(() => {
    window.counts = [];
    document.querySelector('slate-room')?.addEventListener('slate-join', () => window.counts.push(7));
    Object.assign(document.querySelector('slate-room') ?? {}, { user: 'bob', password: 'two' });
  });
  await page.waitForFunction(() => window.counts.includes(7), undefined, long);
  expect(await page.evaluate(() => window.counts.filter((count) => count === 7))).toEqual([7]);
});
