/**
 * A state as JSON text, made in one pass over its fields: for the message, for its size limit, and for comparing it
 * with the state before. Text, because some editors change the state in place, so that the old and the new state are
 * one object.
 */
import type { State } from '../protocol/state.js';

export interface StateText {
  /** Exactly what `JSON.stringify(state)` gives. */
  readonly full: string;
  /** The fields of the presence lane. */
  readonly slow: string;
  /** The fields of the motion lane (M1). */
  readonly fast: string;
}

/** Serialises each field of `state` once. `fastFields`: the names of the fields that travel in the motion lane. */
export function writeState(state: State, fastFields: readonly string[]): StateText {
  const full: string[] = [];
  let slow = '';
  let fast = '';
  for (const name of Object.keys(state)) {
    const value: string | undefined = JSON.stringify(state[name]);
    if (value === undefined) continue; // JSON has no functions and no `undefined`
    const field = `${JSON.stringify(name)}:${value}`;
    full.push(field);
    if (fastFields.includes(name)) fast += field;
    else slow += field;
  }
  return { full: `{${full}}`, slow, fast };
}
