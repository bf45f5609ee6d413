/**
 * The id that an event is given on its way out, by which listeners tell a copy. It is written into the JSON's bytes: a copy of
 * the event with one more field would take longer to make and to write than everything else that is done to publish it.
 */
import { uniqueId } from '../id.js';

/** Others may give many events one id; only those that begin so are ours, and tell copies by themselves. */
const OURS = '~';
/** Events are written one behind another into blocks of this size: memory of its own costs each more than its bytes do. */
const BLOCK_BYTES = 16_384;
const MAX_EVENT_BYTES = 4_096;

const encoder = new TextEncoder();
let block: Uint8Array | undefined;
/** Where the next event begins in the block. What was written before is never touched again. */
let next = 0;

export function isOurs(id: string): boolean {
  return id.startsWith(OURS);
}

/** `json`: an object that is not empty. */
export function withId(json: string): Uint8Array {
  const id = `,"id":"${OURS}${uniqueId()}"}`;
  const most = 3 * json.length + id.length;
  if (most > MAX_EVENT_BYTES) return encoder.encode(json.slice(0, -1) + id);
  if (!block || next + most > BLOCK_BYTES) {
    block = new Uint8Array(BLOCK_BYTES);
    next = 0;
  }
  const start = next;
  next += encoder.encodeInto(json, start === 0 ? block : block.subarray(start)).written - 1; // the closing brace is in the id
  for (let i = 0; i < id.length; i++) block[next++] = id.charCodeAt(i);
  return block.subarray(start, next);
}
