/** The smallest change that makes one text of another, at the place where the caret says that it was made. */

/** Replaces what is between two positions. Positions count UTF-16 units. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** What continues the character before it: marks, joiners, and the skin tones of emoji. */
const CONTINUES = /^(?:\p{M}|\u200d|\p{Emoji_Modifier})/u;
/** So many units are compared at once first, because long texts are mostly equal. */
const RUN = 2048;
const JOINER = '\u200d';

/**
 * The change from one text to another; undefined where they are equal. `caret` is where the caret is after it: of the
 * places where an "a" may have been added to "aaa", it is the one before the caret. Never begins or ends inside of a
 * surrogate pair, or between a letter of the text before and its marks.
 */
export function difference(before: string, after: string, caret = after.length): Edit | undefined {
  if (before === after) return undefined;
  const most = Math.min(before.length, after.length);
  let end = 0;
  const back = (limit: number): void => {
    while (end + RUN <= limit && runBefore(before, end) === runBefore(after, end)) end += RUN;
    while (end < limit && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end))
      end++;
    while (end > 0 && cuts(before, after, before.length - end, after.length - end)) end--;
  };
  // What is behind the caret has not changed, if somebody wrote at the caret.
  back(Math.min(most, after.length - caret));
  let start = 0;
  while (start + RUN <= most - end && runAfter(before, start) === runAfter(after, start)) start += RUN;
  while (start < most - end && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  while (start > 0 && cuts(before, after, start, start)) start--;
  back(most - start);
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

const runAfter = (text: string, start: number): string => text.slice(start, start + RUN);
const runBefore = (text: string, end: number): string => text.slice(text.length - end - RUN, text.length - end);

const cuts = (before: string, after: string, inBefore: number, inAfter: number): boolean =>
  isPair(before, inBefore) || isPair(after, inAfter) || continues(before, inBefore);

const isPair = (text: string, at: number): boolean =>
  (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;

const continues = (text: string, at: number): boolean =>
  at > 0 && at < text.length && (text[at - 1] === JOINER || CONTINUES.test(text.slice(at, at + 2)));
