/**
 * The text of an element: its characters, and where each of them is drawn in the window. Where the text is turned, it
 * is measured as if it were not: the points and boxes of characters are those of the window, turned back.
 */
import { type Box, type Point, within } from './box.js';
import { publicTexts } from './private.js';
import { middleOf, type Turn } from './turn.js';

/** How far above and below the middle of a character a point is still on it, in heights of the character. */
const REACH = 0.85;
/** How far from the caret a character is searched for, in characters. */
const FAR = 64;
/** An element with more texts and elements in it than this is no paragraph. */
const MAX_NODES = 4000;
/** Of an element whose beginning is read, at most this many nodes are. */
const MAX_BEGINNING = 20;
/** Hebrew, Arabic and related scripts begin at the right. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** The text of an element, shown or not, in the order of the document; without what is private in it. */
export interface Reading {
  readonly text: string;
  readonly nodes: readonly Text[];
  /** Where each of the nodes begins in the text. */
  readonly starts: readonly number[];
}

/** A point on a character. */
export interface CharacterPoint {
  /** Of the character, in the text of the element. */
  readonly offset: number;
  /** How far the point is into the character (0 to 1), from the side that is read first. */
  readonly share: number;
  /** How far down the point is in its line: 0 is the top, 1 the bottom. */
  readonly down: number;
  /** The top of the line, turned back, in CSS pixels. */
  readonly top: number;
}

/** The text of an element; undefined where there are more than `most` nodes in it. */
export function read(element: Element, most = MAX_NODES): Reading | undefined {
  const nodes: Text[] = [];
  const starts: number[] = [];
  let text = '';
  for (const node of publicTexts(element, most)) {
    if (!node) return undefined;
    nodes.push(node);
    starts.push(text.length);
    text += node.data;
  }
  return { text, nodes, starts };
}

/** How the text of an element begins, without its spaces: at most `most` characters, of its first few nodes. */
export function beginningOf(element: Element, most: number): string {
  let text = '';
  for (const node of publicTexts(element, MAX_BEGINNING)) {
    text += node?.data.replace(/\s+/g, '') ?? '';
    if (!node || text.length >= most) break;
  }
  return text.slice(0, most);
}

/** The text under a point of the window; `path` is what lies there. */
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

/** The character at the caret; undefined where the point is not on it but in the space beside it. */
export function characterAt(
  { nodes, starts }: Reading,
  node: Text,
  caret: number,
  { x, y }: Point,
  turn: Turn | undefined,
): CharacterPoint | undefined {
  const start = starts[nodes.indexOf(node)];
  if (start === undefined) return undefined;
  const point = turn?.back({ x, y }) ?? { x, y };
  for (let away = 0; away < FAR && away <= node.length; away++) {
    for (const index of [caret + away, caret - 1 - away]) {
      const box = boxOf(node, index, turn);
      const down = (point.y - box.top) / box.height;
      const into = point.x - box.left;
      if (box.width > 0 && into >= -1 && into <= box.width + 1 && Math.abs(down - 0.5) < REACH) {
        const share = within(into / box.width, 0, 1);
        return { offset: start + index, share: isRightToLeft(node, index) ? 1 - share : share, down, top: box.top };
      }
    }
    // Where left-to-right meets right-to-left the caret may be at the far end of the run: then the search goes on.
    if (away === 0 && !isOn(node, x, y)) break;
  }
  return undefined;
}

/** The point of the window at an offset of the text; undefined where that is not drawn. */
export function pointAt(
  { nodes, starts }: Reading,
  offset: number,
  share: number,
  down: number,
  turn: Turn | undefined,
): Point | undefined {
  const at = starts.findLastIndex((start) => start <= offset);
  const node = nodes[at];
  const index = offset - (starts[at] ?? 0);
  if (!node?.isConnected || index > node.length) return undefined;
  const box = boxOf(node, index, turn);
  if (box.height === 0) return undefined;
  const right = isRightToLeft(node, index) ? 1 - share : share;
  const point = { x: box.left + right * box.width, y: box.top + down * box.height };
  return turn?.out(point) ?? point;
}

let range: Range | undefined;

/** The box of a character; an empty one where there is none. */
function boxOf(node: Text, index: number, turn: Turn | undefined): Box {
  range ??= new Range();
  range.setStart(node, within(index, 0, node.length));
  range.setEnd(node, within(index + 1, 0, node.length));
  const box = range.getBoundingClientRect();
  if (!turn || box.height === 0) return box;
  const middle = turn.back(middleOf(box));
  range.collapse(true);
  const { width, height } = turn.within(box, range.getClientRects()[0]);
  return { left: middle.x - width / 2, top: middle.y - height / 2, width, height };
}

/** Whether a point is on a line of the text. */
function isOn(node: Text, x: number, y: number): boolean {
  range?.selectNodeContents(node);
  const lines = [...(range?.getClientRects() ?? [])];
  return lines.some(({ left, right, top, bottom }) => x >= left && x <= right && y >= top && y <= bottom);
}

/** A character without a direction, as a space, has that of the character before it. */
const isRightToLeft = ({ data }: Text, index: number): boolean =>
  RIGHT_TO_LEFT.test(data.slice(Math.max(0, index - 1), index + 1));
