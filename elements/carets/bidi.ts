/**
 * The place of a caret where text of two directions may meet. There the end of one run and the start of the next lie
 * apart, and both are the place: browsers draw the caret at the edge of what is nearer to the direction of the line,
 * that is, of lower level (https://www.unicode.org/reports/tr9/). It reads the layout and never writes.
 */
import type { Box } from '../surface/box.js';
import { boxesIn } from './text-boxes.js';

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const DIGIT = /\p{Nd}/u;
const LETTER = /\p{L}/u;
/** How far around a caret its characters are looked for, in UTF-16 units. */
const AROUND = 24;
/** Lines, and edges of characters, that are nearer than this are the same, in CSS pixels. */
const NEAR = 0.6;

const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A character beside the caret: what it covers, and how deep it is in runs of another direction; odd: leftward. */
interface Beside {
  readonly box: Box;
  readonly level: number;
}

export const hasTwoDirections = (text: string, rtl: boolean): boolean => rtl || RIGHT_TO_LEFT.test(text);

/** `rtl`: the direction of the lines. Undefined where the text is not drawn. */
export function caretAmong(node: Text, index: number, rtl: boolean): Box | undefined {
  const { data } = node;
  const base = rtl ? 1 : 0;
  const from = Math.max(0, index - AROUND);
  const lengths = (text: string): string[] => Array.from(characters.segment(text), ({ segment }) => segment);
  const last = lengths(data.slice(from, index)).at(-1) ?? '\n';
  const next = lengths(data.slice(index, index + AROUND))[0] ?? '\n';
  const of = (character: string, start: number): Beside | undefined => {
    const box = character === '\n' ? undefined : boxesIn(node, start, start + character.length).at(-1);
    return box && { box, level: levelOf(character, data, start, base) };
  };
  const before = of(last, index - last.length);
  const behind = of(next, index);
  if (before && behind && Math.abs(before.box.top - behind.box.top) < before.box.height / 2) {
    // Neighbours in the text that are neighbours on the line, too, share an edge.
    if (Math.abs(right(before.box) - behind.box.left) < NEAR) return edge(behind.box, behind.box.left);
    if (Math.abs(before.box.left - right(behind.box)) < NEAR) return edge(before.box, before.box.left);
    return before.level < behind.level ? endOf(before) : startOf(behind);
  }
  // At the start of a line, or at its end, the line itself is the neighbour.
  if (behind) return behind.level === base ? startOf(behind) : atEdge(node, index, behind.box, !rtl);
  if (before) return before.level === base ? endOf(before) : atEdge(node, index, before.box, rtl);
  const [empty] = boxesIn(node, index, index + 1);
  return empty && edge(empty, empty.left);
}

/** The embedding level, roughly: only neighbours that lie apart have to be told from each other. */
function levelOf(character: string, data: string, index: number, base: number): number {
  if (DIGIT.test(character)) return base === 1 || isAfterRightToLeft(data, index) ? 2 : 0;
  if (RIGHT_TO_LEFT.test(character)) return 1;
  if (LETTER.test(character)) return base === 1 ? 2 : 0;
  return base;
}

/** Whether the letter before a place is of a script that is written leftward: digits then count as in it. */
function isAfterRightToLeft(data: string, index: number): boolean {
  for (let at = index - 1; at >= 0 && data[at] !== '\n'; at--) {
    const character = data[at] as string;
    if (LETTER.test(character)) return RIGHT_TO_LEFT.test(character);
  }
  return false;
}

const right = ({ left, width }: Box): number => left + width;
const edge = ({ top, height }: Box, left: number): Box => ({ left, top, width: 0, height });
const startOf = ({ box, level }: Beside): Box => edge(box, level % 2 ? right(box) : box.left);
const endOf = ({ box, level }: Beside): Box => edge(box, level % 2 ? box.left : right(box));

/** The left or the right edge of the text on the line of a box, in the paragraph around the place. */
function atEdge(node: Text, index: number, line: Box, left: boolean): Box {
  const start = node.data.lastIndexOf('\n', index - 1) + 1;
  const end = node.data.indexOf('\n', index);
  const boxes = boxesIn(node, start, end < 0 ? node.length : end);
  const same = boxes.filter(({ top, height }) => Math.abs(top - line.top) < Math.max(height, line.height) / 2);
  const edges = same.map((box) => (left ? box.left : right(box)));
  return edge(line, left ? Math.min(...edges, line.left) : Math.max(...edges, right(line)));
}
