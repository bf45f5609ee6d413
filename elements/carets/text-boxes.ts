/** Where a text is drawn in the window, read with a range. It reads the layout and never writes. */
import { type Box, within } from '../surface/box.js';

let range: Range | undefined;

/** The place of a caret in a text: a box without width. Undefined where the text is not drawn. */
export function caretIn(node: Text, index: number): Box | undefined {
  const at = within(index, 0, node.length);
  const [box] = boxesIn(node, at, at);
  return box;
}

/** What a part of a text covers: a box for each run in each line. */
export function boxesIn(node: Text, from: number, to: number): readonly Box[] {
  range ??= new Range();
  range.setStart(node, within(from, 0, node.length));
  range.setEnd(node, within(to, 0, node.length));
  return [...range.getClientRects()];
}
