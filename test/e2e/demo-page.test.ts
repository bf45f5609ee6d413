/** The demo page as a page: accessible, still, copied from, opened on phones, and kind where no server is. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { renderSVG } from 'uqr';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CHROMIUM_ARGS } from '../support/chromium.js';
import { restarted } from '../support/nats.js';
import { demoLab, names, phoneOf, soon } from './demo-lab.js';

declare global {
  interface Window {
    /** What has moved by itself on the page, as HTML. */
    shifts: string[];
  }
}

/** An entry of the type layout-shift. */
type Shift = PerformanceEntry & { readonly sources: readonly { readonly node?: Node }[] };

const lab = demoLab({ args: [...CHROMIUM_ARGS, '--host-resolver-rules=MAP page.test 127.0.0.1'] });
const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the demo page', () => {
  it.each([
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['forced colours', { forcedColors: 'active' }],
    ['less motion', { reducedMotion: 'reduce' }],
  ] as const)('has nothing that axe finds wrong: %s', async (_title, media) => {
    const { page } = await lab.visit('Ada');
    await page.emulateMedia(media);
    await page.click('#vote-noon');
    await soon(() => page.locator('slate-cursors [part~=chat]').count()).toBe(1);
    await page.evaluate(axe.source);
    const found = await page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run(document);
      return violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => [html, failureSummary])]);
    });
    expect(found).toEqual([]);
  });

  it.each([
    ['a wide window', 1280],
    ['320 px', 320],
  ])('does not shift while it loads, while the bot acts, and while people come: %s', async (_title, width) => {
    const context = await lab.browser.newContext({ viewport: { width, height: 800 } });
    await context.addInitScript(() => {
      window.shifts = [];
      const note = (list: PerformanceObserverEntryList) => {
        for (const { sources } of list.getEntries() as Shift[]) {
          // The names and numbers inside the elements, in shadow roots, have no node here: they float.
          for (const { node } of sources) if (node instanceof Element) window.shifts.push(node.outerHTML.slice(0, 80));
        }
      };
      new PerformanceObserver(note).observe({ type: 'layout-shift', buffered: true });
    });
    const page = await context.newPage();
    await page.goto(lab.site.url);
    await soon(() => page.locator('slate-cursors [part~=chat]').count()).toBe(1);
    await page.evaluate(() => document.querySelector<HTMLElement>('#crowd')?.click());
    await soon(() => names(page)).toHaveLength(22);
    expect(await page.evaluate(() => window.shifts)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    const phone = page.frames().find((frame) => frame !== page.mainFrame());
    expect(await phone?.evaluate(() => window.shifts)).toEqual([]);
    await context.close();
  });

  it('shows the five lines of the README, gives them to the clipboard, and they are a person on this page', async () => {
    const ada = await lab.visit('Ada');
    const readme = await readFile(`${root}README.md`, 'utf8');
    const [, lines = ''] = /```html\n(.*?)\n```/s.exec(readme) ?? [];
    expect(lines.split('\n')).toHaveLength(5);
    expect(await ada.page.textContent('#program')).toBe(lines);
    await ada.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await ada.page.click('#copy');
    await soon(() => ada.page.textContent('#copy')).toBe('Copied');
    expect(await ada.page.evaluate(() => navigator.clipboard.readText())).toBe(lines);

    const html = lines.replace('ws://127.0.0.1:9222', lab.server.wsUrl).replace('"Ada"', '"Grace"');
    const script = await readFile(`${root}dist/slate.js`);
    const site = createServer(({ url }, answer) => {
      if (url === '/slate.js') answer.setHeader('content-type', 'text/javascript').end(script);
      else answer.setHeader('content-type', 'text/html').end(html);
    });
    onTestFinished(() => void site.close());
    await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening));
    const page = await ada.context.newPage();
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    await soon(() => names(ada.page)).toContain('Grace');
  });
});

describe('one’s own phone', () => {
  const words = (page: Page) => page.textContent('#own-phone-words');

  it('is told what to do while only this computer can open the page', async () => {
    const { page } = await lab.visit('Ada');
    await soon(() => words(page)).toMatch(/only this computer.*HOST=\S+ npm start/);
    expect(await page.locator('#code-of-page svg').count()).toBe(0);
  });

  it('gets a code with the address of the page, where others can open it', async () => {
    const context = await lab.browser.newContext();
    const page = await context.newPage();
    const url = `${lab.site.url.replace('127.0.0.1', 'page.test')}?server=ws://page.test:${lab.server.wsPort}`;
    await page.goto(url);
    await soon(() => words(page)).toContain('Point your phone’s camera');
    expect(await page.getAttribute('#own-phone-words a', 'href')).toBe(url);
    const drawn = await page.locator('#code-of-page svg path').getAttribute('d');
    expect(renderSVG(url, { ecc: 'M', border: 2 })).toContain(drawn);
    await soon(() => names(page)).toHaveLength(2); // a page by http: from elsewhere works, phone and all
    await context.close();
  });
});

it('says kindly that no server answers, and goes on as soon as one does', async () => {
  await lab.server.kill();
  const context = await lab.browser.newContext();
  const page = await context.newPage();
  await page.goto(lab.site.url);
  await soon(() => page.textContent('#notice')).toContain('The server does not answer yet');
  expect(await page.isVisible('#notice')).toBe(true);
  expect(await page.isVisible('.screen p')).toBe(true);
  lab.server = await restarted(lab.server);
  await soon(() => page.isVisible('#notice')).toBe(false);
  await phoneOf(page).locator('#board').waitFor();
  await context.close();
});
