/**
 * The benchmark of the typed events. Arguments: `--quick` (short; prints, writes no file), `--only <id>` (repeats one
 * lane, for a profile: `node --cpu-prof .cache/bench-bus/main.js --only typed`).
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startNatsServer } from '../../../src/service/local-server.js';
import { type Heard, type Lane, plain, raw, twice, typed } from './lanes.js';
import { Ear, type Latency, latency, type Throughput, throughput } from './measure.js';
import { report } from './report.js';

const args = process.argv.slice(2);
const quick = args.includes('--quick');
const only = args[args.indexOf('--only') + 1];
const root = process.cwd();
const rounds = quick ? 3 : 11;
const events = quick ? 20_000 : 100_000;
const timed = quick ? 500 : 3000;

const makers: Record<string, (url: string, heard: Heard) => Promise<Lane>> = { raw, plain, typed, twice };
const server = await startNatsServer();
try {
  const chosen = args.includes('--only') ? [makers[only ?? ''] ?? raw] : Object.values(makers);
  const lanes = await Promise.all(
    chosen.map(async (make) => {
      const ear = new Ear();
      const lane = await make(server.wsUrl, ear.heard);
      return { lane, ear, throughputs: [] as Throughput[], latencies: [] as Latency[] };
    }),
  );
  const results = new Map(lanes.map((each) => [each.lane.id, each]));
  // A lane hears its own events alone: while one is measured, the others have no connection.
  await Promise.all(lanes.map(({ lane }) => lane.close()));
  const fresh = async (make: (typeof chosen)[number]) => {
    const ear = new Ear();
    return { ear, lane: await make(server.wsUrl, ear.heard) };
  };
  for (let round = -1; round < rounds; round++) {
    for (let turn = 0; turn < chosen.length; turn++) {
      const make = chosen[(turn + round + chosen.length) % chosen.length] ?? raw;
      const { ear, lane } = await fresh(make);
      await throughput(lane, ear, Math.min(events, 10_000)); // warms up
      const full = await throughput(lane, ear, events);
      const late = await latency(lane, ear, timed);
      await lane.close();
      if (round < 0) continue;
      results.get(lane.id)?.throughputs.push(full);
      results.get(lane.id)?.latencies.push(late);
      console.log(
        `${round + 1}/${rounds} ${lane.id}: ${Math.round(full.perSecond)} events/s, p99 ${late.p99.toFixed(2)} ms`,
      );
    }
  }
  const text = report({ root, lanes: [...results.values()], events, natsVersion: server.version });
  if (quick || args.includes('--only')) console.log(text);
  else writeFileSync(join(root, 'docs', 'benchmarks-bus.md'), text);
} finally {
  await server.stop();
}
