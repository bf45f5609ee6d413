/**
 * On which side of a control the tag with the names lies: where it covers no text of the page, no other control and no
 * other tag, and is in sight. It reads the layout.
 */
import { type Box, overlap } from '../surface/box.js';
import { pathAt } from '../surface/tree.js';
import { CONTROL } from './control.js';

/** A side: above or below, and at which end. */
export interface Side {
  readonly up: boolean;
  readonly right: boolean;
}

/** The distance of the tag to the control, with the ring in between, in CSS pixels. */
const GAP = 2;
/** Where in the tag the page is looked at, as shares of its width. */
const SHARES = [0.06, 0.35, 0.65, 0.94];
/** The most boxes of one text that are looked at. */
const MAX_LINES = 40;

/** The sides in the order of preference: above, at the end of the line, as labels begin at its start. */
export const sidesOf = (rtl: boolean): Side[] =>
  [true, false].flatMap((up) => [!rtl, rtl].map((right) => ({ up, right })));

/** The box of a tag of this size on this side. */
export function tagBox({ left, top, width, height }: Box, side: Side, size: { width: number; height: number }): Box {
  return {
    left: side.right ? left + width - size.width : left,
    top: side.up ? top - GAP - size.height : top + height + GAP,
    ...size,
  };
}

/** Whether a tag may lie there; `view`: the part of the window in which the control is seen. */
export function isFree(tag: Box, control: Element, view: Box, taken: readonly Box[]): boolean {
  const seen = overlap(tag, view);
  if (!seen || seen.width < tag.width || seen.height < tag.height) return false;
  return !taken.some((other) => overlap(other, tag)) && !SHARES.some((share) => isUsed(tag, share, control));
}

function isUsed({ left, top, width, height }: Box, share: number, control: Element): boolean {
  const [x, y] = [left + share * width, top + height / 2];
  const [under] = pathAt(x, y);
  if (!under) return false;
  const field = under.closest(CONTROL);
  if (field && field !== control) return true;
  const range = document.createRange();
  for (const node of under.childNodes) {
    if (!(node instanceof Text) || !/\S/.test(node.data)) continue;
    range.selectNodeContents(node);
    for (const line of [...range.getClientRects()].slice(0, MAX_LINES))
      if (x >= line.left && x <= line.right && line.top < top + height && line.bottom > top) return true;
  }
  return false;
}
