/**
 * What a session says of its caret where no text is shared: the awareness field `caret` (docs/PROTOCOL.md, "Carets in
 * fields"). It holds no text, but marks of the text around the caret. Pure.
 */
import { CARET_MARKS, findCaret, marksOfCaret } from '../surface/marks.js';

export const CARET = 'caret';

/** C1: the longest name of a field, in UTF-16 units, and the largest offset. */
export const MAX_NAME = 64;
const MAX_OFFSET = 2 ** 31 - 1;
const MARKS = new RegExp(`^[0-9a-z]{${CARET_MARKS}}$`);

/** Where the selection began, and where the caret is, in UTF-16 units of a text. */
export interface Ends {
  readonly anchor: number;
  readonly head: number;
}

/** Of a text that is another one perhaps. */
type End = readonly [offset: number, marks: string];

/** What one session says. */
export interface Said {
  readonly in: string;
  readonly head: End;
  readonly anchor?: End;
}

/** What to say of a caret in the field of this name. */
export function say(name: string, text: string, { anchor, head }: Ends): Said {
  const end = (offset: number): End => [offset, marksOfCaret(text, offset)];
  return { in: name, head: end(head), ...(anchor !== head && { anchor: end(anchor) }) };
}

/** What another session says of its caret in the field of this name; undefined where it says nothing that holds. */
export function heard(value: unknown, name: string): Said | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { in: field, head, anchor } = value as Record<string, unknown>;
  if (field !== name || !isEnd(head) || !(anchor === undefined || isEnd(anchor))) return undefined;
  return { in: name, head, ...(anchor && { anchor }) };
}

/** C2: where that is in the text of this page; undefined where this text has no such place. */
export function endsIn(text: string, { head, anchor }: Said): Ends | undefined {
  const at = findCaret(text, ...head);
  return at === undefined ? undefined : { anchor: anchor ? (findCaret(text, ...anchor) ?? at) : at, head: at };
}

function isEnd(value: unknown): value is End {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [offset, marks] = value;
  return (
    Number.isInteger(offset) && offset >= 0 && offset <= MAX_OFFSET && typeof marks === 'string' && MARKS.test(marks)
  );
}
