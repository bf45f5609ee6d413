/** One property of docs/reliability.md, and what its tests share: waiting with a limit, and how somebody is seen. */
import * as encoding from 'lib0/encoding';
import type { Person, World } from './systems.js';

export interface Outcome {
  readonly number: number;
  readonly pass: boolean;
  /** What was measured, in a few words. */
  readonly value: string;
}

export interface Property {
  readonly numbers: readonly number[];
  readonly run: (world: World) => Promise<Outcome[]>;
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Milliseconds until it holds; undefined where it does not within `limitMs`. */
export async function timeUntil(holds: () => boolean, limitMs: number): Promise<number | undefined> {
  const start = performance.now();
  while (!holds()) {
    if (performance.now() - start > limitMs) return undefined;
    await sleep(2);
  }
  return performance.now() - start;
}

/** Waits for what has to hold before a property can be tested; rejects where it does not within 45 s. */
export async function first(what: string, holds: () => boolean): Promise<void> {
  if ((await timeUntil(holds, 45_000)) === undefined) throw new Error(`Waited 45 s for ${what}.`);
}

export type State = Record<string, unknown> & { user?: { name?: string; color?: string } };

export const idOf = ({ awareness }: Person) => awareness.clientID;
export const seenBy = ({ awareness }: Person, client: number) => awareness.getStates().get(client) as State | undefined;
export const sees = (viewer: Person, other: Person) => seenBy(viewer, idOf(other)) !== undefined;
export const namesOf = ({ awareness }: Person) =>
  [...awareness.getStates().values()].map((state) => (state as State).user?.name).sort();

/** An awareness update with one state, as any program can write it. */
export function update(client: number, clock: number, json: string): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const value of [1, client, clock]) encoding.writeVarUint(encoder, value);
  encoding.writeVarString(encoder, json);
  return encoding.toUint8Array(encoder);
}

export const clockOf = (viewer: Person, client: number) => viewer.awareness.meta.get(client)?.clock ?? 0;

/** "0.3 s", or what it did not do within its limit. */
export const seconds = (ms: number | undefined, limitMs: number) =>
  ms === undefined ? `not within ${limitMs / 1000} s` : `${(ms / 1000).toFixed(ms < 1_000 ? 2 : 1)} s`;
