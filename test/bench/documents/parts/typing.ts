/** How long a keystroke takes to the others, and whether all arrive. */
import type { Worker } from '../../children.js';
import { now, sleep, until } from '../../clock.js';
import type { DocumentSystem } from '../adapter.js';
import type { Arrived, Typed } from '../typist.js';
import type { DocumentOps, Harvest } from '../worker.js';

export interface TypingResult {
  readonly system: string;
  readonly round: number;
  readonly people: number;
  /** Milliseconds from the insert to `afterTransaction` of another. */
  readonly p50: number;
  readonly p99: number;
  /** Keystrokes that reached another person, of all that should have. */
  readonly delivered: number;
  readonly expected: number;
  /** Milliseconds from the last keystroke until all documents were equal; undefined: not within the limit. */
  readonly equalAfter: number | undefined;
}

/** How often one of so many people types, in milliseconds. */
export const paceOf = (people: number): number => (people > 10 ? 500 : 125);

const WARM_UP_MS = 1500;
/** All documents must be equal within this. */
const EQUAL_MS = 10_000;

export interface TypingOptions {
  readonly system: DocumentSystem;
  readonly url: string;
  readonly workers: readonly Worker<DocumentOps>[];
  readonly round: number;
  readonly people: number;
  readonly ms: number;
}

export async function typing({ system, url, workers, round, people, ms }: TypingOptions): Promise<TypingResult> {
  const name = `typing-${people}`;
  const everyMs = paceOf(people);
  await Promise.all(
    workers.map((worker, i) => {
      const own = Array.from({ length: people }, (_, person) => person).filter(
        (person) => person % workers.length === i,
      );
      return worker.call('open', system.id, url, name, own);
    }),
  );
  const type = (forMs: number) =>
    Promise.all(workers.map((worker) => worker.call('type', everyMs, Math.max(1, Math.round(forMs / everyMs)))));
  const equal = async () => {
    const states = await Promise.all(workers.map((worker) => worker.call('states')));
    return new Set(states.flat()).size === 1;
  };
  const harvest = async (): Promise<Harvest> => {
    const all = await Promise.all(workers.map((worker) => worker.call('harvest')));
    return { typed: all.flatMap(({ typed }) => typed), arrived: all.flatMap(({ arrived }) => arrived) };
  };

  await type(WARM_UP_MS);
  await until(EQUAL_MS, equal);
  await harvest();
  await type(ms);
  const last = now();
  await sleep(20);
  const isEqual = await until(EQUAL_MS, equal, 20);
  const equalAfter = isEqual ? now() - last : undefined;
  const { typed, arrived } = await harvest();
  await Promise.all(workers.map((worker) => worker.call('leave')));
  return { system: system.id, round, people, ...latencies(typed, arrived, people), equalAfter };
}

/** Pure. */
export function latencies(typed: readonly Typed[], arrived: readonly Arrived[], people: number) {
  const times = new Map(typed.map(({ client, clock, at }) => [`${client} ${clock}`, at]));
  const late: number[] = [];
  for (const { client, from, to, at } of arrived) {
    for (let clock = from; clock < to; clock++) {
      const time = times.get(`${client} ${clock}`);
      if (time !== undefined) late.push(at - time);
    }
  }
  late.sort((a, b) => a - b);
  const at = (share: number) => late[Math.min(late.length - 1, Math.floor(share * late.length))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), delivered: late.length, expected: typed.length * (people - 1) };
}
