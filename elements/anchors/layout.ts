/**
 * Where things are in the window: the box of an element, what cuts it off, how it is turned. Everything is measured at
 * most once a frame, however many pointers ask. It reads the layout and never writes.
 */
import { outward } from './tree.js';

/** A box in the window, in CSS pixels. */
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

/** How an element treats what sticks out of it along an axis. */
type Cut = '' | 'hidden' | 'scroll';

/** An element that cuts off what sticks out of it. */
export interface Clip {
  readonly element: Element;
  readonly box: Box;
  readonly x: Cut;
  readonly y: Cut;
  /** The part of the window in which its content can be seen; that of its surroundings where it is out of sight. */
  readonly view: Box;
  readonly next: Clip | undefined;
}

/** An element as it lies in the window. */
export interface Look {
  readonly box: Box;
  /** What cuts it off, and what cuts off its content; the innermost first. */
  readonly outer: Clip | undefined;
  readonly inner: Clip | undefined;
  /** How it is turned, scaled and skewed with all around it; undefined where it is not. */
  readonly turn: DOMMatrix | undefined;
}

/** What its style says of an element; it changes seldom and is dear to ask for. */
interface Nature {
  readonly at: number;
  /** The nearest element around it that cuts or turns. */
  readonly around: Element | undefined;
  readonly x: Cut;
  readonly y: Cut;
  readonly turn: DOMMatrix | undefined;
  /** It begins at its right edge. Pictures are not mirrored. */
  readonly mirrored: boolean;
  readonly shown: boolean;
}

const PICTURE = /^(img|svg|canvas|video)$/;
/** Styles are asked for again after this long, in milliseconds. */
const STYLE_MS = 500;

export class Layout {
  readonly #looks = new Map<Element, Look>();
  readonly #natures = new WeakMap<Element, Nature>();
  #now = 0;

  /** A new frame: what was measured may be different now. */
  begin(now: number): void {
    this.#looks.clear();
    this.#now = now;
  }

  look(element: Element): Look {
    const known = this.#looks.get(element);
    if (known) return known;
    const { around, x, y, turn } = this.#nature(element);
    const box = element.getBoundingClientRect();
    const outer = around && this.look(around);
    const clip = outer?.inner;
    const look = {
      box,
      outer: clip,
      inner: x || y ? { element, box, x, y, view: seenIn(clip, box, x, y), next: clip } : clip,
      turn: outer?.turn && turn ? outer.turn.multiply(turn) : (turn ?? outer?.turn),
    };
    this.#looks.set(element, look);
    return look;
  }

  /** Drawn at all: not hidden, not in something closed, and with an extent. */
  isShown(element: Element): boolean {
    const { width, height } = this.look(element).box;
    return width > 0 && height > 0 && this.#nature(element).shown;
  }

  #nature(element: Element): Nature {
    const known = this.#natures.get(element);
    if (known && this.#now - known.at < STYLE_MS) return known;
    const { position, direction, display, overflowX, overflowY, rotate, scale, transform } = getComputedStyle(element);
    const parent = /fixed|absolute/.test(position) ? (element as HTMLElement).offsetParent : outward(element);
    // What the body or the page cuts off, the window does.
    const beyond = parent && parent !== document.body ? this.#nature(parent) : undefined;
    const turns = rotate !== 'none' || scale !== 'none' || transform !== 'none';
    const nature: Nature = {
      at: this.#now,
      around: (beyond?.x || beyond?.y || beyond?.turn ? parent : beyond?.around) ?? undefined,
      x: display === 'contents' ? '' : cut(overflowX),
      y: display === 'contents' ? '' : cut(overflowY),
      turn: turns ? turned(rotate, scale, transform) : undefined,
      mirrored: direction === 'rtl' && !PICTURE.test(element.localName),
      shown: element.checkVisibility?.({ visibilityProperty: true }) ?? true,
    };
    this.#natures.set(element, nature);
    return nature;
  }

  /** The point of the window at these fractions of an element, from its start and its top. */
  point(element: Element, x: number, y: number): Point {
    const { box, turn } = this.look(element);
    const { mirrored } = this.#nature(element);
    const right = mirrored ? 1 - x : x;
    const size = sizeOfTurned(element, turn);
    if (!turn || !size) return { x: box.left + right * box.width, y: box.top + y * box.height };
    const [dx, dy] = [(right - 0.5) * size.width, (y - 0.5) * size.height];
    return {
      x: box.left + box.width / 2 + turn.a * dx + turn.c * dy,
      y: box.top + box.height / 2 + turn.b * dx + turn.d * dy,
    };
  }

  /** The fractions (0 to 1) of an element, from its start and its top, at a point of the window. */
  fractions(element: Element, x: number, y: number): Point {
    const { box, turn } = this.look(element);
    const { mirrored } = this.#nature(element);
    const size = sizeOfTurned(element, turn);
    let right = (x - box.left) / box.width;
    let down = (y - box.top) / box.height;
    if (turn && size) {
      const { a, b, c, d } = turn.inverse();
      const [dx, dy] = [x - box.left - box.width / 2, y - box.top - box.height / 2];
      right = 0.5 + (a * dx + c * dy) / size.width;
      down = 0.5 + (b * dx + d * dy) / size.height;
    }
    return { x: within(mirrored ? 1 - right : right, 0, 1), y: within(down, 0, 1) };
  }
}

export const within = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** The window as a box, without its scrollbars. */
export function windowBox(): Box {
  const { clientWidth, clientHeight } = document.documentElement;
  return { left: 0, top: 0, width: clientWidth || innerWidth, height: clientHeight || innerHeight };
}

const cut = (overflow: string): Cut =>
  overflow === 'visible' ? '' : /auto|scroll/.test(overflow) ? 'scroll' : 'hidden';

function seenIn(outer: Clip | undefined, box: Box, x: Cut, y: Cut): Box {
  const view = outer?.view ?? windowBox();
  const left = x ? Math.max(view.left, box.left) : view.left;
  const top = y ? Math.max(view.top, box.top) : view.top;
  const width = (x ? Math.min(view.left + view.width, box.left + box.width) : view.left + view.width) - left;
  const height = (y ? Math.min(view.top + view.height, box.top + box.height) : view.top + view.height) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : view;
}

function turned(rotate: string, scale: string, transform: string): DOMMatrix {
  const [x = 1, y = x] = scale.split(' ').map((part) => Number.parseFloat(part) || 1);
  return new DOMMatrix()
    .rotate(Number.parseFloat(rotate) || 0)
    .scale(x, y)
    .multiply(new DOMMatrix(transform));
}

/** The size of an element before it was turned, where its sides are not upright; the box around it says too little. */
function sizeOfTurned(element: Element, turn: DOMMatrix | undefined) {
  if (!turn || (Math.abs(turn.b) < 1e-4 && Math.abs(turn.c) < 1e-4)) return undefined;
  const { offsetWidth: width, offsetHeight: height } = element as HTMLElement;
  return width && height ? { width, height } : undefined;
}
