/** Boxes and points in the window, in CSS pixels, and how to compare them. Pure. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The value, or the nearest bound where it lies outside. */
export const within = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** The point of a box that is nearest to this one. */
export const nearestIn = ({ left, top, width, height }: Box, { x, y }: Point): Point => ({
  x: within(x, left, left + width),
  y: within(y, top, top + height),
});

export const isSame = (one: Point, other: Point): boolean => one.x === other.x && one.y === other.y;

/** The box that two boxes have in common. */
export function overlap(one: Box, other: Box): Box | undefined {
  const [left, top] = [Math.max(one.left, other.left), Math.max(one.top, other.top)];
  const width = Math.min(one.left + one.width, other.left + other.width) - left;
  const height = Math.min(one.top + one.height, other.top + other.height) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : undefined;
}

/** The box without a margin on each side; where it is too small for that, its middle. */
export function shrink({ left, top, width, height }: Box, margin: number): Box {
  const [x, y] = [Math.min(margin, width / 2), Math.min(margin, height / 2)];
  return { left: left + x, top: top + y, width: width - 2 * x, height: height - 2 * y };
}

/** Whether two boxes have anything in common, or are nearer to each other than a margin. */
export function meets(one: Box, other: Box, margin = 0): boolean {
  return (
    other.left < one.left + one.width + margin &&
    other.left + other.width + margin > one.left &&
    other.top < one.top + one.height + margin &&
    other.top + other.height + margin > one.top
  );
}
