/** The words and tables of docs/benchmarks-bus.md, from the figures of one run. */
import { readFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Lane } from './lanes.js';
import { type Latency, median, type Throughput } from './measure.js';

export interface LaneFigures {
  readonly lane: Pick<Lane, 'id' | 'title'>;
  readonly throughputs: readonly Throughput[];
  readonly latencies: readonly Latency[];
}

export interface Run {
  readonly root: string;
  readonly lanes: readonly LaneFigures[];
  readonly events: number;
  readonly natsVersion: string;
}

/** The typed layer may cost this share of what raw nats.ws carries. */
export const GOAL = 0.25;

export function report({ root, lanes, events, natsVersion }: Run): string {
  const [raw] = lanes;
  if (!raw) throw new Error('Nothing was measured.');
  const version = (name: string) =>
    (JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;
  const rows = lanes.map((figures) => {
    const perSecond = median(figures.throughputs.map((each) => each.perSecond));
    const low = Math.min(...figures.throughputs.map((each) => each.perSecond));
    const high = Math.max(...figures.throughputs.map((each) => each.perSecond));
    const cpu = median(figures.throughputs.map((each) => each.cpu));
    const p50 = median(figures.latencies.map((each) => each.p50));
    const p99 = median(figures.latencies.map((each) => each.p99));
    const { title } = figures.lane;
    const range = `${thousands(low)}–${thousands(high)}`;
    const speed = [thousands(perSecond), range, ratio(raw, figures).toFixed(2), `${cpu.toFixed(1)} µs`];
    return `| ${[title, ...speed, `${p50.toFixed(2)} ms`, `${p99.toFixed(2)} ms`].join(' | ')} |`;
  });
  const typed = lanes.find(({ lane }) => lane.id === 'typed');
  const cost = typed ? 1 - ratio(raw, typed) : Number.NaN;
  const verdict = cost <= GOAL ? 'met' : '**missed**';
  const machine = [
    new Date().toISOString().slice(0, 10),
    `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${platform()} ${release().split('-')[0]} ${arch()}`,
    `Node ${process.version}`,
    `nats-server ${natsVersion}`,
    ...['nats.ws', 'valibot'].map((name) => `${name} ${version(name)}`),
  ];
  const bytes = Buffer.byteLength(JSON.stringify(sample()));
  return `# The bus beside raw nats.ws

What the typed events cost: \`publishBuildEvent\` and \`onBuildEvents\` beside nats.ws alone with \`JSON.stringify\` and
\`JSON.parse\`, in one run on one machine. This file is written by the run itself:

\`\`\`sh
npm run bench:bus             # about two minutes, writes this file
npm run bench:bus -- --quick  # a few seconds, prints
\`\`\`

${machine.join(', ')}.

| | events/s | of all runs | ÷ raw | processor time per event | p50 | p99 |
|---|---:|---:|---:|---:|---:|---:|
${rows.join('\n')}

**Goal**: validated events cost at most ${GOAL * 100} % of raw throughput.
They cost ${(100 * cost).toFixed(0)} %: ${verdict}.

## How to read it

- An event is a build event of ${bytes} bytes of JSON. Publisher and subscriber are in one process, each with its own
  connection; the server is another process. So the processor time of an event is that of publishing and of receiving
  it, and the throughput is what one core can do of both.
- Throughput: ${events.toLocaleString('en')} events a run, at most 1000 at a time without confirmation: each system
  waits until the server has confirmed the oldest 100. Every event must arrive, once and in order. Each system runs
  ${raw.throughputs.length} times after warming up. The systems take turns, and each round begins with another one. The
  table shows medians. The ratio is the median of the ratios within a round.
- Latency: from the call that publishes to the callback of the subscriber, at one event per millisecond.
- The cost of the typed layer pays for: a check of every field at both ends; an \`id\` in each event, which makes
  messages longer and lets receivers drop copies; a promise for each publish, which resolves when the server has the
  event; and a copy that is kept until then.
`;
}

/** Events a second of one beside the other, round by round. */
export function ratio(raw: LaneFigures, other: LaneFigures): number {
  return median(other.throughputs.map(({ perSecond }, round) => perSecond / (raw.throughputs[round]?.perSecond ?? 0)));
}

const thousands = (value: number) => Math.round(value).toLocaleString('en');

const sample = () => ({
  type: 'progress',
  projectId: 'project-1',
  userId: 'user-456',
  timestamp: 1_700_000_000_000,
  data: { percent: 50, message: 'Linking the modules of the page' },
});
