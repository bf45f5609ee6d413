/**
 * A page whose Content-Security-Policy allows next to nothing, with Trusted Types: its own scripts, one server, the
 * pictures of people, and the one policy that Lit makes. Every element is in use, and nothing is violated.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { connect } from '../../src/bus/nats/connect.js';
import { publishBuildEvent, publishFileEvent, publishRuntimeEvent } from '../../src/index.js';
import { launchChromium } from '../support/chromium.js';
import { type LocalServer, natsServer } from '../support/nats.js';
import { avatars, cursors } from './people.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The policy of docs/security.md, for this server. */
async function policy(server: string): Promise<string> {
  const text = await readFile(`${root}docs/security.md`, 'utf8');
  const meta = /<meta http-equiv="Content-Security-Policy"[^>]+>/.exec(text)?.[0] ?? '';
  expect(meta).toContain('trusted-types lit-html');
  return meta.replace(/wss:\/\/[^\s;]+/, server);
}

const PICTURE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const pageFor = (server: string, meta: string) => `<!doctype html>
${meta}
<title>A page</title>
<script type="module" src="./slate-events.js"></script>
<slate-room server="${server}" project="demo" user-name="Ada" user-avatar="${PICTURE}">
  <slate-status></slate-status>
  <slate-avatars></slate-avatars>
  <slate-cursors chat reactions="👍 🎉"></slate-cursors>
  <slate-feed project="demo"></slate-feed>
  <slate-build project="demo"></slate-build>
  <slate-log session="s1"></slate-log>
</slate-room>
<h1 id="title">Hello</h1><input id="field">`;

let browser: Browser;
let nats: LocalServer;
let site: Server;
let url: string;

beforeAll(async () => {
  [browser, nats] = await Promise.all([launchChromium(), natsServer()]);
  const strict = await policy(nats.wsUrl);
  site = createServer(({ url: path = '' }, answer) => {
    const [, script] = /\/(slate-[-a-z]+\.js)$/.exec(path) ?? [];
    const given = path.startsWith('/without/')
      ? strict.replace('trusted-types lit-html', "trusted-types 'none'")
      : strict;
    answer.setHeader('content-type', script ? 'text/javascript' : 'text/html');
    if (!script) answer.end(pageFor(nats.wsUrl, given));
    else void readFile(`${root}dist/${script}`).then((text) => answer.end(text));
  });
  await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  await browser.close();
  site.close();
  await nats.stop();
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

/** A page, what it violated, and what nothing in it caught. */
async function open(path = ''): Promise<{ page: Page; troubles: string[]; violations(): Promise<string[]> }> {
  const page = await (await browser.newContext()).newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(globalThis, { violations: seen });
    addEventListener('securitypolicyviolation', (event) => {
      if (event.blockedURI.endsWith('favicon.ico')) return; // the browser asks for it, not the page
      seen.push(
        `${event.effectiveDirective} ${event.blockedURI} ${event.sample} ${event.sourceFile}:${event.lineNumber}`,
      );
    });
  });
  await page.goto(`${url}${path}`);
  const violations = () => page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations);
  return { page, troubles, violations };
}

it('shows people, pointers, words and events, and violates nothing', async () => {
  const [ada, bob] = [await open(), await open()];
  for (const { page } of [ada, bob]) await expect.poll(() => avatars(page), { timeout: 10_000 }).toBe(2);
  await bob.page.mouse.move(100, 100);
  await bob.page.mouse.move(300, 200, { steps: 5 });
  await expect.poll(() => cursors(ada.page)).toBe(1);
  const pictured = () =>
    ada.page.evaluate(() => document.querySelector('slate-avatars')?.shadowRoot?.querySelector('img')?.naturalWidth);
  await expect.poll(pictured).toBe(1);

  await bob.page.keyboard.press('/');
  await bob.page.keyboard.type('over here');
  const said = (page: Page) => page.evaluate(() => document.querySelector('slate-cursors')?.shadowRoot?.textContent);
  await expect.poll(() => said(ada.page)).toContain('over here');
  await ada.page.evaluate(() => document.querySelector('slate-cursors')?.openMenu(document.body));
  const items = () =>
    ada.page.evaluate(
      () => document.querySelector('slate-cursors')?.shadowRoot?.querySelectorAll('[part=menu] button').length,
    );
  await expect.poll(items).toBeGreaterThan(0);

  const bus = await connect({ servers: nats.wsUrl });
  const timestamp = Date.now();
  await publishFileEvent({ type: 'created', projectId: 'demo', fileId: 'plan.md', userId: 'bob', timestamp }, { bus });
  await publishBuildEvent({ type: 'progress', projectId: 'demo', timestamp, data: { percent: 40 } }, { bus });
  const log = {
    type: 'log',
    sessionId: 's1',
    projectId: 'demo',
    timestamp,
    data: { message: 'a line of the log' },
  } as const;
  await publishRuntimeEvent(log, { bus });
  const shown = (element: string) =>
    ada.page.evaluate((name) => document.querySelector(name)?.shadowRoot?.textContent, element);
  await expect.poll(() => shown('slate-log')).toContain('a line of the log');
  await expect.poll(() => shown('slate-build')).toContain('40');
  await expect.poll(() => shown('slate-feed')).toContain('plan.md');
  await bus.close();

  expect([...(await ada.violations()), ...(await bob.violations())]).toEqual([]);
  expect([...ada.troubles, ...bob.troubles]).toEqual([]);
});

it('needs the policy lit-html: without it nothing is registered, and the browser says so', async () => {
  const { page, violations } = await open('without/');
  await expect.poll(violations).toEqual([expect.stringMatching(/^trusted-types .*lit-html/)]);
  expect(await page.evaluate(() => customElements.get('slate-room'))).toBeUndefined();
});
