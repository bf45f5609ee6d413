/** On which side of its pointer each name lies: in sight, and not over one's own caret. It measures nothing. */
import { type Box, meets } from '../surface/box.js';
import type { Drawn } from './drawn.js';

/**
 * The assumed height of a name, how far below the tip it begins, and how far above the arrow's foot it ends; CSS
 * pixels.
 */
const NAME = { height: 24, below: 18, foot: 12 };
/** The assumed height and width of what someone says, under their name, in CSS pixels. */
const SAYING = { height: 78, width: 240 };
/**
 * A name changes sides after it should have for this time, in milliseconds: nobody reads while a pointer moves fast.
 */
const TURN_MS = 150;
/** A name on the other side returns only this much further, in CSS pixels, so that it does not flutter. */
const STAY = 40;

/** Where names may lie, in pixels of the layer. */
export interface Place {
  readonly width: number;
  /** The lower end: that of the layer, or the viewer's bar. */
  readonly height: number;
  /** Where no name may lie. */
  readonly keepOut: Box | undefined;
  readonly rtl: boolean;
}

/** Chooses the side of a name. `mute`: no side is free. `waits`: it changes sides a little later. */
export function turn(
  drawn: Drawn,
  { width, height, keepOut, rtl }: Place,
  now: number,
): { mute: boolean; waits: boolean } {
  const { x, y, left: wasLeft, up: wasUp, says } = drawn;
  const wide = says ? Math.max(SAYING.width, drawn.nameWidth) : drawn.nameWidth;
  const tall = NAME.height + NAME.below + (says ? SAYING.height : 0);
  const toRight = x < width - wide - (wasLeft && !rtl ? STAY : 0);
  const toLeft = x > wide + (wasLeft || !rtl ? 0 : STAY);
  const fits = toRight || toLeft;
  const left = fits ? (rtl ? toLeft : !toRight) : x > width / 2;
  const up = y > height - tall - (wasUp ? STAY : 0);
  const last = [!left, up] as const;
  const sides = [[left, up], [left, !up], [!left, !up], last] as const;
  const side = sides.find(([isLeft, isUp]) => !keepOut || !meets(keepOut, boxOf(drawn, isLeft, isUp)));
  // A name that is not there yet comes on the right side at once.
  const afterMs = keepOut || !drawn.named ? 0 : TURN_MS;
  const waits = drawn.turn(...(side ?? last), now, afterMs);
  drawn.shift = fits ? 0 : drawn.left ? Math.min(wide, width) - x : Math.max(width - wide, 0) - x;
  return { mute: !side, waits };
}

/** The name of a pointer on one of its sides, and what its person says. */
export function boxOf(drawn: Drawn, isLeft = drawn.left, isUp = drawn.up): Box {
  const { x, y, nameWidth, shift, says } = drawn;
  const width = says ? Math.max(SAYING.width, nameWidth) : nameWidth;
  const height = NAME.height + (says ? SAYING.height : 0);
  const left = (isLeft ? x - width : x) + shift;
  const top = isUp ? y + NAME.foot - height : y + NAME.below;
  return { left, top, width, height };
}
