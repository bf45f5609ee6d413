/** A form that two people fill in at a time, and a note they write, in a plain page, through a real server. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { type LocalServer, natsServer } from '../support/nats.js';

const markup = (server: string) => `<!doctype html>
<html lang="en"><title>An order</title>
<script type="module" src="./slate.js"></script>
<slate-room server="${server}" project="order" history>
  <slate-avatars></slate-avatars>
  <slate-fields for="order"></slate-fields>
  <slate-text for="note"></slate-text>
</slate-room>
<form id="order">
  <p><label>Name <input name="name"></label></p>
  <p><label>Card <input name="card" autocomplete="cc-number"></label></p>
  <p><button type="button">Send</button></p>
</form>
<p><label>Note <textarea id="note" rows="5"></textarea></label></p>
</html>`;

let browser: Browser;
let nats: LocalServer;
let site: Server;

beforeAll(async () => {
  [browser, nats] = await Promise.all([launchChromium(), natsServer({ jetstream: true })]);
  site = createServer(async ({ url: path = '/' }, answer) => {
    if (path === '/') {
      answer.setHeader('content-type', 'text/html').end(markup(nats.wsUrl));
      return;
    }
    const file = await readFile(fileURLToPath(new URL(`../../dist${path}`, import.meta.url))).catch(() => undefined);
    if (file) answer.setHeader('content-type', 'text/javascript').end(file);
    else answer.writeHead(404).end();
  });
  await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  await browser.close();
  site.close();
  await nats.stop();
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

/** Opens the page as this person. `sent`: all that its sockets have sent, as text. */
async function open(name: string) {
  const page = await (await browser.newContext({ viewport: { width: 700, height: 600 } })).newPage();
  const troubles: string[] = [];
  const sent: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(payload.toString())));
  await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
  await page.waitForFunction(() => document.querySelector('slate-room')?.room?.documents.status.synced);
  await page.evaluate((given) => document.querySelector('slate-room')?.room?.setUser({ name: given }), name);
  return { page, troubles, sent };
}

/** Whose rings are in sight, and around which control each lies. */
const rings = (page: Page) =>
  page.evaluate(() => {
    const names = new Map(
      document.querySelector('slate-room')?.room?.members.map(({ user }) => [user.id, user.name] as const),
    );
    const all = document.querySelector('slate-fields')?.shadowRoot?.querySelectorAll<HTMLElement>('[part=ring]');
    return [...(all ?? [])]
      .filter((ring) => ring.checkVisibility({ visibilityProperty: true }))
      .map((ring) => {
        const { left, top, width, height } = ring.getBoundingClientRect();
        const under = document.elementFromPoint(left + width / 2, top + height / 2);
        return `${names.get(ring.dataset.user ?? '')}: ${under?.getAttribute('name') ?? under?.localName}`;
      });
  });

const label = (page: Page, name: string) =>
  page.evaluate((who) => {
    const all = document.querySelector('slate-avatars')?.shadowRoot?.querySelectorAll('[part=avatar]') ?? [];
    return [...all].map((one) => one.getAttribute('aria-label') ?? '').find((text) => text.startsWith(who));
  }, name);

it('shows each in which field the other is, and nothing of a private one', async () => {
  const [ada, bob] = [await open('Ada'), await open('Bob')];
  await bob.page.locator('[name=name]').click();
  await expect.poll(() => rings(ada.page)).toEqual(['Bob: name']);
  await bob.page.keyboard.type('Robert');
  await expect.poll(() => label(ada.page, 'Bob')).toContain('typing');
  await ada.page.locator('button').focus();
  await expect.poll(() => rings(bob.page)).toEqual(['Ada: button']);
  bob.sent.length = 0;
  await bob.page.locator('[name=card]').click();
  await bob.page.keyboard.type('4111');
  await expect.poll(() => rings(ada.page)).toEqual([]);
  expect(await label(ada.page, 'Bob')).not.toContain('typing');
  expect(bob.sent.join()).not.toMatch(/4111|Robert|card/);
  await bob.page.keyboard.press('Tab');
  await expect.poll(() => rings(ada.page)).toEqual(['Bob: button']);
  await bob.page.close();
  await expect.poll(() => rings(ada.page), { timeout: 10_000 }).toEqual([]);
  expect([...ada.troubles, ...bob.troubles]).toEqual([]);
});

it('W3: shows who writes in a shared text, in which line, and how much they have selected', async () => {
  const [ada, bob] = [await open('Ada'), await open('Bob')];
  await bob.page.locator('#note').click();
  await bob.page.keyboard.type('one\ntwo\nthree');
  await expect.poll(() => label(ada.page, 'Bob')).toMatch(/typing, line 3/);
  await bob.page.keyboard.press('Shift+Home');
  await expect.poll(() => label(ada.page, 'Bob')).toContain('5 characters selected');
  await expect.poll(() => label(ada.page, 'Bob'), { timeout: 10_000 }).not.toContain('typing');
  expect(await label(bob.page, 'Bob')).not.toMatch(/typing|line/);
});
