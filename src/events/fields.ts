/** The rules of the fields that all kinds of events share. Unknown fields survive: each event is a loose object. */
import * as v from 'valibot';
import { idToken } from '../protocol/subjects.js';

/** The last time that a `Date` can hold, in milliseconds since 1970. */
const LAST_TIME = 8.64e15;

/** True for a text that can become a token of a subject and is not empty. */
function isId(id: string): boolean {
  try {
    return idToken('', id) !== '';
  } catch {
    return false;
  }
}

export const id = v.pipe(v.string(), v.check(isId, 'must be 1 to 256 bytes of well-formed text'));

export const time = v.pipe(
  v.number(),
  v.check((value) => value > 0 && value <= LAST_TIME, 'must be milliseconds since 1970, above 0'),
);

/** Fields of every event. By its `id` an event is told from its copies; publishing adds one where there is none. */
export const base = { id: v.optional(id), timestamp: time };

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object that is not an array: `v.looseObject` accepts arrays where all its fields are optional. */
export const object = v.custom<Readonly<Record<string, unknown>>>(isPlainObject, 'must be an object');

/** `data` in a shape that its publisher chooses. */
export const data = v.optional(v.unknown());
