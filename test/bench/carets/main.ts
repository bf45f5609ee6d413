/** The benchmark of carets. Arguments: `--quick` (short; prints, and writes no file). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, percentiles } from '../analysis.js';
import { endAll, Worker } from '../children.js';
import { sleep, until } from '../clock.js';
import { untilCalm } from '../cpu.js';
import { machine } from '../machine.js';
import { natsVersion, type Server, startServer } from '../servers.js';
import { latencies } from './latencies.js';
import { type Row, report } from './report.js';
import { SYSTEMS, type SystemId } from './seats.js';
import type { CaretOps, Rhythm } from './worker.js';

const RHYTHMS: Readonly<Record<string, Rhythm>> = { typing: [120, 300], 'an arrow key held': [33, 33] };
const PEOPLES = [2, 20];
const DRIVERS = 2;
const quick = process.argv.includes('--quick');
const rounds = quick ? 1 : 3;
const moves = quick ? 15 : 40;
const ids = Object.keys(SYSTEMS) as SystemId[];

type Figures = Pick<Row, 'p50' | 'p95' | 'missing' | 'bytesOut' | 'bytesIn'>;

let rooms = 0;

/** One room of these people in this rhythm. Throws where they do not find each other. */
async function measure(system: SystemId, { address }: Server, people: number, rhythm: Rhythm): Promise<Figures> {
  const workers = await Promise.all(Array.from({ length: DRIVERS }, () => Worker.start<CaretOps>()));
  const room = `carets-${++rooms}`;
  const all = Array.from({ length: people }, (_, index) => index);
  await Promise.all(
    workers.map((worker, w) => {
      const here = all.filter((index) => index % DRIVERS === w);
      return worker.call('open', system, address.url, room, here);
    }),
  );
  const met = await until(20_000, async () => {
    const seen = await Promise.all(workers.map((worker) => worker.call('people')));
    return Math.min(...seen) >= people;
  });
  if (!met) throw new Error(`${system}: ${people} people did not see each other within 20 s.`);
  await sleep(1_000); // what follows a join
  await untilCalm();
  await Promise.all(workers.map((worker) => worker.call('harvest')));
  const bytes = () => Promise.all(workers.map((worker) => worker.call('bytes')));
  const before = await bytes();
  await Promise.all(workers.map((worker) => worker.call('type', moves, rhythm)));
  await sleep(500); // the last ones arrive
  const after = await bytes();
  const sights = (await Promise.all(workers.map((worker) => worker.call('harvest')))).flat();
  await Promise.all(workers.map((worker) => worker.call('leave')));
  await Promise.all(workers.map((worker) => worker.end()));

  const { values, missing } = latencies(sights, people);
  const { p50, p95 } = percentiles(values);
  const sum = (way: 'in' | 'out') =>
    after.reduce((total, one, w) => total + one[way] - (before[w]?.[way] ?? 0), 0) / (people * moves);
  return { p50, p95, missing, bytesOut: sum('out'), bytesIn: sum('in') / (people - 1) };
}

process.on('exit', endAll);
const servers = new Map<SystemId, Server>();
try {
  for (const id of ids) servers.set(id, await startServer(SYSTEMS[id].server));
  const rows: Row[] = [];
  for (const people of PEOPLES) {
    for (const [rhythm, times] of Object.entries(RHYTHMS)) {
      const found = new Map<SystemId, Figures[]>(ids.map((id) => [id, []]));
      for (let round = 0; round < rounds; round++) {
        for (let turn = 0; turn < ids.length; turn++) {
          const id = ids[(turn + round) % ids.length] as SystemId;
          found.get(id)?.push(await measure(id, servers.get(id) as Server, people, times));
        }
      }
      for (const [id, figures] of found) {
        const of = (key: keyof Figures) => median(figures.map((one) => one[key]));
        const missing = figures.reduce((sum, one) => sum + one.missing, 0);
        const row = { title: SYSTEMS[id].title, people, rhythm, p50: of('p50'), p95: of('p95'), missing };
        rows.push({ ...row, bytesOut: of('bytesOut'), bytesIn: of('bytesIn') });
        process.stderr.write(`${people} people, ${rhythm}: ${row.title} p50 ${row.p50.toFixed(2)} ms\n`);
      }
    }
  }
  const text = report({ machine: machine(), natsVersion, rounds, moves, quick, rows });
  if (quick) process.stdout.write(text);
  else writeFileSync(join(process.cwd(), 'docs', 'benchmarks-carets.md'), text);
} finally {
  endAll();
  await Promise.all([...servers.values()].map((server) => server.stop()));
}
