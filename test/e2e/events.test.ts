/**
 * The elements that show events: on the demo page, fed by `npm run demo:events`, and on a page with the one-file build.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, publishBuildEvent, publishRuntimeEvent } from '../../src/index.js';
import { launchChromium } from '../support/chromium.js';
import { type LocalServer, natsServer } from '../support/nats.js';
import { servePage } from '../support/page.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
let browser: Browser;
let nats: LocalServer;

beforeAll(async () => {
  [browser, nats] = await Promise.all([launchChromium(), natsServer()]);
});
afterAll(async () => {
  await browser.close();
  await nats.stop();
});

async function visit(url: string): Promise<{ page: Page; troubles: string[] }> {
  const page = await (await browser.newContext()).newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  await page.goto(url);
  return { page, troubles };
}

const shadow = (page: Page, tag: string, selector: string) =>
  page.evaluate(
    ([name = '', inner = '']) =>
      [...(document.querySelector(name)?.shadowRoot?.querySelectorAll(inner) ?? [])].map(
        (one) => one.textContent ?? '',
      ),
    [tag, selector],
  );
const state = (page: Page) => page.evaluate(() => document.querySelector<HTMLElement>('slate-build')?.dataset.state);

it('the demo shows what `npm run demo:events` sends', async () => {
  await using site = await servePage(nats.wsUrl);
  const { page, troubles } = await visit(site.url);
  await page.waitForFunction(() => document.querySelector('slate-room')?.room);
  const env = { ...process.env, SLATE_SERVERS: nats.wsUrl, SLATE_DEMO_SECONDS: '3' };
  const { stdout } = await promisify(execFile)(process.execPath, ['scripts/demo-events.mjs'], { cwd: root, env });
  expect(stdout).toContain('Done.');
  await expect.poll(() => state(page)).toBe('completed');
  await expect.poll(() => shadow(page, 'slate-log', '[part=size]')).toEqual(['244 lines']);
  const news = (await shadow(page, 'slate-feed', '[part=text]')).map((text) => text.replace(/[\u2068\u2069]/g, ''));
  expect(news).toContain('Grace changed the file src/shore/waves.ts.');
  expect(news).toContain('The build of demo is ready.');
  expect(troubles).toEqual([]);
});

it('the script says what to do when no server runs', async () => {
  const env = { ...process.env, SLATE_SERVERS: 'ws://127.0.0.1:1' };
  const failed = promisify(execFile)(process.execPath, ['scripts/demo-events.mjs'], { cwd: root, env });
  await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('npm start') });
});

it('a plain page with slate-events.js shows a build and a log', async () => {
  const script = await readFile(`${root}dist/slate-events.js`);
  const html = `<!doctype html><title>A page</title><script type="module" src="./slate-events.js"></script>
<slate-build project="plain" server="${nats.wsUrl}"></slate-build>
<slate-log session="plain" server="${nats.wsUrl}"></slate-log>`;
  const site = createServer(({ url }, answer) => {
    if (url === '/slate-events.js') answer.setHeader('content-type', 'text/javascript').end(script);
    else answer.setHeader('content-type', 'text/html').end(html);
  });
  await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening));
  const bus = await connect({ servers: nats.wsUrl });
  try {
    const { page, troubles } = await visit(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    const common = { projectId: 'plain', timestamp: Date.now() };
    await expect
      .poll(async () => {
        await publishBuildEvent({ ...common, type: 'failed', data: { error: 'no disk' } }, { bus });
        await publishRuntimeEvent(
          { ...common, sessionId: 'plain', type: 'error', data: { error: 'no disk' } },
          { bus },
        );
        return [await state(page), (await shadow(page, 'slate-log', '[data-level=error]')).length > 0];
      })
      .toEqual(['failed', true]);
    expect(await shadow(page, 'slate-build', '[part=message]')).toEqual(['no disk']);
    expect(troubles).toEqual([]);
  } finally {
    await bus.close();
    site.close();
  }
});
