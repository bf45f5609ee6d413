/**
 * identity="tab" in real windows: a duplicated one starts with a copy of the storage of the first. In a page that came
 * by `http:` from another machine there are no Web Locks.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM_ARGS, launchChromium } from '../support/chromium.js';
import { type LocalServer, natsServer } from '../support/nats.js';

const html = (server: string) => `<!doctype html>
<title>A page</title>
<script type="module" src="/slate.js"></script>
<slate-room server="${server}" project="demo" identity="tab"><slate-avatars></slate-avatars></slate-room>`;
const framed = '<!doctype html><title>A page</title><iframe src="/"></iframe>';

let browser: Browser;
let nats: LocalServer;
let site: Server;
let port: number;

beforeAll(async () => {
  const args = [...CHROMIUM_ARGS, '--host-resolver-rules=MAP page.test 127.0.0.1'];
  [browser, nats] = await Promise.all([launchChromium({ args }), natsServer()]);
  const script = await readFile(fileURLToPath(new URL('../../dist/slate.js', import.meta.url)));
  site = createServer(({ url }, answer) => {
    if (url === '/slate.js') answer.setHeader('content-type', 'text/javascript').end(script);
    else if (url === '/') answer.setHeader('content-type', 'text/html').end(html(nats.wsUrl));
    else if (url === '/framed') answer.setHeader('content-type', 'text/html').end(html(nats.wsUrl) + framed);
    else answer.setHeader('content-type', 'text/html').end('<!doctype html><title>Another page</title>');
  });
  await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening));
  port = (site.address() as AddressInfo).port;
});
afterAll(async () => {
  await browser.close();
  site.close();
  await nats.stop();
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

/** The id of the user on this page, once the room is joined. */
async function user(page: Page): Promise<string> {
  const joined = await page.waitForFunction(() => document.querySelector('slate-room')?.room?.self.user.id);
  return (await joined.jsonValue()) as string;
}

const kept = (page: Page) => page.evaluate(() => JSON.parse(sessionStorage.getItem('slate-user') ?? '{}').id);

/** How many people this page sees. */
const people = (page: Page) => page.evaluate(() => document.querySelector('slate-room')?.room?.members.length);

/** Opens a window as a browser duplicates one: with a copy of the storage. */
async function duplicate(context: BrowserContext, page: Page): Promise<Page> {
  const [opened] = await Promise.all([
    context.waitForEvent('page'),
    page.evaluate(() => void window.open(location.href)),
  ]);
  return opened;
}

describe.each([
  ['with Web Locks', '127.0.0.1', true],
  ['without Web Locks', 'page.test', false],
])('identity="tab" %s', (_, host, locks) => {
  const start = async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`http://${host}:${port}/`);
    expect(await page.evaluate(() => 'locks' in navigator)).toBe(locks);
    return { context, page };
  };

  it('property 12: makes a duplicated window another user, and each sees the other', async () => {
    const { context, page } = await start();
    const first = await user(page);
    const copies = [await duplicate(context, page), await duplicate(context, page)];
    const ids = [first, ...(await Promise.all(copies.map(user)))];
    expect(new Set(ids).size).toBe(3);
    for (const one of [page, ...copies]) {
      await expect.poll(() => people(one)).toBe(3);
      expect(ids).toContain(await kept(one));
      expect(await kept(one)).toBe(await user(one));
    }
  });

  it('keeps the user of each window through reloads', async () => {
    const { context, page } = await start();
    const copy = await duplicate(context, page);
    const ids = [await user(page), await user(copy)];
    for (let round = 0; round < 3; round++) {
      await Promise.all([page.reload(), copy.reload()]);
      expect([await user(page), await user(copy)]).toEqual(ids);
    }
    await page.goto(`http://${host}:${port}/other`);
    await page.goBack();
    expect(await user(page)).toBe(ids[0]);
  });

  it('makes a window that comes back another user, where its copy has taken its user', async () => {
    const { context, page } = await start();
    const first = await user(page);
    await page.goto(`http://${host}:${port}/other`);
    const [copy] = await Promise.all([context.waitForEvent('page'), page.evaluate(() => void window.open('/'))]);
    expect(await user(copy)).toBe(first);
    await page.goBack();
    expect(await user(page)).not.toBe(first);
    await expect.poll(() => people(page)).toBe(2);
    expect(await user(copy)).toBe(first);
  });

  it('does the same with a window that comes out of the back/forward cache', async () => {
    // Playwright starts Chromium without that cache, so the page is told what a browser says (lives.test.ts has it).
    const { context, page } = await start();
    const first = await user(page);
    const tell = (type: string) =>
      page.evaluate((name) => void dispatchEvent(new PageTransitionEvent(name, { persisted: true })), type);
    await tell('pagehide');
    await tell('pageshow');
    await expect.poll(() => people(page)).toBe(1);
    expect(await user(page)).toBe(first);
    await tell('pagehide');
    const copy = await duplicate(context, page);
    expect(await user(copy)).toBe(first);
    await tell('pageshow');
    await page.waitForFunction((id) => {
      const room = document.querySelector('slate-room')?.room;
      return room && room.self.user.id !== id && room.members.length === 2;
    }, first);
    expect(await kept(page)).toBe(await user(page));
    expect(await user(copy)).toBe(first);
  });
});

it('a page and a frame of it in one tab are one user', async () => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`http://127.0.0.1:${port}/framed`);
  const first = await user(page);
  const frame = page.frames().find((one) => one !== page.mainFrame());
  const inner = await frame?.waitForFunction(() => document.querySelector('slate-room')?.room?.self.user.id);
  expect(await inner?.jsonValue()).toBe(first);
  await page.reload();
  expect(await user(page)).toBe(first);
});
