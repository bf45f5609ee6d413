/** A plain HTML page that loads the one-file build, dist/slate.js, as its author would write it. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { JwtIssuer } from '../support/jwt.js';
import { type LocalServer, natsServer } from '../support/nats.js';
import { avatars, cursors, recordSlateErrors } from './people.js';

const dist = (name: string) => readFile(fileURLToPath(new URL(`../../dist/${name}`, import.meta.url)));
const program = (server: string) => `<!doctype html>
<title>A page</title>
<script type="module" src="./slate.js"></script>
<slate-room server="${server}" project="demo" user-name="Ada">
  <slate-avatars></slate-avatars>
  <slate-cursors chat></slate-cursors>
</slate-room>
<h1 id="title">Hello</h1>`;

/** A page whose text is shared and kept: no bundler, and no Yjs of its own. */
const note = (server: string) => `<!doctype html>
<title>A note</title>
<script type="module" src="./slate.js"></script>
<slate-room server="${server}" project="note" history>
  <textarea id="note"></textarea>
  <slate-text for="note"></slate-text>
</slate-room>`;

let browser: Browser;
let nats: LocalServer;
let site: Server;
let url: string;

beforeAll(async () => {
  [browser, nats] = await Promise.all([launchChromium(), natsServer({ jetstream: true })]);
  const [script, viewer, documents] = await Promise.all(
    ['slate.js', 'slate-viewer.js', 'slate-documents.js'].map((name) => dist(name)),
  );
  site = createServer(({ url: path }, answer) => {
    if (path?.endsWith('/slate.js')) answer.setHeader('content-type', 'text/javascript').end(script);
    else if (path === '/slate-viewer.js') answer.setHeader('content-type', 'text/javascript').end(viewer);
    else if (path === '/slate-documents.js') answer.setHeader('content-type', 'text/javascript').end(documents);
    else if (path?.endsWith('/note')) answer.setHeader('content-type', 'text/html').end(note(nats.wsUrl));
    else if (path?.endsWith('/')) answer.setHeader('content-type', 'text/html').end(program(nats.wsUrl));
    else answer.writeHead(404).end();
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

it('shows two browsers to each other, and the pointer of one in the other', async () => {
  const open = async () => {
    const page = await (await browser.newContext()).newPage();
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on(
      'console',
      (line) => line.type() === 'error' && !line.text().includes('favicon') && troubles.push(line.text()),
    );
    await page.goto(url);
    return { page, troubles };
  };
  const [ada, bob] = [await open(), await open()];
  for (const { page } of [ada, bob]) await expect.poll(() => avatars(page), { timeout: 10_000 }).toBe(2);
  await bob.page.mouse.move(100, 100);
  await bob.page.mouse.move(300, 200, { steps: 5 });
  await expect.poll(() => cursors(ada.page)).toBe(1);
  expect([...ada.troubles, ...bob.troubles].filter((line) => !/404/.test(line))).toEqual([]);
});

it('loads the viewer, the file beside it, when the page enables a feature of it', async () => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  await expect.poll(() => avatars(page)).toBeGreaterThan(0);
  const bubble = () =>
    page.evaluate(() => document.querySelector('slate-cursors')?.shadowRoot?.querySelector('[part=bubble]') !== null);
  await expect.poll(bubble).toBe(true);
  await page.evaluate(() => document.querySelector('slate-cursors')?.openMenu(document.body));
  const items = () =>
    page.evaluate(
      () => document.querySelector('slate-cursors')?.shadowRoot?.querySelectorAll('[part=menu] button').length,
    );
  expect(await items()).toBe(5);
});

it('reports in one error that the viewer is missing, and still draws pointers', async () => {
  const open = async () => {
    const page = await (await browser.newContext()).newPage();
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(error.message));
    const errors = await recordSlateErrors(page);
    await page.goto(`${url}alone/`);
    return { page, troubles, errors: async () => (await errors()).map(({ name }) => name) };
  };
  const [ada, bob] = [await open(), await open()];
  for (const { page } of [ada, bob]) await expect.poll(() => avatars(page), { timeout: 10_000 }).toBe(2);
  await bob.page.mouse.move(100, 100);
  await bob.page.mouse.move(300, 200, { steps: 5 });
  await expect.poll(() => cursors(ada.page)).toBe(1);
  await expect.poll(ada.errors).toEqual(['PartMissingError']);
  const followed = await ada.page.evaluate(() => document.querySelector('slate-cursors')?.follow('nobody'));
  expect([followed, await ada.errors(), ada.troubles]).toEqual([false, ['PartMissingError'], []]);
});

it('shares the text of a field, keeps it, and loads the file of documents for that', async () => {
  const open = async () => {
    const page = await (await browser.newContext()).newPage();
    const loaded: string[] = [];
    const troubles: string[] = [];
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (line) => ['error', 'warning'].includes(line.type()) && troubles.push(line.text()));
    await page.goto(`${url}note`);
    await page.waitForFunction(() => document.querySelector('slate-room')?.room?.documents.status.synced);
    return { page, loaded, troubles };
  };
  const saved = (page: Page) =>
    expect
      .poll(() => page.evaluate(() => document.querySelector('slate-room')?.room?.documents.status.state))
      .toBe('saved');
  const [ada, bob] = [await open(), await open()];
  await ada.page.locator('#note').pressSequentially('Milk, bread');
  await expect.poll(() => bob.page.inputValue('#note')).toBe('Milk, bread');
  await bob.page.locator('#note').press('Control+End');
  await bob.page.locator('#note').pressSequentially(', tea');
  await expect.poll(() => ada.page.inputValue('#note')).toBe('Milk, bread, tea');
  await Promise.all([saved(ada.page), saved(bob.page)]);
  await Promise.all([ada, bob].map(({ page }) => page.context().close()));
  const eve = await open();
  await expect.poll(() => eve.page.inputValue('#note')).toBe('Milk, bread, tea');
  expect(eve.loaded.filter((path) => path !== '/favicon.ico')).toEqual(['/note', '/slate.js', '/slate-documents.js']);
  const troubles = [ada, bob, eve].flatMap((one) => one.troubles);
  expect(troubles.filter((line) => !/404/.test(line))).toEqual([]); // the icon; and Yjs warns where it is loaded twice
});

it('reports in one error that the file of documents is missing, and the page goes on', async () => {
  const page = await (await browser.newContext()).newPage();
  const errors = await recordSlateErrors(page);
  await page.goto(`${url}alone/note`);
  await expect.poll(async () => (await errors()).map(({ name }) => name)).toEqual(['PartMissingError']);
  await page.locator('#note').pressSequentially('Still here');
  expect(await page.inputValue('#note')).toBe('Still here');
});

it('counts two tabs of one browser as one person, and draws no cursor for the other tab', async () => {
  const context = await browser.newContext();
  const [one, two] = [await context.newPage(), await context.newPage()];
  for (const page of [one, two]) await page.goto(url);
  await one.waitForFunction(() => document.querySelector('slate-room')?.room?.self.sessions.length === 2);
  await expect.poll(() => avatars(one)).toBe(1); // the people of the previous test have left
  await two.mouse.move(200, 200, { steps: 4 });
  const sessions = (page: Page) =>
    page.evaluate(() => document.querySelector('slate-room')?.room?.self.sessions.length);
  await expect.poll(() => sessions(two)).toBe(2);
  expect(await cursors(one)).toBe(0);
});

it('signs with a seed: the cuts in the NATS client remove nothing that a connection needs', async () => {
  const issuer = new JwtIssuer();
  await using server = await natsServer({ config: issuer.config });
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  const connects = (seed: string) => {
    const options = { servers: server.wsUrl, jwt: issuer.jwt(), seed };
    return page.evaluate(`import('./slate.js').then(async ({ connect }) => {
      const bus = await connect(${JSON.stringify(options)});
      await bus.flush();
      await bus.close();
      return true;
    })`);
  };
  expect(await connects(issuer.seed)).toBe(true);
  await expect(connects(new JwtIssuer().seed)).rejects.toThrow('AuthenticationError');
});
