/**
 * The id that an event is given on its way out, by which listeners tell a copy. It is written into the JSON's bytes: a copy of
 * the event with one more field would take longer to make and to write than everything else that is done to publish it.
 */
import { uniqueId } from '../id.js';

/** Others may give many events one id; only those that begin so are ours, and tell copies by themselves. */
const OURS = '~';
const SCRATCH_BYTES = 4096;

const encoder = new TextEncoder();
let scratch: Uint8Array | undefined;

export function isOurs(id: string): boolean {
  return id.startsWith(OURS);
}

/** `json`: an object that is not empty. */
export function withId(json: string): Uint8Array {
  const id = `,"id":"${OURS}${uniqueId()}"}`;
  if (3 * json.length + id.length > SCRATCH_BYTES) return encoder.encode(json.slice(0, -1) + id);
  scratch ??= new Uint8Array(SCRATCH_BYTES);
  let end = encoder.encodeInto(json, scratch).written - 1; // the closing brace is in the id
  for (let i = 0; i < id.length; i++) scratch[end++] = id.charCodeAt(i);
  return scratch.slice(0, end);
}
