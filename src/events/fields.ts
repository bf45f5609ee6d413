/** The rules that fields of every kind of event share. Unknown fields survive: each event is a loose object. */
import * as v from 'valibot';
import { encodeToken } from '../protocol/token.js';
import { numberOf } from './event-id.js';
import { PLAIN_ID } from './subjects.js';

/** Milliseconds since the epoch that a `Date` can hold. */
const LAST_TIME = 8.64e15;

/** Whatever can be a token of a subject, and is not empty. */
function isId(id: string): boolean {
  if (numberOf(id) >= 0 || PLAIN_ID.test(id)) return true;
  if (id === '') return false;
  try {
    return encodeToken('', id) !== '';
  } catch {
    return false;
  }
}

export const id = v.pipe(v.string(), v.check(isId, 'must be 1 to 256 bytes of well-formed text'));

export const time = v.pipe(
  v.number(),
  v.check((value) => value > 0 && value <= LAST_TIME, 'must be milliseconds since 1970, above 0'),
);

/** Of every event. `id` tells a copy from a second event; it is added on publishing where there is none. */
export const base = { id: v.optional(id), timestamp: time };

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Not a list: where all fields are optional, valibot would take one for an object. */
export const object = v.custom<Readonly<Record<string, unknown>>>(isPlainObject, 'must be an object');

/** `data` whose shape is the publisher's own. */
export const data = v.optional(v.unknown());
