/**
 * Where in the text of an element a point is, so that another window finds the same word whatever its font and width.
 *
 * A place in the text is a base, the start of a word, and from there a number of characters and a fraction of one. Two
 * marks, one of the text before the base and one of the text after it, find the base again where the text was edited.
 */
import { type Point, within } from './layout.js';

/** How many characters a mark stands for, and how many characters it has. */
const CONTEXT = 8;
const MARK = 3;
export const MARKS = 2 * MARK;
/** How far from where it was a base is looked for, in characters. */
const SEARCH = 512;
/** Where no spaces are (Chinese, a hash), the base is no further back than this. */
const LONGEST_WORD = 24;
/** How far above and below a character still is on it, from its middle, in heights of it. */
const REACH = 0.85;
/** How far from the caret a character is looked for. */
const FAR = 64;
/** An element with more pieces of text than this is no paragraph. */
const MAX_NODES = 2000;
const IN_WORD = /[\p{L}\p{M}\p{N}_]/u;
/** Hebrew, Arabic and their kin begin at the right. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** The text of an element, seen or not, in the order of the document. */
export interface Reading {
  readonly text: string;
  readonly nodes: readonly Text[];
  /** Where each of the nodes begins in the text. */
  readonly starts: readonly number[];
}

/** A character under a point. */
export interface Spot {
  /** In the text of the element. */
  readonly offset: number;
  /** How far the point is into the character (0 to 1), from where it is read first. */
  readonly share: number;
  /** How far down the point is in its line: 0 its top, 1 its bottom. */
  readonly down: number;
  /** The top of the line in the window, in CSS pixels. */
  readonly top: number;
}

export function read(element: Element): Reading | undefined {
  const nodes: Text[] = [];
  const starts: number[] = [];
  let text = '';
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (nodes.length >= MAX_NODES) return undefined;
    const node = walker.currentNode as Text;
    nodes.push(node);
    starts.push(text.length);
    text += node.data;
  }
  return { text, nodes, starts };
}

/** The text under a point of the window, where `path` is what lies there. */
export function caretAt(x: number, y: number, path: readonly Element[]): { node: Text; index: number } | undefined {
  const shadowRoots = [...new Set(path.map((element) => element.getRootNode()))].filter(
    (root): root is ShadowRoot => root instanceof ShadowRoot,
  );
  const caret = document.caretPositionFromPoint?.(x, y, { shadowRoots });
  const range = caret ? undefined : document.caretRangeFromPoint?.(x, y);
  const node = caret?.offsetNode ?? range?.startContainer;
  const around = node?.parentNode;
  // The nearest text may lie beside the point, or beneath what lies there.
  if (!(node instanceof Text) || !path.includes((around instanceof ShadowRoot ? around.host : around) as Element))
    return;
  return { node, index: caret?.offset ?? range?.startOffset ?? 0 };
}

/** The character at the caret, where the point is on it and not in the space beside it. */
export function spotAt({ nodes, starts }: Reading, node: Text, caret: number, x: number, y: number): Spot | undefined {
  const start = starts[nodes.indexOf(node)];
  if (start === undefined) return undefined;
  for (let away = 0; away < FAR && away <= node.length; away++) {
    for (const index of [caret + away, caret - 1 - away]) {
      const box = glyph(node, index);
      const down = (y - box.top) / box.height;
      if (box.width > 0 && x >= box.left - 1 && x <= box.right + 1 && Math.abs(down - 0.5) < REACH) {
        const share = within((x - box.left) / box.width, 0, 1);
        return { offset: start + index, share: isRightToLeft(node, index) ? 1 - share : share, down, top: box.top };
      }
    }
    // Where left-to-right meets right-to-left the caret may be at the far end of the run: then there is more to see.
    if (away === 0 && !isOn(node, x, y)) break;
  }
  return undefined;
}

/** The point of the window at a place in the text; undefined where that is not drawn. */
export function pointAt({ nodes, starts }: Reading, offset: number, share: number, down: number): Point | undefined {
  const at = starts.findLastIndex((start) => start <= offset);
  const node = nodes[at];
  const index = offset - (starts[at] ?? 0);
  if (!node?.isConnected || index > node.length) return undefined;
  const box = glyph(node, index);
  if (box.height === 0) return undefined;
  const right = isRightToLeft(node, index) ? 1 - share : share;
  return { x: box.left + right * box.width, y: box.top + down * box.height };
}

/** Where the word around a place in the text begins. */
export function baseOf(text: string, offset: number): number {
  let base = offset;
  while (base > 0 && offset - base < LONGEST_WORD && IN_WORD.test(text[base - 1] ?? '')) base--;
  return base;
}

/** What finds a base again. */
export function marksOf(text: string, base: number): string {
  return hash(text.slice(Math.max(0, base - CONTEXT), base)) + hash(text.slice(base, base + CONTEXT));
}

/** Where a base is now: the nearest to where it was that has both marks, else that behind it, else that before it. */
export function findBase(text: string, base: number, marks: string): number | undefined {
  const [before, behind] = [marks.slice(0, MARK), marks.slice(MARK)];
  const isBehind = (at: number): boolean => hash(text.slice(at, at + CONTEXT)) === behind;
  const isBefore = (at: number): boolean => hash(text.slice(Math.max(0, at - CONTEXT), at)) === before;
  for (const fits of [(at: number) => isBehind(at) && isBefore(at), isBehind, isBefore])
    for (let away = 0; away <= SEARCH; away++)
      for (const at of away ? [base - away, base + away] : [base])
        if (at >= 0 && at < text.length && fits(at)) return at;
  return undefined;
}

let range: Range | undefined;

/** The box of a character; an empty one where there is none. */
function glyph(node: Text, index: number): DOMRect {
  range ??= new Range();
  range.setStart(node, within(index, 0, node.length));
  range.setEnd(node, within(index + 1, 0, node.length));
  return range.getBoundingClientRect();
}

/** Whether a point is on a line of the text. */
function isOn(node: Text, x: number, y: number): boolean {
  range?.selectNodeContents(node);
  const lines = [...(range?.getClientRects() ?? [])];
  return lines.some(({ left, right, top, bottom }) => x >= left && x <= right && y >= top && y <= bottom);
}

/** What has no direction, as a space, goes on in that of what is before it. */
const isRightToLeft = ({ data }: Text, index: number): boolean =>
  RIGHT_TO_LEFT.test(data.slice(Math.max(0, index - 1), index + 1));

function hash(text: string): string {
  let sum = 7;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) % 36 ** MARK;
  return sum.toString(36).padStart(MARK, '0');
}
