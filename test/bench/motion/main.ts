/** The motion bench: every method on the same trace, our bytes, a crowd, and a real Chromium. */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MESSAGES_PER_SECOND } from '../../../src/cursors/pace.js';
import { seeded } from '../../support/random.js';
import { inChromium } from './browser.js';
import { countBytes } from './bytes.js';
import { crowd } from './crowd.js';
import { type Figures, judge } from './metrics.js';
import { NETWORKS, type Network } from './network.js';
import { markdown } from './report.js';
import { makeRows, type Row } from './rows.js';
import { Trace } from './trace.js';

const CACHE = dirname(fileURLToPath(import.meta.url));
const DOCS = join(CACHE, '..', '..', 'docs', 'benchmarks-motion.md');
const HELP = `npm run bench:motion [-- --quick] [--people=500]
  --quick    20 s and 60 people; writes to .cache/bench-motion instead of docs/
  --people=  how many the crowd becomes`;

const TRACE_SEED = 1;
const WEATHER_SEED = 1_001;
const OTHER_TRACES = 10;
/** Frames are not in step with anything. */
const PHASE_MS = 3.3;
const RATES = [30, 60, 120, 144];

const args = process.argv.slice(2);
const quick = args.includes('--quick');
const people = Number(args.find((arg) => arg.startsWith('--people='))?.slice(9) ?? (quick ? 60 : 500));
if (args.some((arg) => arg !== '--quick' && !arg.startsWith('--people=')) || !(people > 2)) {
  console.error(HELP);
  process.exit(2);
}
const ms = quick ? 20_000 : 120_000;
const say = (line: string) => void process.stderr.write(`${line}\n`);

const at = (row: Row, trace: Trace, hz: number) =>
  NETWORKS.map((network: Network) => judge(trace, row.show(network, { hz, phase: PHASE_MS })));

/** The greatest of each figure. */
function worstOf(all: readonly Figures[]): Figures {
  const most = (key: keyof Figures) => Math.max(...all.map((figures) => figures[key]));
  return {
    lag: most('lag'),
    rms: most('rms'),
    p95: most('p95'),
    stall: most('stall'),
    overshoot: most('overshoot'),
    fastest: most('fastest'),
  };
}

const trace = new Trace(seeded(TRACE_SEED), ms);
say(`Chromium plays ${ms / 1_000} s in real time …`); // alone: it must not wait for what follows
const { version, hz, frames } = await inChromium(join(CACHE, 'page.js'), trace, NETWORKS, WEATHER_SEED);

const methods = makeRows(trace, WEATHER_SEED);
const [slate] = methods as [Row, ...Row[]];
const rows = methods.map((row) => {
  const at60 = at(row, trace, 60);
  const [, usual] = at60;
  say(`${row.title}: 60 ± 15 ms: lag ${usual?.lag} ms, ${usual?.rms.toFixed(1)} px rms`);
  return { title: row.title, perSecond: (1_000 * row.messages) / ms, at60 };
});
const others = Array.from({ length: quick ? 2 : OTHER_TRACES }, (_, i) => {
  const other = new Trace(seeded(TRACE_SEED + 1 + i), ms);
  return at(makeRows(other, WEATHER_SEED + 1 + i)[0] as Row, other, 60);
});
const rates = RATES.map((hz) => ({ title: `${hz} Hz`, figures: at(slate, trace, hz) }));
const seconds = await crowd(people, say);
rates.push({ title: 'Chromium', figures: frames.map((drawn) => judge(trace, drawn)) });

const text = markdown({
  seconds: ms / 1_000,
  quick,
  networks: NETWORKS,
  machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}`,
  rows,
  worst: {
    of: others.length,
    at60: NETWORKS.map((_, i) => worstOf(others.map((each) => each[i] as Figures))),
  },
  rates,
  chromium: { version: `Chromium ${version}`, hz },
  bytes: countBytes(trace),
  crowd: seconds,
  budget: MESSAGES_PER_SECOND,
});
const file = quick ? join(CACHE, 'benchmarks-motion.md') : DOCS;
await mkdir(dirname(file), { recursive: true });
await writeFile(file, text);
process.stdout.write(text);
say(`Written: ${file}`);
