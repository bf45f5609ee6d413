/**
 * On which side of a control the tag with the names lies: where it covers no text of the page, no other control, and no
 * ring or tag of another one, and is in sight. It reads the layout.
 */
import { type Box, overlap } from '../surface/box.js';
import { pathAt } from '../surface/tree.js';
import { CONTROL } from './control.js';

/** A side: above, below or beside the control, and at which end. */
export interface Side {
  readonly edge: 'up' | 'down' | 'beside';
  readonly right: boolean;
}

/** The distance of the tag to the ring, in CSS pixels. */
const GAP = 2;
/** How far the points in the tag are apart at which the page is looked at, in CSS pixels; no control is narrower. */
const STEP = 10;
/** The rows of these points, as shares of the height. */
const ROWS = [0.2, 0.8];
/** The most boxes of one text that are looked at. */
const MAX_LINES = 40;

/** The sides in the order of preference: above, first at the end of the line, as labels begin at its start. */
export function sidesOf(rtl: boolean): Side[] {
  const [end, start] = [!rtl, rtl];
  return [
    { edge: 'up', right: end },
    { edge: 'up', right: start },
    { edge: 'beside', right: end },
    { edge: 'down', right: end },
    { edge: 'down', right: start },
    { edge: 'beside', right: start },
  ];
}

/** The box of a tag of this size on this side of a ring. */
export function tagBox(ring: Box, { edge, right }: Side, { width, height }: { width: number; height: number }): Box {
  const beside = edge === 'beside';
  const inner = right ? ring.left + ring.width - width : ring.left;
  const outer = right ? ring.left + ring.width + GAP : ring.left - GAP - width;
  const middle = ring.top + (ring.height - height) / 2;
  const away = edge === 'up' ? ring.top - GAP - height : ring.top + ring.height + GAP;
  return { left: beside ? outer : inner, top: beside ? middle : away, width, height };
}

/** Whether a tag may lie there; `view`: the part of the window in which the control is seen. */
export function isFree(tag: Box, control: Element, view: Box, taken: readonly Box[]): boolean {
  const seen = overlap(tag, view);
  if (!seen || seen.width < tag.width || seen.height < tag.height || taken.some((other) => overlap(other, tag)))
    return false;
  for (const row of ROWS)
    for (let x = 1; x < tag.width + STEP - 1; x += STEP)
      if (isUsed(tag.left + Math.min(x, tag.width - 1), tag.top + row * tag.height, control)) return false;
  return true;
}

/** Whether there is text or another control at a point of the window. */
function isUsed(x: number, y: number, control: Element): boolean {
  const [under] = pathAt(x, y);
  const field = under?.closest(CONTROL);
  if (!under || (field && field !== control)) return !!under;
  const range = document.createRange();
  for (const node of under.childNodes) {
    if (!(node instanceof Text) || !/\S/.test(node.data)) continue;
    range.selectNodeContents(node);
    for (const { left, right, top, bottom } of [...range.getClientRects()].slice(0, MAX_LINES))
      if (x >= left - STEP / 2 && x <= right + STEP / 2 && y >= top && y <= bottom) return true;
  }
  return false;
}
