/**
 * What verification costs: one open room and one verified room, each with its own server and drivers, move in turns. So
 * each pair of loads has the same machine, and the middle of several pairs says more than one load of each.
 */
import type { System } from '../adapter.js';
import { median } from '../analysis.js';
import { Worker } from '../children.js';
import { sleep } from '../clock.js';
import { untilCalm } from '../cpu.js';
import type { Server } from '../servers.js';
import { type Load, putOn } from './load.js';
import { fill, type MovingOptions } from './moving.js';

export interface VerificationOptions {
  readonly people: number;
  /** Pairs of loads; each lasts `ms` milliseconds. */
  readonly rounds: number;
  readonly ms: number;
  /** Waits for a calm machine before each load. */
  readonly patient: boolean;
  /** Driving processes of each room. */
  readonly drivers: number;
}

/** Of one load: bytes received and microseconds for each delivery, milliseconds until an update was held. */
export interface Figures {
  readonly bytes: number;
  /** Bytes sent for each update. */
  readonly bytesOut: number;
  readonly server: number;
  readonly client: number;
  readonly p50: number;
  readonly p95: number;
}

export interface VerificationResult {
  readonly people: number;
  readonly rounds: number;
  /** Medians of the loads. */
  readonly open: Figures;
  readonly verified: Figures;
  /** Medians of verified ÷ open in each pair. */
  readonly ratio: Figures;
}

/** A room that is full, and what it takes to put a load on it. */
type Room = MovingOptions & { readonly movesBefore: Map<number, number> };

async function prepared(system: System, server: Server, drivers: number, people: number, ms: number): Promise<Room> {
  const workers = await Promise.all(Array.from({ length: drivers }, () => Worker.start()));
  const room = { system, server, workers, room: `v${people}`, people, ms, hz: 60, movesBefore: new Map() };
  if (!(await fill(room))) throw new Error(`${system.title}: ${people} people did not see each other within 30 s.`);
  return room;
}

function figuresOf({ analysis, ms, bytesOut, bytesPerUpdate, ...load }: Load, people: number): Figures {
  return {
    bytes: bytesPerUpdate,
    bytesOut: (bytesOut * people * (ms / 1000)) / analysis.updates,
    server: load.serverPerDelivery,
    client: load.clientPerUpdate,
    p50: analysis.update.p50,
    p95: analysis.update.p95,
  };
}

/** Figure by figure, of several loads or of several pairs. */
function combined(all: readonly Figures[], combine: (values: readonly number[]) => number): Figures {
  const of = (key: keyof Figures) => combine(all.map((one) => one[key]));
  return {
    bytes: of('bytes'),
    bytesOut: of('bytesOut'),
    server: of('server'),
    client: of('client'),
    p50: of('p50'),
    p95: of('p95'),
  };
}

/** The two systems, each with a server of its own. */
export type Sides = Readonly<Record<'open' | 'verified', { readonly system: System; readonly server: Server }>>;

export async function verification(
  { open, verified }: Sides,
  { people, rounds, ms, patient, drivers }: VerificationOptions,
): Promise<VerificationResult> {
  const rooms = {
    open: await prepared(open.system, open.server, drivers, people, ms),
    verified: await prepared(verified.system, verified.server, drivers, people, ms),
  };
  const loads: Record<keyof Sides, Figures[]> = { open: [], verified: [] };
  await sleep(1000);
  for (let round = 0; round < rounds; round++) {
    // Each goes first in every other pair.
    for (const side of round % 2 === 0 ? (['open', 'verified'] as const) : (['verified', 'open'] as const)) {
      if (patient) await untilCalm();
      loads[side].push(figuresOf(await putOn(rooms[side], rooms[side].movesBefore), people));
    }
  }
  await Promise.all(Object.values(rooms).flatMap(({ workers }) => workers.map((worker) => worker.end())));
  const ratios = loads.open.map((before, pair) =>
    combined(
      [before, ...loads.verified.slice(pair, pair + 1)],
      ([one = Number.NaN, other = Number.NaN]) => other / one,
    ),
  );
  return {
    people,
    rounds,
    open: combined(loads.open, median),
    verified: combined(loads.verified, median),
    ratio: combined(ratios, median),
  };
}
