/** The programs of docs/documents.md and README.md that need a browser, as they stand, from the packed package. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.js';
import { type LocalServer, natsServer, restarted } from '../support/nats.js';
import { type Packed, packed } from '../support/packed.js';
import { serveFolder } from '../support/page.js';
import { readBlocks } from '../support/snippets.js';

const ADDRESS = 'ws://127.0.0.1:9222';
const blocks = await readBlocks('docs/documents.md');
const program = (name: string) => blocks.find((block) => block.name === name)?.code ?? '';

let browser: Browser;
let server: LocalServer;
let pack: Packed;

beforeAll(async () => {
  [browser, server, pack] = await Promise.all([launchChromium(), natsServer({ jetstream: true }), packed()]);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await server.stop();
  await pack[Symbol.asyncDispose]();
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

/** Serves a page that is this program and nothing else. */
async function serve(name: string, code: string) {
  const app = await pack.app(name, {
    'public/index.html': '<!doctype html><meta charset="utf-8"><script type="module" src="./app.js"></script><body>',
    'app.js': code.replaceAll(ADDRESS, server.wsUrl),
  });
  await app.run('esbuild', 'app.js', '--bundle', '--format=esm', '--outfile=public/app.js');
  return serveFolder(app.dir, 'public');
}

const open = async (url: string): Promise<Page> => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  return page;
};

it('codemirror: two people write in one text, and it is kept; README.md shows the same program', async () => {
  expect((await readBlocks('README.md')).find(({ name }) => name === 'editor')?.code).toBe(program('codemirror'));
  await using site = await serve('codemirror', program('codemirror'));
  const [ada, bob] = [await open(site.url), await open(site.url)];
  const editor = (page: Page) => page.locator('.cm-content');
  for (const page of [ada, bob]) await editor(page).click();
  await ada.keyboard.type('Hello');
  await expect.poll(() => editor(bob).textContent()).toContain('Hello');
  await bob.keyboard.press('Control+End');
  await bob.keyboard.type(', world');
  await expect.poll(() => editor(ada).textContent()).toContain('Hello, world');
  await Promise.all([ada, bob].map((page) => page.context().close()));
  const eve = await open(site.url);
  await expect.poll(() => editor(eve).textContent(), { timeout: 10_000 }).toBe('Hello, world');
});

it('offline: has what it had without a connection, and opens the document when there is one', async () => {
  const show = '\nwindow.text = doc.getText("content");\nwindow.opening = opening;\n';
  await using site = await serve('offline', `${program('offline')}${show}`);
  const page = await open(site.url);
  await page.waitForFunction('window.opening');
  await page.evaluate('opening.then(async (document) => { text.insert(0, "kept here"); await document.save(); })');
  await server.kill();
  await page.reload();
  // Another test may have written to this document.
  await expect.poll(() => page.evaluate('String(window.text)')).toContain('kept here');
  server = await restarted(server, { jetstream: true }); // with nothing of what it had
  await page.evaluate('opening.then((document) => document.save())');
  const eve = await open(site.url);
  await expect.poll(() => eve.evaluate('String(window.text)')).toContain('kept here');
});
