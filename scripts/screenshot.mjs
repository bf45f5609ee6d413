#!/usr/bin/env node
/**
 * `npm run picture` makes docs/demo.png, the picture in the README: the built demo, with the phone beside the page,
 * while four people are there. They are connected through a real nats-server.
 */
import { buildDemo, importTypeScript, installDependencies, main, root } from './prepare.js';

const VIEWPORT = { width: 1240, height: 820 };
/** Whose window it is, and who else is there: where they point, and what they vote for. */
const PEOPLE = [
  { name: 'Ada Lovelace', color: '#c2410c', over: '[data-slate-anchor=hero] h1', at: [0.9, 0.9], vote: 'noon' },
  { name: 'Grace Hopper', color: '#1d4ed8', over: '[data-slate-anchor=cover-dawn]', at: [0.4, 0.5], vote: 'dawn' },
  { name: 'Alan Turing', color: '#15803d', over: '[data-slate-anchor=hero] h1', at: [0.55, 0.7], vote: 'noon' },
  { name: 'Mary Shelley', color: '#7e22ce', over: '[data-slate-anchor=cover-night]', at: [0.3, 0.3], vote: 'night' },
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
async function arrive(browser, url, { name, color, vote }) {
  const context = await browser.newContext({ viewport: VIEWPORT, deviceScaleFactor: 1.5 });
  const page = await context.newPage();
  await page.goto(url);
  await page.fill('#name', name);
  await page.fill('#color', color);
  await page.click(`#vote-${vote}`);
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

/** Opens all windows, points in each, waits until all of it is shown in the first, and takes its picture. */
async function take(browser, url) {
  const pages = [];
  for (const person of PEOPLE) pages.push(await arrive(browser, url, person));
  const everyonePoints = () => Promise.all(pages.map((page, i) => point(page, PEOPLE[i])));
  await everyonePoints();
  const [window] = pages;
  const phone = window.frameLocator('#phone');
  for (const { name } of PEOPLE) {
    for (const place of [window, phone]) await place.locator(`.faces [title^="${name}"]`).waitFor();
  }
  await window
    .locator('[part~=cursor]')
    .nth(PEOPLE.length - 2)
    .waitFor({ state: 'attached' });
  await everyonePoints(); // the names fade from pointers that rest
  await still(window);
  await window.screenshot({ path: `${root}docs/demo.png` });
}

await main(async () => {
  await installDependencies();
  await buildDemo();
  const { launchChromium } = await importTypeScript('test/support/chromium.ts');
  const browser = await launchChromium();
  try {
    const { url, stop } = await serve();
    try {
      await take(browser, url);
      console.log('docs/demo.png');
    } finally {
      await stop();
    }
  } finally {
    await browser.close();
  }
});
process.exit();
