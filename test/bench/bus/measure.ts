/** One measurement of one lane: how many events a second when it is full, and how late one is when it is not. */
import type { Heard, Lane } from './lanes.js';

export interface Throughput {
  readonly perSecond: number;
  /** Processor time of this process for one event, sending and hearing together, in microseconds. */
  readonly cpu: number;
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** Ten windows are under way at a time: as much as fills the pipe, and no more than an outbox holds. */
const WINDOW = 100;
const WINDOWS = 10;
const DEADLINE_MS = 60_000;
/** Between two events where latency is measured, on average. */
const PACE_MS = 1;

/** What a lane calls for each event that arrived; the measurement under way takes it. */
export class Ear {
  take: Heard = () => undefined;
  readonly heard: Heard = (index) => this.take(index);
}

/** Every event must arrive, once and in order; anything else is an error, not a figure. */
function arrivals(ear: Ear, count: number, at: (index: number) => void = () => undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let next = 0;
    const timer = setTimeout(() => reject(new Error(`Only ${next} of ${count} events arrived.`)), DEADLINE_MS);
    ear.take = (index) => {
      if (index !== next) reject(new Error(`Event ${index} arrived where ${next} was expected.`));
      at(index);
      next = index + 1;
      if (next < count) return;
      clearTimeout(timer);
      resolve();
    };
  });
}

export async function throughput(lane: Lane, ear: Ear, count: number): Promise<Throughput> {
  globalThis.gc?.();
  const done = arrivals(ear, count);
  const cpu = process.cpuUsage();
  const start = performance.now();
  const windows: Promise<unknown>[] = [];
  for (let index = 0; index < count; ) {
    const pending: unknown[] = [];
    for (const end = Math.min(index + WINDOW, count); index < end; index++) pending.push(lane.send(index));
    windows.push(lane.sent(pending));
    if (windows.length === WINDOWS) await windows.shift();
  }
  await Promise.all([...windows, done]);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: count / seconds, cpu: (user + system) / count };
}

export async function latency(lane: Lane, ear: Ear, count: number): Promise<Latency> {
  const sent = new Float64Array(count);
  const late = new Float64Array(count);
  const done = arrivals(ear, count, (index) => {
    late[index] = performance.now() - (sent[index] ?? 0);
  });
  const pending: unknown[] = [];
  const start = performance.now();
  for (let index = 0; index < count; index++) {
    while (performance.now() < start + index * PACE_MS) await new Promise(setImmediate);
    sent[index] = performance.now();
    pending.push(lane.send(index));
  }
  await Promise.all([lane.sent(pending), done]);
  late.sort();
  const at = (share: number) => late[Math.floor(share * count)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
