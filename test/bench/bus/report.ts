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
    return `| ${title} | ${thousands(perSecond)} | ${range} | ${ratio(raw, figures).toFixed(2)} | ${cpu.toFixed(1)} µs | ${p50.toFixed(2)} ms | ${p99.toFixed(2)} ms |`;
  });
  const typed = lanes.find(({ lane }) => lane.id === 'typed');
  const cost = typed ? 1 - ratio(raw, typed) : Number.NaN;
  const verdict = cost <= GOAL ? 'met' : '**missed**';
  return `# The bus beside raw nats.ws

What the typed events cost: \`publishBuildEvent\` and \`onBuildEvents\` beside nats.ws alone with \`JSON.stringify\` and
\`JSON.parse\`, in one run on one machine. This file is written by the run itself:

\`\`\`sh
npm run bench:bus             # about two minutes, writes this file
npm run bench:bus -- --quick  # a few seconds, prints
\`\`\`

${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${release().split('-')[0]} ${arch()}, Node ${process.version}, nats-server ${natsVersion}, nats.ws ${version('nats.ws')}, valibot ${version('valibot')}.

| | events/s | of all runs | ÷ raw | processor time per event | p50 | p99 |
|---|---:|---:|---:|---:|---:|---:|
${rows.join('\n')}

**Goal**: validated events cost at most ${GOAL * 100} % of raw throughput. They cost ${(100 * cost).toFixed(0)} %: ${verdict}.

## How to read it

- An event is a build event of ${Buffer.byteLength(JSON.stringify(sample()))} bytes of JSON. Publisher and listener are in one process, each with a connection of
  its own; the server is another process. So an event's processor time is that of sending and of hearing, and its throughput is what one
  core carries of both.
- Throughput: ${events.toLocaleString('en')} events a run, at most 1000 under way: each system waits until the server has confirmed the oldest 100. Every event must
  arrive, once and in order. ${raw.throughputs.length} runs each after warming up, the systems in turn and each round beginning with another; the table has
  medians. The ratio is the median of the ratios within a round.
- Latency: from before the call that publishes until the listener's callback, one event a millisecond.
- The typed layer's share buys: a check of every field at both ends, an \`id\` for each event (so the messages are longer) and the dropping
  of copies, a promise for each publish that resolves when the server has it, and a copy held until then.
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
