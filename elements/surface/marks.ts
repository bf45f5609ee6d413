/**
 * How a word is found again in a text that was edited: by its base, the offset of its first character, and by two
 * marks, one of the text before the base and one of the text after it. The anchor of a word is `address@` + marks +
 * base (in base 36); over text x and y count characters and lines. A box that has no name, but text, has a mark of how
 * that begins: `address~` + mark. Pure.
 */

/** What x and y span over text, in characters and in lines; one half of it lies before the middle. */
export const CHARACTERS = 2048;
export const LINES = 512;

/** How many characters a mark stands for, and how many characters it has itself. */
const CONTEXT = 8;
const MARK = 3;
/** The length of both marks together. */
export const MARKS = 2 * MARK;
/** How far from where it was a base is searched for, in characters. */
const SEARCH = 512;
/** The longest way back to a base, in characters, where a text has no spaces (Chinese, a hash). */
const LONGEST_WORD = 24;
const IN_WORD = /[\p{L}\p{M}\p{N}_]/u;

/** How many characters of its text tell a box from others. */
export const BEGINNING = 32;

/** The mark of a box whose text begins like this. */
export const markOf = (beginning: string): string => hash(beginning);

/** The characters of one mark of a caret, how many characters its two marks have, and how far it is searched for. */
const CARET_MARK = 5;
export const CARET_MARKS = 2 * CARET_MARK;
const CARET_SEARCH = 2048;

/** The base of the word around an offset of the text. */
export function baseOf(text: string, offset: number): number {
  let base = offset;
  while (base > 0 && offset - base < LONGEST_WORD && IN_WORD.test(text[base - 1] ?? '')) base--;
  return base;
}

/** The marks of a base. */
export function marksOf(text: string, base: number): string {
  return hash(text.slice(Math.max(0, base - CONTEXT), base)) + hash(text.slice(base, base + CONTEXT));
}

/**
 * Where a base is now: the nearest to where it was with both marks, else with the one after it, else with the one
 * before. `whole`: only with both, because the text may be that of another element.
 */
export function findBase(text: string, base: number, marks: string, whole = false): number | undefined {
  const { both, isBehind, isBefore } = sidesOf(text, marks, MARK);
  return nearest(whole ? [both] : [both, isBehind, isBefore], base, text.length - 1, SEARCH);
}

/** The marks of a caret. Its offset may be at the end of the text. */
export function marksOfCaret(text: string, offset: number): string {
  return (
    hash(text.slice(Math.max(0, offset - CONTEXT), offset), CARET_MARK) +
    hash(text.slice(offset, offset + CONTEXT), CARET_MARK)
  );
}

/** Where a caret is in a text that may be another one: likewise, but one mark counts only where it says enough. */
export function findCaret(text: string, offset: number, marks: string): number | undefined {
  const { both, isBehind, isBefore } = sidesOf(text, marks, CARET_MARK);
  const alone = [
    (at: number) => at + CONTEXT <= text.length && isBehind(at),
    (at: number) => at >= CONTEXT && isBefore(at),
  ];
  return nearest([both, ...alone], offset, text.length, CARET_SEARCH);
}

type Fits = (at: number) => boolean;

/** What the marks say of the text before a place, and behind it. */
function sidesOf(text: string, marks: string, length: number): { both: Fits; isBehind: Fits; isBefore: Fits } {
  const [before, behind] = [marks.slice(0, length), marks.slice(length)];
  const isBehind: Fits = (at) => hash(text.slice(at, at + CONTEXT), length) === behind;
  const isBefore: Fits = (at) => hash(text.slice(Math.max(0, at - CONTEXT), at), length) === before;
  return { both: (at) => isBehind(at) && isBefore(at), isBehind, isBefore };
}

/** The place nearest to where it was that fits, up to `most`; the second test counts where none fits the first, … */
function nearest(tests: readonly Fits[], was: number, most: number, search: number): number | undefined {
  for (const fits of tests)
    for (let away = 0; away <= search; away++)
      for (const at of away ? [was - away, was + away] : [was]) if (at >= 0 && at <= most && fits(at)) return at;
  return undefined;
}

function hash(text: string, length = MARK): string {
  let sum = 7;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) % 36 ** length;
  return sum.toString(36).padStart(length, '0');
}
