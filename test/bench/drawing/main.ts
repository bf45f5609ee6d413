/**
 * What it costs the page to draw many pointers: a real Chromium, a real nats-server, and the people in a process of their
 * own. Writes docs/benchmarks-drawing.md. Arguments: people counts (`1 50 200 1000`), `--seconds 10`, `--dry`.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startNatsServer } from '../../../src/service/index.js';
import { launchChromium } from '../../support/chromium.js';
import type { CrowdOptions } from './crowd.js';
import { analyse, type FrameCost } from './trace.js';

const here = dirname(fileURLToPath(import.meta.url));
const argv = process.argv.slice(2);
const option = (name: string, otherwise: number): number => {
  const at = argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(argv.splice(at, 2)[1]);
};
const flag = (name: string) => argv.includes(`--${name}`);

const seconds = option('seconds', 10);
/** A client takes in no more messages a second than this: people who move widen their interval. */
const budget = option('budget', 600);
const COLUMNS = 8;
const anchors = Array.from({ length: 64 }, (_, i) => `=c${i}`);
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

async function servePage() {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname;
    readFile(join(here, 'page', path)).then(
      (body) => response.setHeader('content-type', TYPES[extname(path)] ?? 'text/plain').end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
}

async function startCrowd(options: CrowdOptions): Promise<ChildProcess> {
  const child = fork(join(here, 'crowd.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ready = new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`The crowd ended with ${code}.`)));
  });
  child.send(options);
  await ready;
  return child;
}

interface Row extends FrameCost {
  readonly draw: string;
  readonly people: number;
  readonly intervalMs: number;
  readonly messages: number;
  readonly seen: number;
}

async function measure(draw: string, people: number, reduced = false): Promise<Row> {
  await using nats = await startNatsServer();
  const intervalMs = Math.max(100, (people / budget) * 1000);
  const page = await servePage();
  const browser = await launchChromium();
  const crowd = await startCrowd({
    server: nats.wsUrl,
    project: 'drawing',
    people,
    intervalMs,
    anchors,
    columns: COLUMNS,
  });
  try {
    const tab = await browser.newPage({
      viewport: { width: 1280, height: 800 },
      reducedMotion: reduced ? 'reduce' : 'no-preference',
    });
    tab.on('pageerror', (error) => console.error(error));
    tab.on('console', (message) => console.error(message.text()));
    await tab.goto(
      `${page.url}/index.html?${new URLSearchParams({ server: nats.wsUrl, project: 'drawing', draw, css: process.env.CSS ?? '' })}`,
    );
    const moving = (expected: number) =>
      (globalThis as unknown as { room?: { pointers: { sample(): unknown[] } } }).room?.pointers.sample().length ===
      expected;
    await tab.waitForFunction(moving, people, { timeout: 60_000 });
    await tab.waitForTimeout(2_000); // names shown, delays settled, code compiled
    const count = () =>
      tab.evaluate(() => (globalThis as unknown as { room: { stats: { messagesIn: number } } }).room.stats.messagesIn);
    const before = await count();
    const cdp = await tab.context().newCDPSession(tab);
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    const metrics = async () =>
      Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));
    const m0 = await metrics();
    await browser.startTracing(tab, {
      categories: process.env.FULL ? ['toplevel', 'devtools.timeline'] : ['toplevel', 'blink.animations'],
    });
    // A page that draws nothing has no frames: this one asks for them, and does nothing in them.
    await tab.evaluate(
      (ms) =>
        new Promise<void>((resolve) => {
          const end = performance.now() + ms;
          const frame = (now: number) => (now < end ? requestAnimationFrame(frame) : resolve());
          requestAnimationFrame(frame);
        }),
      seconds * 1000,
    );
    const m1 = await metrics();
    console.log(
      'task',
      ((((m1.TaskDuration ?? 0) - (m0.TaskDuration ?? 0)) / seconds / 60) * 1000).toFixed(2),
      'style',
      ((((m1.RecalcStyleDuration ?? 0) - (m0.RecalcStyleDuration ?? 0)) / seconds / 60) * 1000).toFixed(2),
      'script',
      ((((m1.ScriptDuration ?? 0) - (m0.ScriptDuration ?? 0)) / seconds / 60) * 1000).toFixed(2),
    );
    const trace = await browser.stopTracing();
    const messages = ((await count()) - before) / seconds;
    const seen = await tab.evaluate(
      () => (globalThis as unknown as { room: { pointers: { sample(): unknown[] } } }).room.pointers.sample().length,
    );
    if (process.env.SHOT) await tab.screenshot({ path: process.env.SHOT });
    if (process.env.TRACE) (await import('node:fs')).writeFileSync(process.env.TRACE, trace);
    return { draw, people, intervalMs, messages, seen, ...analyse(trace.toString()) };
  } finally {
    crowd.kill();
    await browser.close();
    page.stop();
  }
}

const draws = flag('all') ? ['nothing', 'slate', 'transition'] : ['slate'];
const counts = argv.filter((arg) => /^\d+$/.test(arg)).map(Number);
for (const people of counts.length > 0 ? counts : [1, 50, 200, 1000]) {
  for (const draw of draws) {
    const row = await measure(draw, people);
    const parts = Object.entries(row.parts)
      .map(([name, ms]) => `${name} ${ms.toFixed(2)}`)
      .join(' ');
    console.log(
      `${draw} ${people}: busy ${row.busy.toFixed(2)} cpu ${row.cpu.toFixed(2)} p95 ${row.p95.toFixed(2)} fps ${(row.frames / row.seconds).toFixed(1)} layouts ${row.layouts} msg/s ${row.messages.toFixed(0)} seen ${row.seen} | ${parts}`,
    );
  }
}
