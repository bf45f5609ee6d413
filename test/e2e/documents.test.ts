/** A shared, kept document in the editor of a page, with the built package, a real server and real browsers. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { type LocalServer, natsServer, restarted } from '../support/nats.js';
import { proxyOf } from '../support/proxy.js';
import { type Author, type Editors, editors } from './editors.js';

let browser: Browser;
let storeDir: string;
let server: LocalServer;
let desk: Editors;
const here: Author[] = [];
let files = 0;
const fresh = () => `notes-${++files}.md`;

const sit = async (name: string, file: string, at = server.wsUrl) => {
  const author = await desk.open({ name, file, server: at });
  here.push(author);
  return author;
};

/** Both editors show this; a function says what the text must be like. */
async function bothShow(all: readonly Author[], expected: string | RegExp, timeout = 15_000): Promise<string> {
  await expect
    .poll(async () => new Set(await Promise.all(all.map((one) => one.text()))).size === 1, { timeout })
    .toBe(true);
  const [first] = all;
  if (typeof expected === 'string') await expect.poll(() => first?.text(), { timeout }).toBe(expected);
  else await expect.poll(() => first?.text(), { timeout }).toMatch(expected);
  const texts = await Promise.all(all.map((one) => one.text()));
  expect(new Set(texts).size).toBe(1);
  return texts[0] ?? '';
}

const isSaved = (author: Author) => expect.poll(() => author.state(), { timeout: 15_000 }).toBe('saved');

beforeAll(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'slate-e2e-documents-'));
  [browser, server] = await Promise.all([launchChromium(), natsServer({ storeDir })]);
  desk = await editors(browser);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await desk[Symbol.asyncDispose]();
  await server.stop();
  await rm(storeDir, { recursive: true, force: true });
});
afterEach(async () => {
  const troubles = here.flatMap((one) => one.troubles);
  here.length = 0;
  await Promise.all(browser.contexts().map((context) => context.close()));
  expect(troubles).toEqual([]);
});

it('two people type, and see text and carets of each other', async () => {
  const file = fresh();
  const [ada, bob] = [await sit('Ada', file), await sit('Bob', file)];
  await ada.type('Hello, ');
  await bothShow([ada, bob], 'Hello, ');
  await bob.type('world.');
  await bothShow([ada, bob], 'Hello, world.');
  await expect.poll(() => ada.carets()).toEqual(['Bob']);
  await expect.poll(() => bob.carets()).toEqual(['Ada']);
  await Promise.all([isSaved(ada), isSaved(bob)]);
});

it('Y8: one whose line breaks goes on writing, and meets the others when it is back', async () => {
  const file = fresh();
  await using line = await proxyOf(server.wsUrl);
  const [ada, bob] = [await sit('Ada', file), await sit('Bob', file, line.wsUrl)];
  await ada.type('one ');
  await bothShow([ada, bob], 'one ');
  await isSaved(ada);
  line.cut();
  await expect.poll(() => bob.state()).toBe('offline');
  await bob.type('bob ');
  await ada.type('ada ');
  expect([await ada.text(), await bob.text()]).toEqual(['one ada ', 'one bob ']);
  line.restore();
  await bothShow([ada, bob], /^one (ada bob|bob ada) $/);
  await Promise.all([isSaved(ada), isSaved(bob)]);
});

it('Y8: nothing is lost when the server is killed, and both go on when it is back', async () => {
  const file = fresh();
  const [ada, bob] = [await sit('Ada', file), await sit('Bob', file)];
  await ada.type('before ');
  await bothShow([ada, bob], 'before ');
  await server.kill();
  for (const one of [ada, bob]) await expect.poll(() => one.state(), { timeout: 15_000 }).toBe('offline');
  await ada.type('ada ');
  await bob.type('bob ');
  server = await restarted(server, { storeDir });
  await bothShow([ada, bob], /^before (ada bob|bob ada) $/, 30_000);
  await bob.type('after');
  await bothShow([ada, bob], /^before (ada bob|bob ada) after$/);
  await Promise.all([isSaved(ada), isSaved(bob)]);
});

it('Y9: everyone leaves, the server is killed, and a newcomer finds all of it', async () => {
  const file = fresh();
  const [ada, bob] = [await sit('Ada', file), await sit('Bob', file)];
  await ada.type('By Ada. ');
  await bothShow([ada, bob], 'By Ada. ');
  await bob.type('By Bob.');
  await bothShow([ada, bob], 'By Ada. By Bob.');
  for (const one of here.splice(0)) await one.leave();
  await server.kill();
  server = await restarted(server, { storeDir });
  const eve = await sit('Eve', file);
  expect(await eve.text()).toBe('By Ada. By Bob.');
});

it('Y15: a version is restored while another types', async () => {
  const file = fresh();
  const [ada, bob] = [await sit('Ada', file), await sit('Bob', file)];
  await ada.type('A first draft.');
  const version = await ada.page.evaluate(() => window.app?.document?.nameVersion(undefined, 'first'));
  await ada.page.keyboard.press('Control+a');
  await ada.page.keyboard.type('All else. ');
  await bothShow([ada, bob], 'All else. ');
  const typing = bob.type('Bob is at it');
  await ada.page.evaluate((id) => window.app?.document?.restore(id), version?.id ?? '');
  await typing;
  await bothShow([ada, bob], /^(?=.*A first draft\.)(?=.*Bob is at it)/);
  expect(await ada.text()).not.toContain('All else');
  const names = await bob.page.evaluate(async () => (await window.app?.document?.versions())?.map(({ name }) => name));
  expect(names).toContain('first');
});

it('undo takes back what one has typed, not what another has', async () => {
  const file = fresh();
  const [ada, bob] = [await sit('Ada', file), await sit('Bob', file)];
  await ada.type('mine');
  await bothShow([ada, bob], 'mine');
  await bob.type(' yours');
  await bothShow([ada, bob], 'mine yours');
  await ada.page.keyboard.press('Control+z');
  await bothShow([ada, bob], ' yours');
  await bob.page.keyboard.press('Control+z');
  await bothShow([ada, bob], '');
  await ada.page.keyboard.press('Control+y');
  await bothShow([ada, bob], 'mine');
});

it.each(['closed', 'left for another page'])(
  'Y9: a page that is %s right after typing has sent what was typed',
  async (how) => {
    const file = fresh();
    const ada = await sit('Ada', file);
    await ada.type('Kept. ');
    await isSaved(ada);
    await ada.page.keyboard.type('And this in the last moment.');
    if (how === 'closed') await ada.page.close();
    else await ada.page.goto('about:blank');
    const eve = await sit('Eve', file);
    expect(await eve.text()).toBe('Kept. And this in the last moment.');
  },
);
