/**
 * The id that an event is given on its way out, by which listeners tell a copy: `~`, ten characters that stand for this
 * program, and a count of five digits. It is written into the JSON's bytes: a copy of the event with one more field, or
 * of its text, takes longer to make.
 */
import { encodeObject } from '../bus/payload.js';
import { programName } from '../id.js';

/** Others may give many events one id; only those that begin so are ours, and tell copies by themselves. */
const OURS = '~';
const DIGITS = 5;
const [ZERO, NINE, A, Z] = [0x30, 0x39, 0x61, 0x7a];

/** The end of an event's text, `,"id":"~…"}`: its digits, 0 to 9 and a to z, are counted up where they stand. */
let tail: Uint8Array | undefined;

export function isOurs(id: string): boolean {
  return id.startsWith(OURS);
}

/** `json`: an object that is not empty. */
export function withId(json: string): Uint8Array {
  tail = (tail && counted(tail)) ?? firstTail();
  return encodeObject(json, tail);
}

function firstTail(): Uint8Array {
  return new TextEncoder().encode(`,"id":"${OURS}${programName()}${'0'.repeat(DIGITS)}"}`);
}

/** The next one; `undefined` after sixty million, which go on under another name. */
function counted(bytes: Uint8Array): Uint8Array | undefined {
  const last = bytes.length - 3;
  for (let at = last; at > last - DIGITS; at--) {
    const digit = bytes[at] as number;
    bytes[at] = digit === NINE ? A : digit === Z ? ZERO : digit + 1;
    if (digit !== Z) return bytes;
  }
  return undefined;
}
