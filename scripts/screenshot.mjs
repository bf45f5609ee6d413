#!/usr/bin/env node
/**
 * `npm run picture` makes docs/demo.png, the picture in the README: two windows of the built demo, of different sizes,
 * side by side. They are connected through a real nats-server.
 */
import { buildDemo, importTypeScript, installDependencies, main, root } from './prepare.js';

const HEIGHT = 800;
const WIDTHS = [960, 560];
const PEOPLE = [
  { name: 'Ada Lovelace', color: '#c2410c', over: '[data-slate-anchor=cover-noon]', at: [0.4, 0.45] },
  { name: 'Grace Hopper', color: '#1d4ed8', over: '[data-slate-anchor=cover-dawn]', at: [0.5, 0.6] },
  { name: 'Alan Turing', color: '#15803d', over: '[data-slate-anchor=hero] h1', at: [0.45, 0.7] },
  { name: 'Mary Shelley', color: '#7e22ce', over: '[data-slate-anchor=cover-night]', at: [0.3, 0.3] },
];

async function serve() {
  const { startNatsServer } = await importTypeScript('src/service/local-server.ts');
  const { ensureNatsServer } = await importTypeScript('src/service/nats-server.ts');
  const program = await ensureNatsServer({ cacheDir: `${root}.cache`, log: (line) => console.log(line) });
  const server = await startNatsServer({ program, jetstream: true });
  const vite = await import('vite');
  const page = await vite.preview({ root, logLevel: 'warn', preview: { host: '127.0.0.1', port: 0 } });
  const stop = async () => void (await Promise.all([page.close(), server.stop()]));
  return { url: `${page.resolvedUrls.local[0]}?server=${server.wsUrl}`, stop };
}

/** Opens a window of the demo for one person. */
async function arrive(browser, url, { name, color }, width) {
  const context = await browser.newContext({ viewport: { width, height: HEIGHT }, deviceScaleFactor: 1.5 });
  const page = await context.newPage();
  await page.goto(url);
  await page.fill('#name', name);
  await page.fill('#color', color);
  await page.evaluate(() => scrollTo(0, 0)); // filling a field scrolls to it
  return page;
}

async function point(page, { over, at: [x, y] }) {
  const box = await page.locator(over).boundingBox();
  await page.mouse.move(box.x + box.width * x - 60, box.y + box.height * y + 30);
  await page.mouse.move(box.x + box.width * x, box.y + box.height * y, { steps: 12 });
}

/** Resolves when no pointer has moved on the page for 300 ms: everything that was sent has been played. */
function still(page) {
  return page.waitForFunction(
    () => {
      const cursors = document.querySelector('slate-cursors').shadowRoot.querySelectorAll('[part~=cursor]');
      const boxes = [...cursors].map((cursor) => JSON.stringify(cursor.getBoundingClientRect())).join();
      const same = boxes === globalThis.boxes;
      globalThis.boxes = boxes;
      return same;
    },
    undefined,
    { polling: 300 },
  );
}

/** Puts the screenshots of the windows into one picture, each in a plain frame. */
async function compose(browser, shots) {
  const page = await browser.newPage({ viewport: { width: 100, height: 100 }, deviceScaleFactor: 1.5 });
  const images = shots.map(
    (shot, i) => `<img width="${WIDTHS[i]}" src="data:image/png;base64,${shot.toString('base64')}">`,
  );
  await page.setContent(`<style>
    body { margin: 0; display: inline-flex; gap: 20px; padding: 20px; background: #dfe5e6; }
    img { border-radius: 10px; box-shadow: 0 2px 14px #0004; display: block; }
  </style>${images.join('')}`);
  await page.locator('img').last().waitFor();
  return page.locator('body').screenshot({ path: `${root}docs/demo.png` });
}

/** Opens all windows, points in each, waits until the others show the pointers, and returns the screenshots. */
async function take(browser, url) {
  const pages = [];
  for (const [i, person] of PEOPLE.entries()) pages.push(await arrive(browser, url, person, WIDTHS[i] ?? 800));
  const everyonePoints = () => Promise.all(pages.map((page, i) => point(page, PEOPLE[i])));
  await everyonePoints();
  const windows = pages.slice(0, WIDTHS.length);
  for (const page of windows) {
    for (const { name } of PEOPLE) await page.locator(`[part~=avatar][aria-label*="${name}"]`).first().waitFor();
    await page
      .locator('[part~=cursor]')
      .nth(PEOPLE.length - 2)
      .waitFor({ state: 'attached' });
  }
  await everyonePoints(); // the names fade from pointers that rest
  await Promise.all(windows.map(still));
  return Promise.all(windows.map((page) => page.screenshot()));
}

await main(async () => {
  await installDependencies();
  await buildDemo();
  const { launchChromium } = await importTypeScript('test/support/chromium.ts');
  const browser = await launchChromium();
  try {
    const { url, stop } = await serve();
    try {
      await compose(browser, await take(browser, url));
      console.log('docs/demo.png');
    } finally {
      await stop();
    }
  } finally {
    await browser.close();
  }
});
process.exit();
