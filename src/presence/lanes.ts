/**
 * M1, M10: which lane each field of the own state takes. The configured fast fields travel with the pointer. So does
 * every other field while it changes often, since a full state for each change would send everything again.
 */
import { MAX_FIELDS, MAX_NAME_BYTES } from '../protocol/fields-codec.js';
import { IDENTITY, type State } from '../protocol/state.js';
import { fits } from '../protocol/utf8.js';

/** A field moves to the motion lane with more changes than this within {@link OFTEN_MS}. */
const OFTEN = 4;
const OFTEN_MS = 1_000;
/** It moves back after a full state has carried it when it had not changed for this long. Milliseconds. */
export const SETTLED_MS = 1_000;

export class Lanes {
  readonly #configured: readonly string[];
  /** The fields that moved, with the time of their last change. */
  readonly #moved = new Map<string, number>();
  /** The times of the last changes of each other field, oldest first. */
  readonly #changes = new Map<string, number[]>();
  #seen: PropertyDescriptorMap = {};

  constructor(fastFields: readonly string[]) {
    this.#configured = fastFields;
  }

  /** The names of the fields in the motion lane now. */
  get fast(): readonly string[] {
    return [...this.#configured, ...this.#moved.keys()];
  }

  hasMoved(name: string): boolean {
    return this.#moved.has(name);
  }

  /** The page wrote `state` at the time `now`. */
  wrote(state: State, now: number): void {
    const before = this.#seen;
    this.#seen = Object.getOwnPropertyDescriptors(state); // reading a property may throw
    for (const name of new Set([...Object.keys(before), ...Object.keys(this.#seen)])) {
      if (before[name]?.value !== this.#seen[name]?.value) this.#changed(name, now);
    }
    for (const [name, times] of this.#changes) if (now - (times.at(-1) ?? now) > OFTEN_MS) this.#changes.delete(name);
  }

  /** A full state carries all fields now: those that rest move back to the presence lane. */
  settle(now: number): void {
    for (const [name, at] of this.#moved) if (now - at >= SETTLED_MS) this.#moved.delete(name);
  }

  #changed(name: string, now: number): void {
    if (this.#moved.has(name)) {
      this.#moved.set(name, now);
      return;
    }
    if (this.#configured.includes(name) || (IDENTITY as readonly string[]).includes(name)) return;
    const times = [...(this.#changes.get(name) ?? []), now].slice(-OFTEN - 1);
    this.#changes.set(name, times);
    const often = times.length > OFTEN && now - (times[0] ?? now) <= OFTEN_MS;
    // A batch holds no more fields, and no longer names.
    if (!often || this.fast.length >= MAX_FIELDS || !fits(name, MAX_NAME_BYTES)) return;
    this.#changes.delete(name);
    this.#moved.set(name, now);
  }
}
