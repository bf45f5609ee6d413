/** Processor time from /proc, in microseconds. On a system without /proc the answers are NaN and are shown as such. */
import { readdirSync, readFileSync } from 'node:fs';
import { now, sleep } from './clock.js';

/** User and system time of a process: by the nanosecond where the kernel keeps it a thread, else in ticks of 10 ms. */
export function processCpu(pid: number): number {
  try {
    let nanoseconds = 0;
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
    }
    return nanoseconds / 1000;
  } catch {
    return ticksOf(pid);
  }
}

function ticksOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  } catch {
    return Number.NaN;
  }
}

export interface MachineTime {
  busy: number;
  all: number;
}

/** Ticks of all processors since the machine began. */
export function machineTime(): MachineTime {
  try {
    const fields =
      readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.trim().split(/\s+/).slice(1, 9).map(Number) ?? [];
    const all = fields.reduce((a, b) => a + b, 0);
    return { busy: all - (fields[3] ?? 0) - (fields[4] ?? 0), all };
  } catch {
    return { busy: Number.NaN, all: Number.NaN };
  }
}

const CALM = 0.1;
/** Milliseconds to wait in all, so that the run ends in reasonable time on a busy machine. */
let patience = 40_000;

/** Waits a little for the machine to have nothing else to do. */
export async function untilCalm(): Promise<void> {
  const began = now();
  for (;;) {
    const before = machineTime();
    await sleep(300);
    const after = machineTime();
    const share = (after.busy - before.busy) / (after.all - before.all);
    const waited = now() - began;
    if (!(share > CALM) || waited > Math.min(5000, patience)) {
      patience -= waited;
      return;
    }
  }
}
