/**
 * How an element is turned, skewed or mirrored in the window, by the transforms of its own and of all around it: the
 * linear part of the way from its pixels to those of the window. Where an element lies needs nothing more: the middle
 * of its box in the window is the middle of its own box under every such transform. Pure, but for {@link ownTurn}.
 *
 * Its limit: depth is flattened at each element, so `perspective` and `preserve-3d` are drawn as without them.
 */
import type { Box, Point } from './box.js';

/** What is smaller than this is none: a sine of a right angle is not quite one. */
const NONE = 1e-6;
/** Parts of a line that are turned though they are inline; no other is. */
const REPLACED = /^(img|canvas|video|iframe|embed|object|input|select|textarea|button)$/;

export class Turn {
  /** One pixel to the right in the element is (a, b) in the window, one pixel down is (c, d). */
  constructor(
    readonly a: number,
    readonly b: number,
    readonly c: number,
    readonly d: number,
  ) {}

  /** True where boxes in the window say it all: nothing but moved and scaled. */
  get isUpright(): boolean {
    return Math.abs(this.b) < NONE && Math.abs(this.c) < NONE && this.a > 0 && this.d > 0;
  }

  /** The turn of something in this element, which is turned in it. */
  with({ a, b, c, d }: Turn): Turn {
    return new Turn(this.a * a + this.c * b, this.b * a + this.d * b, this.a * c + this.c * d, this.b * c + this.d * d);
  }

  /** A vector of the element, in the window. */
  out({ x, y }: Point): Point {
    return { x: this.a * x + this.c * y, y: this.b * x + this.d * y };
  }

  /** A vector of the window, in the element; none where the element is flattened to a line. */
  back({ x, y }: Point): Point {
    const area = this.a * this.d - this.b * this.c;
    if (Math.abs(area) < NONE) return { x: 0, y: 0 };
    return { x: (this.d * x - this.c * y) / area, y: (this.a * y - this.b * x) / area };
  }

  /** The size of a box that is drawn within `around`, where `edge` is drawn around its left edge alone. */
  within(around: Size, edge: Size | undefined): Size {
    const [a, b, c, d] = [Math.abs(this.a), Math.abs(this.b), Math.abs(this.c), Math.abs(this.d)];
    const height = edge ? (edge.width + edge.height) / (c + d) : 0;
    return { width: Math.max(0, around.width + around.height - height * (c + d)) / (a + b), height };
  }

  /** How often a box of these proportions fits into the box in the window that is drawn around it: 1 without `zoom`. */
  fit(own: Size, around: Box): number {
    const width = Math.abs(this.a) * own.width + Math.abs(this.c) * own.height;
    const height = Math.abs(this.b) * own.width + Math.abs(this.d) * own.height;
    return (around.width + around.height) / (width + height) || 0;
  }
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const middleOf = ({ left, top, width, height }: Box): Point => ({ x: left + width / 2, y: top + height / 2 });

/** The turn of an element in the one around it; undefined where it has none. `style`: its computed style. */
export function ownTurn(element: Element, style: CSSStyleDeclaration): Turn | undefined {
  // In a drawing the viewBox turns and stretches, too; the outermost <svg> is a box like any other.
  if (element instanceof SVGGraphicsElement && element.ownerSVGElement) {
    const { a, b, c, d } = element.getCTM() ?? new DOMMatrix();
    return new Turn(a, b, c, d);
  }
  if (style.display === 'inline' && element instanceof HTMLElement && !REPLACED.test(element.localName))
    return undefined;
  const parts = [style.rotate, style.scale, style.transform];
  if (style.display === 'contents' || parts.every((part) => !part || part === 'none')) return undefined;
  const [rotate, scale, transform] = parts.map((part) => (part === 'none' ? '' : (part ?? '')));
  const { m11, m12, m21, m22 } = new DOMMatrix(`${rotation(rotate)} ${scaling(scale)} ${transform}`);
  return new Turn(m11, m12, m21, m22);
}

/** `45deg`, `x 45deg` or `1 0 0 45deg`, as a function of `transform`. */
function rotation(rotate = ''): string {
  const [angle = '', ...axis] = rotate.split(' ').reverse();
  if (axis.length === 0) return angle && `rotate(${angle})`;
  return axis.length === 1 ? `rotate${axis[0]}(${angle})` : `rotate3d(${axis.reverse().join()},${angle})`;
}

/** `2`, `2 1` or `2 1 1`, as a function of `transform`. */
function scaling(scale = ''): string {
  const [x, y = x] = scale.split(' ');
  return x ? `scale(${x},${y})` : '';
}
