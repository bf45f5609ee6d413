/** The main part: N people in one room, all moving at 60 Hz; before it, what one move of one person costs. */
import type { System } from '../adapter.js';
import type { Worker } from '../children.js';
import { now, sleep, until } from '../clock.js';
import { untilCalm } from '../cpu.js';
import type { Server } from '../servers.js';
import { type Load, marks, putOn, total } from './load.js';

export interface MoveCost {
  /** Messages sent and received, by all clients together, for one move of one person. */
  publishes: number;
  deliveries: number;
}

export interface MovingResult extends Load {
  readonly system: string;
  readonly title: string;
  readonly people: number;
  readonly cost: MoveCost;
  /** False: not everyone held everyone before the load. */
  readonly joined: boolean;
}

export interface MovingOptions {
  readonly system: System;
  readonly server: Server;
  readonly workers: readonly Worker[];
  readonly room: string;
  readonly people: number;
  readonly ms: number;
  readonly hz: number;
  /** Waits for a calm machine, and puts a disturbed load on again. */
  readonly patient?: boolean;
  /** Writes a processor profile of each driver while everyone moves. */
  readonly profile?: boolean;
}

const ATTEMPTS = 3;
/** For the whole run, so that it ends in reasonable time on a busy machine. */
let retries = 5;
/** Share of one processor that other programs may take before a load is put on again. */
export const MUCH_ELSE = 0.15;
const STEPS = 10;
const STEP_MS = 120;

/** Fills the room: person i goes to worker i mod W. True once everyone holds everyone. */
export async function fill({ system, server, workers, room, people }: MovingOptions): Promise<boolean> {
  await Promise.all(
    workers.map((worker, w) => {
      const indexes = Array.from({ length: people }, (_, i) => i).filter((i) => i % workers.length === w);
      return worker.call('open', system.id, server.address, room, indexes, 5);
    }),
  );
  const used = workers.filter((_, w) => w < people);
  return until(30_000, async () => {
    const held = await Promise.all(used.map((worker) => worker.call('people', room)));
    return Math.min(...held) >= people;
  });
}

/** One person makes single moves in a room at rest. What the room sends by itself in that time is taken off. */
async function moveCost({ workers }: MovingOptions): Promise<MoveCost> {
  const read = async () => {
    const all = await marks(workers);
    return {
      up: total(all, (mark) => mark.pointerCounts.up),
      down: total(all, (mark) => mark.pointerCounts.down),
      at: now(),
    };
  };
  const start = await read();
  await sleep(STEPS * STEP_MS);
  const quiet = await read();
  await workers[0]?.call('step', 0, STEPS, STEP_MS);
  await sleep(200);
  const end = await read();
  const scale = (end.at - quiet.at) / (quiet.at - start.at);
  return {
    publishes: (end.up - quiet.up - (quiet.up - start.up) * scale) / STEPS,
    deliveries: (end.down - quiet.down - (quiet.down - start.down) * scale) / STEPS,
  };
}

export async function moving(options: MovingOptions): Promise<MovingResult> {
  const { system, workers, people, patient } = options;
  const joined = await fill(options);
  await sleep(500);
  const cost = await moveCost(options);
  await Promise.all(workers.map((worker) => worker.call('harvest')));

  // A load during which the machine had much else to do says little: it is put on again, and the calmest counts.
  const movesBefore = new Map([[0, STEPS]]);
  let calmest: Load | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (patient) await untilCalm();
    const load = await putOn(options, movesBefore);
    if (calmest === undefined || load.othersLoad < calmest.othersLoad) calmest = load;
    if (!patient || retries === 0 || !(calmest.othersLoad >= MUCH_ELSE)) break;
    retries -= 1;
  }
  if (calmest === undefined) throw new Error('No load was put on.');
  return { system: system.id, title: system.title, people, joined, cost, ...calmest };
}
