/** `<slate-carets>` in the one-file build: people with browsers of their own, on a real server. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { type LocalServer, natsServer } from '../support/nats.js';

const FILES = ['slate.js', 'slate-carets.js', 'slate-documents.js'];
const AREA = '<textarea id="notes" style="width:300px;height:120px">One two three four five</textarea>';

/** A page of an author who shares no text, and one of an author who does. */
const PAGES: Record<string, (server: string) => string> = {
  '/own': (server) => `<slate-room server="${server}" project="own">${AREA}
    <input id="pin" type="password"><slate-carets for="notes"></slate-carets><slate-carets for="pin"></slate-carets>
    </slate-room>`,
  '/shared': (server) => `<slate-room server="${server}" project="shared" history>${AREA}
    <slate-text for="notes" seed></slate-text><slate-carets for="notes"></slate-carets></slate-room>`,
};

let browser: Browser;
let nats: LocalServer;
let site: Server;
let url: string;

beforeAll(async () => {
  [browser, nats] = await Promise.all([launchChromium(), natsServer({ jetstream: true })]);
  const dist = (name: string) => readFile(fileURLToPath(new URL(`../../dist/${name}`, import.meta.url)));
  const scripts = new Map<string, Buffer>(
    await Promise.all(FILES.map(async (name) => [`/${name}`, await dist(name)] as const)),
  );
  site = createServer(({ url: path = '' }, answer) => {
    const script = scripts.get(path);
    const page = PAGES[path]?.(nats.wsUrl);
    if (script) answer.setHeader('content-type', 'text/javascript').end(script);
    else if (page)
      answer
        .setHeader('content-type', 'text/html')
        .end(`<!doctype html><title>Carets</title><script type="module" src="./slate.js"></script>${page}`);
    else answer.writeHead(404).end();
  });
  await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await browser.close();
  site.close();
  await nats.stop();
});

afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

async function open(path: string, name: string) {
  const page = await (await browser.newContext()).newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  await page.addInitScript((who) => {
    addEventListener('DOMContentLoaded', () => document.querySelector('slate-room')?.setAttribute('user-name', who));
  }, name);
  await page.goto(url + path);
  await page.waitForFunction(() => document.querySelector('slate-room')?.room);
  return { page, troubles };
}

/** Of each caret that is shown: the name, and the offset of the field that the browser has where it is drawn. */
const carets = (page: Page) =>
  page.evaluate(() => {
    const root = document.querySelector('slate-carets')?.shadowRoot;
    const shown = [...(root?.querySelectorAll<HTMLElement>('[part~=caret]') ?? [])].filter(
      (caret) => getComputedStyle(caret).visibility === 'visible',
    );
    return shown.map((caret) => {
      const { left, top, width, height } = caret.getBoundingClientRect();
      const at = document.caretPositionFromPoint(left + width / 2, top + height / 2);
      const name = root?.querySelector(`[part~=name][data-client="${caret.dataset.client}"] bdi`)?.textContent;
      return [name, at?.offset];
    });
  });

const select = (page: Page, start: number, end = start) =>
  page.evaluate(
    ([from, to]) => {
      const field = document.querySelector('textarea') as HTMLTextAreaElement;
      field.focus();
      field.setSelectionRange(from as number, to as number);
    },
    [start, end],
  );

it('shows the caret of one in the field of the other, and never that in a password', async () => {
  const [ada, bob] = [await open('/own', 'Ada'), await open('/own', 'Bob')];
  await select(ada.page, 4, 8);
  await expect.poll(() => carets(bob.page)).toEqual([['Ada', 8]]);
  await bob.page.locator('#notes').fill('So: One two three four five');
  await expect.poll(() => carets(bob.page)).toEqual([['Ada', 12]]);
  await expect.poll(() => carets(ada.page)).toEqual([['Bob', 23]]);
  await ada.page.locator('#pin').fill('1234');
  await expect.poll(() => carets(bob.page)).toEqual([]);
  const told = await bob.page.evaluate(() =>
    [...(document.querySelector('slate-room')?.room?.awareness.getStates().values() ?? [])].map(({ user, caret }) => [
      user.name,
      (caret as { in?: string } | null)?.in,
    ]),
  );
  expect(told.filter(([, field]) => field === 'pin')).toEqual([]);
  await ada.page.context().close();
  expect([...ada.troubles, ...bob.troubles]).toEqual([]);
});

it('moves with a text that is shared', async () => {
  const [ada, bob] = [await open('/shared', 'Ada'), await open('/shared', 'Bob')];
  for (const { page } of [ada, bob])
    await page.waitForFunction(() => document.querySelector('slate-room')?.room?.documents.status.synced);
  await select(ada.page, 8);
  await expect.poll(() => carets(bob.page)).toEqual([['Ada', 8]]);
  await select(bob.page, 0);
  await bob.page.locator('#notes').pressSequentially('So: ');
  await expect.poll(() => ada.page.inputValue('#notes')).toBe('So: One two three four five');
  await expect.poll(() => carets(bob.page)).toEqual([['Ada', 12]]);
  await expect.poll(() => carets(ada.page)).toEqual([['Bob', 4]]);
  await ada.page.context().close();
  await expect.poll(() => carets(bob.page), { timeout: 15_000 }).toEqual([]);
  expect([...ada.troubles, ...bob.troubles]).toEqual([]);
});
