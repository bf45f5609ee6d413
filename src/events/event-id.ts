/**
 * The id that an event is given on its way out, by which listeners tell a copy: a sign that it is ours, the name of the
 * program, and how many events it had sent before, in base 36. It is counted and written as bytes, behind those of the JSON:
 * a text of its own, or a copy of the event with one more field, would take longer than all the rest of publishing.
 */
import { encodeText } from '../bus/payload.js';
import { NAME_LENGTH, ownName } from '../id.js';

/** Others may give many events one id; only those that begin so are ours, and tell copies by themselves. */
const SIGN = '~';
const SOURCE_LENGTH = SIGN.length + NAME_LENGTH;
/** More than a program can count to; and every number of so many digits is an exact one. */
const MAX_DIGITS = 10;

const BEFORE = `,"id":"${SIGN}`;
const BEHIND = '"}';
const FIRST_DIGIT = BEFORE.length + NAME_LENGTH;
const [ZERO, NINE, A, Z] = [0x30, 0x39, 0x61, 0x7a] as const;

/** What was written behind the last event. */
let tail: Uint8Array | undefined;

/** `json`: an object that is not empty. */
export function withId(json: string): Uint8Array {
  return encodeText(json, nextTail());
}

function nextTail(): Uint8Array {
  if (!tail) {
    tail = tailOf('0');
    return tail;
  }
  const last = tail.length - BEHIND.length - 1;
  for (let at = last; at >= FIRST_DIGIT; at--) {
    const digit = tail[at] as number;
    if (digit !== Z) {
      tail[at] = digit === NINE ? A : digit + 1;
      return tail;
    }
    tail[at] = ZERO;
  }
  tail = tailOf(`1${'0'.repeat(last - FIRST_DIGIT + 1)}`);
  return tail;
}

function tailOf(digits: string): Uint8Array {
  return new TextEncoder().encode(`${BEFORE}${ownName()}${digits}${BEHIND}`);
}

/** The number in an id that is ours; -1 for any other. */
export function numberOf(id: string): number {
  const { length } = id;
  if (!id.startsWith(SIGN) || length <= SOURCE_LENGTH || length > SOURCE_LENGTH + MAX_DIGITS) return -1;
  if (length > SOURCE_LENGTH + 1 && id.charCodeAt(SOURCE_LENGTH) === ZERO) return -1; // two ids are never one number
  let number = 0;
  for (let at = SOURCE_LENGTH; at < length; at++) {
    const code = id.charCodeAt(at);
    const digit = code <= NINE ? code - ZERO : code >= A && code <= Z ? code - A + 10 : -1;
    if (digit < 0) return -1;
    number = number * 36 + digit;
  }
  return number;
}

/** Whose number that is. */
export function sourceOf(id: string): string {
  return id.slice(0, SOURCE_LENGTH);
}
