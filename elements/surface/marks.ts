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
  const [before, behind] = [marks.slice(0, MARK), marks.slice(MARK)];
  const isBehind = (at: number): boolean => hash(text.slice(at, at + CONTEXT)) === behind;
  const isBefore = (at: number): boolean => hash(text.slice(Math.max(0, at - CONTEXT), at)) === before;
  const both = (at: number): boolean => isBehind(at) && isBefore(at);
  for (const fits of whole ? [both] : [both, isBehind, isBefore])
    for (let away = 0; away <= SEARCH; away++)
      for (const at of away ? [base - away, base + away] : [base])
        if (at >= 0 && at < text.length && fits(at)) return at;
  return undefined;
}

function hash(text: string): string {
  let sum = 7;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) % 36 ** MARK;
  return sum.toString(36).padStart(MARK, '0');
}
