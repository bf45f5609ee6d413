/** The bench: runs every part on every system, one system at a time under load, and writes the tables. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { System } from './adapter.js';
import { endAll, Worker } from './children.js';
import { now } from './clock.js';
import { machine } from './machine.js';
import { HELP, type Options, parseOptions, wantsPart, wantsSystem } from './options.js';
import { idle } from './parts/idle.js';
import { joining } from './parts/joining.js';
import { life } from './parts/life.js';
import { moving } from './parts/moving.js';
import { verification } from './parts/verification.js';
import { markdown } from './report/report.js';
import type { Results } from './results.js';
import { natsVersion, type Server, startServer } from './servers.js';
import { systemOf } from './systems.js';

const CACHE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(CACHE, '..', '..');

/** Driving processes. Two keep one busy client from delaying all the others, and leave the server its share. */
const DRIVERS = 2;
const THROTTLED = ['nats', 'slate', 'slate-verified', 'y-websocket', 'hocuspocus', 'hocuspocus-gathered'];
const UNTHROTTLED = ['y-websocket-60', 'hocuspocus-60'];
/** Milliseconds to look on after the processes were frozen and after the network was cut. */
const WHOLE_LIFE = { frozenMs: 50_000, afterCutMs: 25_000 };
const QUICK_LIFE = { frozenMs: 15_000, afterCutMs: 8000 };
const PRESENT = ['slate', 'slate-verified', 'y-websocket', 'hocuspocus'];
/** Verification changes nothing of what is seen when something breaks. */
const BREAKING = PRESENT.filter((id) => id !== 'slate-verified');

const servers: Server[] = [];

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function serve(system: System): Promise<Server> {
  const server = await startServer(system.server);
  servers.push(server);
  return server;
}

async function stopServers(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
}

async function runMoving(id: string, peoples: readonly number[], ms: number, options: Options, results: Results) {
  const system = systemOf(id);
  const server = await serve(system);
  const workers = await Promise.all(Array.from({ length: DRIVERS }, () => Worker.start()));
  for (const people of peoples) {
    const room = `m${people}`;
    const result = await moving({
      system,
      server,
      workers,
      room,
      people,
      ms,
      hz: 60,
      profile: options.profile,
      patient: !options.quick,
    });
    results.moving.push(result);
    const { analysis } = result;
    say(
      `${system.title}: ${people} moving, update p95 ${analysis.update.p95.toFixed(1)} ms, ` +
        `held ${((100 * analysis.held) / analysis.expected).toFixed(1)} %, ${result.bytesPerUpdate.toFixed(0)} B, ` +
        `server ${result.serverPerDelivery.toFixed(2)} µs, client ${result.clientPerUpdate.toFixed(2)} µs, ` +
        `machine ${(100 * result.machineLoad).toFixed(0)} %, others ${(100 * result.othersLoad).toFixed(0)} %`,
    );
    if (people === 100 && system.presence && PRESENT.includes(id) && wantsPart(options, 'joining')) {
      const joined = await joining(system, server, workers, room, people, options.quick ? 2 : 7, options.profile);
      results.joining.push(joined);
      const took = `${joined.fromCall.toFixed(1)} ms, ${joined.deliveries} deliveries`;
      say(`${system.title}: newcomer holds ${people} after ${took}`);
    }
    await Promise.all(workers.map((worker) => worker.call('leave')));
  }
  await Promise.all(workers.map((worker) => worker.end()));
  await stopServers();
}

async function runResting(options: Options, results: Results) {
  const systems = PRESENT.filter((id) => wantsSystem(options, id)).map(systemOf);
  const jobs: Promise<void>[] = [];
  for (const system of systems) {
    const server = await serve(system);
    if (wantsPart(options, 'idle')) {
      jobs.push(
        idle(system, server, 50, options.quick ? 20_000 : 60_000).then((result) => void results.idle.push(result)),
      );
    }
    if (wantsPart(options, 'life') && BREAKING.includes(system.id)) {
      jobs.push(
        life(system, server, options.quick ? QUICK_LIFE : WHOLE_LIFE).then((result) => void results.life.push(result)),
      );
    }
  }
  await Promise.all(jobs);
  for (const list of [results.idle, results.life]) {
    list.sort((a: { system: string }, b: { system: string }) => PRESENT.indexOf(a.system) - PRESENT.indexOf(b.system));
  }
  await stopServers();
}

/** Only where both are wanted: each figure is one beside the other. */
async function runVerification(options: Options, results: Results) {
  const [open, verified] = [systemOf('slate'), systemOf('slate-verified')];
  if (![open, verified].every(({ id }) => wantsSystem(options, id))) return;
  const sides = {
    open: { system: open, server: await serve(open) },
    verified: { system: verified, server: await serve(verified) },
  };
  const rounds = options.quick ? 3 : 7;
  for (const people of options.peoples ?? [10, 100]) {
    const ms = options.quick ? 2000 : 4000;
    const result = await verification(sides, { people, rounds, ms, patient: !options.quick, drivers: DRIVERS });
    results.verification.push(result);
    const { bytes, server, client } = result.ratio;
    const parts = { bytes, server, client };
    const text = Object.entries(parts).map(([name, ratio]) => `${name} × ${ratio.toFixed(2)}`);
    say(`Verified ÷ open, ${people} moving: ${text.join(', ')}`);
  }
  await stopServers();
}

async function run(options: Options): Promise<Results> {
  const results: Results = {
    machine: machine(),
    quick: options.quick,
    moving: [],
    joining: [],
    idle: [],
    life: [],
    verification: [],
    seconds: 0,
  };
  const began = now();
  const ms = options.quick ? 2000 : 5000;
  if (wantsPart(options, 'moving') || wantsPart(options, 'joining')) {
    const peoples = options.peoples ?? (options.quick ? [10, 100] : [2, 10, 50, 100, 200]);
    for (const id of THROTTLED.filter((each) => wantsSystem(options, each))) {
      await runMoving(id, peoples, ms, options, results);
    }
    const fewer = options.peoples ?? (options.quick ? [] : [10, 50, 100]);
    for (const id of UNTHROTTLED.filter((each) => wantsSystem(options, each))) {
      await runMoving(id, fewer, ms, options, results);
    }
  }
  if (wantsPart(options, 'idle') || wantsPart(options, 'life')) await runResting(options, results);
  if (wantsPart(options, 'verification')) await runVerification(options, results);
  results.seconds = (now() - began) / 1000;
  if (natsVersion !== '') results.machine.versions['nats-server'] = natsVersion;
  return results;
}

const options = parseOptions(process.argv.slice(2));
if (options === undefined) {
  say(HELP);
  process.exit(2);
}
let ending = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (ending) return;
    ending = true;
    endAll();
    void stopServers().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  });
}
process.on('exit', endAll);
process.setMaxListeners(0);

try {
  const results = await run(options);
  const whole = !options.quick && options.only.size === 0 && options.peoples === undefined;
  const text = markdown(results);
  const file = whole ? join(ROOT, 'docs', 'benchmarks.md') : join(CACHE, 'benchmarks.md');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  await writeFile(join(CACHE, 'results.json'), JSON.stringify(results, undefined, 2));
  say(`Written: ${file}`);
} catch (error) {
  if (!ending) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  }
} finally {
  endAll();
  await stopServers();
}
