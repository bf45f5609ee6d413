/** One load: everyone moves for some seconds, and everything that can be counted is counted. */
import { type Analysis, analyse } from '../analysis.js';
import type { Worker } from '../children.js';
import { now, until } from '../clock.js';
import { machineTime, processCpu } from '../cpu.js';
import type { Mark } from '../worker.js';
import type { MovingOptions } from './moving.js';

export interface Load {
  readonly ms: number;
  readonly moves: number;
  /** Moves left out because the driving process was late. */
  readonly missed: number;
  readonly analysis: Analysis;
  /** Per client and second, on the TCP connection; messages are WebSocket messages. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly messagesIn: number;
  /** Received bytes over updates held, and over positions held. */
  readonly bytesPerUpdate: number;
  readonly bytesPerSample: number;
  /** Microseconds of processor time. */
  readonly serverPerDelivery: number;
  readonly clientPerUpdate: number;
  /** Shares of one processor; of all processors for the machine. */
  readonly serverLoad: number;
  readonly driverLoads: readonly number[];
  readonly machineLoad: number;
  /** What programs that are no part of the bench took meanwhile, in shares of one processor. */
  readonly othersLoad: number;
  /** Milliseconds from the end of the moving until nothing more arrived. */
  readonly drainMs: number;
}

export const marks = (workers: readonly Worker[]): Promise<Mark[]> =>
  Promise.all(workers.map((worker) => worker.call('mark')));

export const total = (all: readonly Mark[], read: (mark: Mark) => number) =>
  all.reduce((sum, mark) => sum + read(mark), 0);

interface Instant {
  at: number;
  marks: Mark[];
  server: number;
  own: number;
  machine: ReturnType<typeof machineTime>;
}

async function instant({ server, workers }: MovingOptions): Promise<Instant> {
  const all = await marks(workers);
  const own = process.cpuUsage();
  const machine = machineTime();
  return { at: now(), marks: all, server: processCpu(server.pid), own: own.user + own.system, machine };
}

/** Until nothing has arrived for 400 ms; when the last did. */
async function drained(workers: readonly Worker[], stopped: Instant): Promise<number> {
  let held = total(stopped.marks, (mark) => mark.held);
  let lastChange = stopped.at;
  const quiet = async () => {
    const next = total(await marks(workers), (mark) => mark.held);
    if (next !== held) lastChange = now();
    held = next;
    return now() - lastChange > 400;
  };
  await until(8000, quiet, 100);
  return lastChange;
}

/** `movesBefore`: how many moves each person had made already; brought up to date. */
export async function putOn(options: MovingOptions, movesBefore: Map<number, number>): Promise<Load> {
  const { system, workers, people, ms, hz, profile } = options;
  const before = await instant(options);
  const profileName = profile ? `${system.id}-${people}` : '';
  const moved = await Promise.all(workers.map((worker) => worker.call('move', hz, ms, profileName)));
  const stopped = await instant(options);
  const lastChange = await drained(workers, stopped);
  const after = await instant(options);

  const pages = await Promise.all(workers.map((worker) => worker.call('harvest')));
  const analysis = analyse(pages, people, movesBefore);
  for (const page of pages) {
    for (const [person, times] of page.moves) movesBefore.set(person, (movesBefore.get(person) ?? 0) + times.length);
  }

  const delta = (read: (mark: Mark) => number) => total(after.marks, read) - total(before.marks, read);
  const bytesIn = delta((mark) => mark.sockets.bytesIn);
  const busyMs = stopped.at - before.at;
  const perClient = people * (busyMs / 1000);
  /** Share of one processor, of microseconds spent between the start and the stop. */
  const load = (microseconds: number) => microseconds / 1000 / busyMs;
  const serverLoad = load(stopped.server - before.server);
  const driverLoads = stopped.marks.map((mark, i) => load(mark.cpu - (before.marks[i]?.cpu ?? 0)));
  const { cores, share } = machineShare(before, stopped);
  const ours = serverLoad + driverLoads.reduce((a, b) => a + b, 0) + load(stopped.own - before.own);
  return {
    ms,
    moves: moved.reduce((sum, each) => sum + each.moves, 0),
    missed: moved.reduce((sum, each) => sum + each.missed, 0),
    analysis,
    bytesIn: bytesIn / perClient,
    bytesOut: delta((mark) => mark.sockets.bytesOut) / perClient,
    messagesIn: delta((mark) => mark.sockets.messagesIn) / perClient,
    bytesPerUpdate: bytesIn / analysis.held,
    bytesPerSample: bytesIn / analysis.samples,
    serverPerDelivery: (after.server - before.server) / analysis.held,
    clientPerUpdate: delta((mark) => mark.cpu) / analysis.held,
    serverLoad,
    driverLoads,
    machineLoad: share,
    othersLoad: Math.max(0, share * cores - ours),
    drainMs: lastChange - stopped.at,
  };
}

function machineShare(before: Instant, after: Instant): { cores: number; share: number } {
  const all = after.machine.all - before.machine.all;
  // Ticks of 10 ms a processor, so that the machine itself says how many processors it counts.
  return {
    cores: Math.round(all / ((after.at - before.at) / 10)),
    share: (after.machine.busy - before.machine.busy) / all,
  };
}
