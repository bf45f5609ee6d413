/** Where a text is drawn in the window, read with a range. It reads the layout and never writes. */
import { type Box, within } from '../surface/box.js';

let range: Range | undefined;

/** The place of a caret in a text: a box without width. Undefined where the text is not drawn. */
export function caretIn(node: Text, index: number): Box | undefined {
  const at = within(index, 0, node.length);
  // Where a line is wrapped, both its end and the start of the next one are the place: the caret is at the latter.
  const own = boxesIn(node, at, at).at(-1);
  if (own) return own;
  // A line end has no box of its own, but what is before or behind it has.
  const before = node.data[at - 1] === LINE_END ? undefined : boxesIn(node, at - 1, at).at(-1);
  if (before) return { ...edge(before), left: before.left + before.width };
  const [behind] = boxesIn(node, at, at + 1);
  return behind && edge(behind);
}

const LINE_END = '\n';
const edge = ({ left, top, height }: Box): Box => ({ left, top, width: 0, height });

/** What a part of a text covers: a box for each run in each line. */
export function boxesIn(node: Text, from: number, to: number): readonly Box[] {
  range ??= new Range();
  range.setStart(node, within(from, 0, node.length));
  range.setEnd(node, within(to, 0, node.length));
  return [...range.getClientRects()];
}
