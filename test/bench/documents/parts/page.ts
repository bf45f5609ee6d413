/** A page in a real Chromium opens the paper: its longest task, and its memory afterwards. */
import { cpSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '../../../support/chromium.js';
import type { DocumentSystem } from '../adapter.js';
import { newFolder, startServer } from '../servers.js';
import { type Tasks, tasksOf } from '../tasks.js';
import type { Paper } from './paper.js';

export interface PageResult extends Tasks {
  readonly system: string;
  readonly round: number;
  /** Bytes of the page's heap in use after collecting garbage. */
  readonly heap: number;
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };
/** Where the built page is, beside the built program. */
const folder = join(dirname(fileURLToPath(import.meta.url)), 'page');

async function servePage() {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname;
    readFile(join(folder, path)).then(
      (body) => response.setHeader('content-type', TYPES[extname(path)] ?? 'text/plain').end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
}

export let chromiumVersion = '';

export async function openInPage(system: DocumentSystem, paper: Paper, round: number): Promise<PageResult> {
  const store = newFolder();
  cpSync(paper.folder, store, { recursive: true });
  const server = await startServer(system.server, store);
  const page = await servePage();
  const browser = await launchChromium();
  chromiumVersion = browser.version();
  try {
    const tab = await browser.newPage();
    const failed = new Promise<never>((_resolve, reject) => tab.on('pageerror', reject));
    failed.catch(() => undefined); // heard below, if at all
    await browser.startTracing(tab, { categories: ['toplevel', 'blink.user_timing'] });
    const query = { system: system.id, url: server.url, name: paper.name, length: String(paper.length) };
    await tab.goto(`${page.url}/index.html?${new URLSearchParams(query)}`);
    const done = () => (globalThis as { measured?: { done: boolean } }).measured?.done === true;
    await Promise.race([tab.waitForFunction(done, undefined, { timeout: 60_000 }), failed]);
    const tasks = tasksOf((await browser.stopTracing()).toString());
    const session = await tab.context().newCDPSession(tab);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return { system: system.id, round, heap: usedSize, ...tasks };
  } finally {
    await browser.close();
    page.stop();
    await server.stop();
  }
}
