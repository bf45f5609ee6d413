/** A plain HTML page that loads the one-file build, dist/slate.js, as its author would write it. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { nkeys } from 'nats.ws';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
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

let browser: Browser;
let nats: LocalServer;
let site: Server;
let url: string;

beforeAll(async () => {
  [browser, nats] = await Promise.all([launchChromium(), natsServer()]);
  const [script, viewer] = await Promise.all([dist('slate.js'), dist('slate-viewer.js')]);
  site = createServer(({ url: path }, answer) => {
    if (path?.endsWith('/slate.js')) answer.setHeader('content-type', 'text/javascript').end(script);
    else if (path === '/slate-viewer.js') answer.setHeader('content-type', 'text/javascript').end(viewer);
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
  const user = nkeys.createUser();
  const key = `authorization { users: [{ nkey: ${user.getPublicKey()} }] }`;
  await using server = await natsServer({ config: key });
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  const connects = (seed: string) => {
    const options = { servers: server.wsUrl, jwt: 'none, as this server keeps keys', seed };
    return page.evaluate(`import('./slate.js').then(async ({ connect }) => {
      const bus = await connect(${JSON.stringify(options)});
      await bus.flush();
      await bus.close();
      return true;
    })`);
  };
  const text = (seed: Uint8Array) => new TextDecoder().decode(seed);
  expect(await connects(text(user.getSeed()))).toBe(true);
  await expect(connects(text(nkeys.createUser().getSeed()))).rejects.toThrow('AuthenticationError');
});
