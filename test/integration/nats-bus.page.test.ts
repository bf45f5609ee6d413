/** The bus in a real page, bundled as a page bundles it: it sends what is published while the page goes away. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bus, BusStatus } from '../../src/bus/bus.js';
import { connect } from '../../src/bus/nats/connect.js';
import { launchChromium } from '../support/chromium.js';
import { natsServer, restarted } from '../support/nats.js';
import { proxyOf } from '../support/proxy.js';
import { until } from '../support/wait.js';

declare global {
  /** In the page. */
  var bus: Bus;
  var statuses: BusStatus[];
  var connectBus: typeof import('../../src/bus/nats/connect.js').connect;
}

const PAGE = `<!doctype html><title>page</title><script type="module">
  import { connect } from './bus.js';
  globalThis.connectBus = connect;
  const servers = new URLSearchParams(location.search).get('servers');
  if (servers) {
    const bus = await connect({ servers });
    const statuses = [];
    bus.on('status', (status) => statuses.push(status));
    Object.assign(globalThis, { bus, statuses });
  }
</script>`;

describe('the bus in a page', () => {
  let browser: Browser;
  let url: string;
  let stop: () => Promise<unknown>;

  beforeAll(async () => {
    const outDir = await mkdtemp(join(tmpdir(), 'slate-bus-'));
    await build({
      configFile: false,
      publicDir: false,
      logLevel: 'warn',
      define: { require: 'undefined' },
      build: {
        outDir,
        emptyOutDir: true,
        lib: {
          entry: fileURLToPath(new URL('../../src/bus/nats/connect.ts', import.meta.url)),
          formats: ['es'],
          fileName: () => 'bus.js',
        },
      },
    });
    const server = createServer((request, response) => {
      const name = (request.url ?? '/').slice(1);
      const script = /^[\w-]+\.js$/.test(name);
      if (request.url?.includes('strict')) {
        response.setHeader('content-security-policy', "connect-src 'self'; script-src 'self' 'unsafe-inline'");
      }
      response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
      if (script) void readFile(join(outDir, name)).then((text) => response.end(text));
      else response.end(PAGE);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await launchChromium();
    stop = async () => {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(outDir, { recursive: true });
    };
  });
  afterAll(() => stop?.());

  async function open(servers: string): Promise<Page> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${url}?servers=${encodeURIComponent(servers)}`);
    await page.waitForFunction(() => globalThis.bus !== undefined);
    return page;
  }

  it.each<[string, (page: Page) => Promise<unknown>]>([
    ['closed', (page) => page.close()],
    ['closed with its window', (page) => page.context().close()],
    ['left for another', (page) => page.goto('about:blank')],
    ['reloaded', (page) => page.reload()],
    ['left for itself', (page) => page.goto(url)],
  ])('sends a message that is published inside pagehide when the page is %s', async (_, leave) => {
    await using server = await natsServer();
    const bus = await connect({ servers: server.wsUrl });
    const received: unknown[] = [];
    bus.subscribe('goodbye', (message) => received.push(message.json()));
    await bus.flush();
    const page = await open(server.wsUrl);
    await page.evaluate(() => {
      addEventListener('pagehide', () => bus.publish('goodbye', { from: 'the page' }));
    });
    await leave(page);
    await until(() => received.length > 0, { what: 'the goodbye' });
    expect(received).toEqual([{ from: 'the page' }]);
    await bus.close();
    if (!page.isClosed()) await page.context().close();
  });

  it.each<[string, (page: Page) => Promise<unknown>]>([
    [
      'is online again',
      async (page) => {
        await page.context().setOffline(true);
        await page.context().setOffline(false);
      },
    ],
    ['is shown again', (page) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))],
    ['wakes up', (page) => page.evaluate(() => document.dispatchEvent(new Event('resume')))],
    ['comes back', (page) => page.evaluate(() => dispatchEvent(new Event('pageshow')))],
  ])('P7: gives a silent line up within 5 s when the page %s, and connects anew', async (_, give) => {
    await using server = await natsServer();
    await using proxy = await proxyOf(server.wsUrl);
    const page = await open(proxy.wsUrl);
    await give(page); // on a living line the sign changes nothing
    await page.evaluate(() => bus.flush());
    proxy.swallow();
    const start = performance.now();
    await give(page);
    await until(() => page.evaluate(() => statuses.length >= 2), { what: 'the connection', deadlineMs: 10_000 });
    expect(performance.now() - start).toBeLessThan(5000);
    expect(await page.evaluate(() => statuses.map(({ type }) => type))).toEqual(['reconnecting', 'connected']);
    await page.context().close();
  });

  it('says that the policy of the page forbids the server, and does not try again', async () => {
    await using server = await natsServer();
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${url}?strict`);
    await page.waitForFunction(() => globalThis.connectBus);
    const refusal = await page.evaluate(async (servers) => {
      const start = performance.now();
      const error = await globalThis.connectBus({ servers }).catch((reason: Error) => reason);
      return { error: String(error), ms: performance.now() - start };
    }, server.wsUrl);
    expect(refusal.error).toMatch(/OptionError: .*Content-Security-Policy of this page forbids: add it to connect-src/);
    expect(refusal.ms).toBeLessThan(2000);
    await page.context().close();
  });

  it('reconnects, and the status says why the attempts before failed', async () => {
    await using server = await natsServer();
    const page = await open(server.wsUrl);
    await server.kill();
    await until(() => page.evaluate(() => statuses.length >= 2), { what: 'a failed attempt' });
    await using again = await restarted(server);
    await until(() => page.evaluate(() => statuses.length >= 3), { what: 'the connection' });
    const seen = await page.evaluate(() =>
      statuses.map((status) => [
        status.type,
        'error' in status && status.error?.name,
        'server' in status && status.server,
      ]),
    );
    expect(seen).toEqual([
      ['reconnecting', false, false],
      ['reconnecting', 'ServerUnreachableError', false],
      ['connected', false, again.wsUrl],
    ]);
    expect(await page.evaluate(() => bus.roundTrip())).toBeLessThan(1000);
    await page.context().close();
  });
});
