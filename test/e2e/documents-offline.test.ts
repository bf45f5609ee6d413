/**
 * A page that keeps its document in IndexedDB too, by y-indexeddb: it is reloaded without a connection, and meets the
 * others afterwards. The page itself comes from a server that stays up; what is away is nats-server.
 */
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { LINEAGE_KEY } from '../../src/documents/keeping.js';
import { launchChromium } from '../support/chromium.js';
import { type LocalServer, natsServer } from '../support/nats.js';
import { proxyOf } from '../support/proxy.js';
import { type Author, type Editors, editors } from './editors.js';

let browser: Browser;
let server: LocalServer;
let desk: Editors;
const here: Author[] = [];
let files = 0;
const fresh = () => `offline-${++files}.md`;

const sit = async (who: { name: string; file: string; server?: string; context?: BrowserContext; store?: true }) => {
  const author = await desk.open({ server: server.wsUrl, ...who });
  here.push(author);
  return author;
};

const isSaved = (author: Author) => expect.poll(() => author.state(), { timeout: 20_000 }).toBe('saved');

/** Writes so many edits in the page, one transaction each. */
const write = ({ page }: Author, word: string, edits: number) =>
  page.evaluate(
    ([each, count]) => {
      for (let i = 0; i < (count as number); i++) {
        window.app?.text.insert(window.app.text.length, `${each}${i} `);
        if (i % 10 === 9) window.app?.text.delete(window.app.text.length - 1, 1);
      }
    },
    [word, edits] as const,
  );

/** How many updates y-indexeddb keeps of a file, and the bytes of each. */
const rows = ({ page }: Author, file: string): Promise<number[]> =>
  page.evaluate(
    (name) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const reading = opening.result.transaction('updates').objectStore('updates').getAll();
          reading.onsuccess = () => resolve(reading.result.map((update: Uint8Array) => update.length));
        };
      }),
    file,
  );

/** Reloads the page, once the store has what was written: reading it waits for what is being written. */
const reload = async (author: Author, file: string) => {
  await rows(author, file);
  const { page } = author;
  await page.reload();
  await page.waitForSelector('.cm-content');
};

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), natsServer({ jetstream: true })]);
  desk = await editors(browser);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await desk[Symbol.asyncDispose]();
  await server.stop();
});
afterEach(async () => {
  const troubles = here.splice(0).flatMap((one) => one.troubles);
  await Promise.all(browser.contexts().map((context) => context.close()));
  expect(troubles).toEqual([]);
});

it('Y8: survives reloads without a connection, and hours of edits on both sides meet', async () => {
  const file = fresh();
  await using line = await proxyOf(server.wsUrl);
  const ada = await sit({ name: 'Ada', file, server: line.wsUrl, store: true });
  await ada.type('Before the trip. ');
  await isSaved(ada);
  line.cut();
  await ada.type('In the train. ');
  await reload(ada, file);
  expect(await ada.text()).toBe('Before the trip. In the train. ');
  await ada.type('After a reload. ');
  const bob = await sit({ name: 'Bob', file });
  expect(await bob.text()).toBe('Before the trip. ');
  await Promise.all([write(ada, 'a', 2000), write(bob, 'b', 2000)]);
  await reload(ada, file);
  expect(await ada.text()).toContain('a1999');
  line.restore();
  await expect.poll(async () => (await ada.text()) === (await bob.text()), { timeout: 30_000 }).toBe(true);
  const text = await ada.text();
  for (const words of ['After a reload. ', 'a1999', 'b1999']) expect(text.split(words).length, words).toBe(2);
  await Promise.all([isSaved(ada), isSaved(bob)]);
  await Promise.all(browser.contexts().map((context) => context.close()));
  const eve = await sit({ name: 'Eve', file });
  expect((await eve.text()) === text).toBe(true); // it is too long to be shown
});

it('Y16: the lineage is kept with the store, and another document of the name is not merged', async () => {
  const file = fresh();
  const ada = await sit({ name: 'Ada', file, store: true });
  await ada.type('Mine');
  await isSaved(ada);
  const [kept, lineage] = await ada.page.evaluate(
    async (key) => [await window.app?.store?.get(key), window.app?.document?.lineage],
    LINEAGE_KEY,
  );
  expect(kept).toBe(lineage);
  await ada.page.close();
  await using other = await natsServer({ jetstream: true });
  const bob = await sit({ name: 'Bob', file, server: other.wsUrl });
  await bob.type('Theirs');
  await isSaved(bob);
  const again = await sit({ name: 'Ada', file, server: other.wsUrl, context: ada.page.context(), store: true });
  await expect
    .poll(() => again.page.evaluate(() => window.app?.failure?.name), { timeout: 15_000 })
    .toBe('DocumentReplacedError');
  expect([await again.text(), await bob.text()]).toEqual(['Mine', 'Theirs']);
  const theirs = () =>
    again.page.evaluate(async () => String((await window.app?.failure?.takeTheirs?.())?.doc.getText('content')));
  expect(await theirs()).toBe('Theirs');
  await again.page.reload();
  await expect.poll(() => again.text(), { timeout: 15_000 }).toBe('Theirs');
});

it('does not make IndexedDB grow without edits', async () => {
  const file = fresh();
  const ada = await sit({ name: 'Ada', file, store: true });
  await write(ada, 'word', 40);
  await isSaved(ada);
  await reload(ada, file);
  await isSaved(ada);
  const before = await rows(ada, file);
  for (let i = 0; i < 10; i++) {
    await reload(ada, file);
    await isSaved(ada);
  }
  const after = await rows(ada, file);
  // y-indexeddb itself writes an empty update, of 2 bytes, each time it is opened.
  expect(after.slice(before.length)).toEqual(Array(10).fill(2));
});
