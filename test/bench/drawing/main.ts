/**
 * What it costs a page to draw many pointers: a real Chromium, a real nats-server, and the people in a process of their
 * own, who move all the time. Writes docs/benchmarks-drawing.md, unless told `--dry`. Arguments: how many people
 * (`10 50 100 200 1000`), `--seconds 6` of each trace, `--repeat 3`, `--budget 600` messages a second.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startNatsServer } from '../../../src/service/index.js';
import { launchChromium } from '../../support/chromium.js';
import type { CrowdOptions } from './crowd.js';
import { DRAWS, type Draw, type Row, report } from './report.js';
import { measureSending } from './sending.js';
import { analyse } from './trace.js';

const here = dirname(fileURLToPath(import.meta.url));
const argv = process.argv.slice(2);
const option = (name: string, otherwise: number): number => {
  const at = argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(argv.splice(at, 2)[1]);
};
const dry = argv.includes('--dry');
const seconds = option('seconds', 6);
const repeat = option('repeat', 3);
/** A client takes in no more messages a second than this: people who move widen their interval. */
const budget = option('budget', 600);
const SETTLE_MS = 2_000;
const COLUMNS = 8;
const VIEWPORT = { width: 1280, height: 800 };
const anchors = Array.from({ length: 64 }, (_, i) => `=c${i}`);
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** What the page puts on its window. */
interface Measured {
  readonly room?: { readonly stats: { messagesIn: number }; readonly pointers: { sample(): unknown[] } };
}

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

async function measure(draw: Draw, people: number): Promise<Row> {
  await using nats = await startNatsServer();
  const intervalMs = Math.max(100, (people / budget) * 1000);
  const page = await servePage();
  const browser = await launchChromium();
  const project = 'drawing';
  const crowd = await startCrowd({ server: nats.wsUrl, project, people, intervalMs, anchors, columns: COLUMNS });
  try {
    const tab = await browser.newPage({ viewport: VIEWPORT });
    tab.on('pageerror', (error) => console.error(error));
    await tab.goto(`${page.url}/index.html?${new URLSearchParams({ server: nats.wsUrl, project, draw })}`);
    const seen = () => (globalThis as Measured).room?.pointers.sample().length ?? 0;
    await tab.waitForFunction(
      (expected) => (globalThis as Measured).room?.pointers.sample().length === expected,
      people,
      { timeout: 60_000 },
    );
    await tab.waitForTimeout(SETTLE_MS); // delays have settled, code is compiled
    const received = () => tab.evaluate(() => (globalThis as Measured).room?.stats.messagesIn ?? 0);
    const before = await received();
    await browser.startTracing(tab, { categories: ['toplevel', 'devtools.timeline'] });
    // A page that draws nothing has no frames: this asks for them, and does nothing in them.
    await tab.evaluate(
      (ms) =>
        new Promise<void>((resolve) => {
          const end = performance.now() + ms;
          const frame = (now: number) => (now < end ? requestAnimationFrame(frame) : resolve());
          requestAnimationFrame(frame);
        }),
      seconds * 1000,
    );
    const messages = ((await received()) - before) / seconds; // before the trace is written, which takes a while
    const trace = await browser.stopTracing();
    return { draw, people, intervalMs, messages, seen: await tab.evaluate(seen), ...analyse(trace.toString()) };
  } finally {
    crowd.kill();
    await browser.close();
    page.stop();
  }
}

async function sending() {
  await using nats = await startNatsServer();
  const page = await servePage();
  const browser = await launchChromium();
  try {
    const tab = await browser.newPage({ viewport: VIEWPORT });
    tab.on('pageerror', (error) => console.error(error));
    await tab.goto(
      `${page.url}/index.html?${new URLSearchParams({ server: nats.wsUrl, project: 'text', draw: 'text' })}`,
    );
    return await measureSending(tab, nats.wsUrl, 'text', 2 * seconds);
  } finally {
    await browser.close();
    page.stop();
  }
}

/** The run in the middle by processor time: a machine has other things to do, now and then. */
async function typical(draw: Draw, people: number): Promise<Row> {
  const runs: Row[] = [];
  for (let i = 0; i < repeat; i++) runs.push(await measure(draw, people));
  runs.sort((a, b) => a.cpu - b.cpu);
  const row = runs[Math.floor((runs.length - 1) / 2)] as Row;
  const parts = Object.entries(row.parts).map(([name, ms]) => `${name} ${ms.toFixed(2)}`);
  console.log(
    `${draw} ${people}: ${row.cpu.toFixed(2)} ms a frame (${runs.map(({ cpu }) => cpu.toFixed(2)).join(', ')}), ` +
      `p95 ${row.p95.toFixed(1)}, ${(row.frames / row.seconds).toFixed(0)} frames/s, ` +
      `${row.messages.toFixed(0)} messages/s; ${parts.join(', ')}`,
  );
  return row;
}

const counts = argv.filter((arg) => /^\d+$/.test(arg)).map(Number);
const only = DRAWS.filter((draw) => argv.includes(draw));
const rows: Row[] = [];
for (const people of counts.length > 0 ? counts : [10, 50, 100, 200, 1000]) {
  for (const draw of only.length > 0 ? only : DRAWS) rows.push(await typical(draw, people));
}
const sent = await sending();
for (const { what, bytes, positions } of sent)
  console.log(`${what}: ${(bytes / positions).toFixed(2)} bytes a position`);
if (!dry) {
  const file = join(here, '..', '..', 'docs', 'benchmarks-drawing.md');
  const browser = await launchChromium();
  await writeFile(file, report(rows, sent, { browser: browser.version(), seconds, repeat, viewport: VIEWPORT }));
  await browser.close();
  console.log(`Written: ${file}`);
}
