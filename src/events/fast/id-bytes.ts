/**
 * As `withId` and `isOwnId` of plain.ts, without making a text: the id is counted and written as bytes behind the bytes
 * of the JSON. A text for each id, or a copy of the event with one more field, would take longer than all the rest of
 * publishing.
 */
import { encodeText } from '../../bus/payload.js';
import { NAME_LENGTH, ownName } from '../../id.js';
import { MAX_DIGITS, SIGN } from './plain.js';

const SOURCE_LENGTH = SIGN.length + NAME_LENGTH;
const BEFORE = `,"id":"${SIGN}`;
const BEHIND = '"}';
const FIRST_DIGIT = BEFORE.length + NAME_LENGTH;
const [ZERO, NINE, A, Z] = [0x30, 0x39, 0x61, 0x7a] as const;

/** The bytes that were written behind the last event: `,"id":"~…"}`. */
let tail: Uint8Array | undefined;

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

/** The number in an id that Slate gave; -1 for any other id. */
export function numberOf(id: string): number {
  const { length } = id;
  if (!id.startsWith(SIGN) || length <= SOURCE_LENGTH || length > SOURCE_LENGTH + MAX_DIGITS) return -1;
  // So that no two ids have one number.
  if (length > SOURCE_LENGTH + 1 && id.charCodeAt(SOURCE_LENGTH) === ZERO) return -1;
  let number = 0;
  for (let at = SOURCE_LENGTH; at < length; at++) {
    const code = id.charCodeAt(at);
    const digit = code <= NINE ? code - ZERO : code >= A && code <= Z ? code - A + 10 : -1;
    if (digit < 0) return -1;
    number = number * 36 + digit;
  }
  return number;
}

export function isOwnId(id: string): boolean {
  return numberOf(id) >= 0;
}

/** The part of an id that names the program. */
export function sourceOf(id: string): string {
  return id.slice(0, SOURCE_LENGTH);
}
