/**
 * Where things are in the window: the box of an element, and what cuts it off. Boxes are measured once a frame, however
 * many pointers ask, and styles more seldom. It reads the layout and never writes.
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

/** An element that cuts off what sticks out of it. */
export interface Clip {
  readonly element: Element;
  readonly box: Box;
  /** What is cut off can be scrolled to. */
  readonly scrolls: boolean;
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
}

/** What its style says of an element; it changes seldom and is dear to ask for. */
interface Nature {
  readonly at: number;
  /** The nearest element around it that cuts. */
  readonly around: Element | undefined;
  readonly cut: '' | 'hidden' | 'scroll';
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
  #window: Box | undefined;

  /** A new frame: what was measured may be different now. */
  begin(now: number): void {
    this.#looks.clear();
    this.#window = undefined;
    this.#now = now;
  }

  /** The window, without its scrollbars. */
  get window(): Box {
    if (!this.#window) {
      const { clientWidth: width, clientHeight: height } = document.documentElement;
      this.#window = { left: 0, top: 0, width, height };
    }
    return this.#window;
  }

  look(element: Element): Look {
    const known = this.#looks.get(element);
    if (known) return known;
    const { around, cut } = this.#nature(element);
    const box = element === document.body ? this.#page() : element.getBoundingClientRect();
    const outer = around && this.look(around).inner;
    const view = outer?.view ?? this.window;
    const inner = cut ? { element, box, scrolls: cut === 'scroll', view: common(view, box), next: outer } : outer;
    const look = { box, outer, inner };
    this.#looks.set(element, look);
    return look;
  }

  /** Drawn at all: not hidden, not in something closed, and with an extent. */
  isShown(element: Element): boolean {
    const { width, height } = this.look(element).box;
    return width > 0 && height > 0 && this.#nature(element).shown;
  }

  /** The point of the window at these fractions of an element, from its start and its top. */
  point(element: Element, x: number, y: number): Point {
    const { left, top, width, height } = this.look(element).box;
    return { x: left + (this.#nature(element).mirrored ? 1 - x : x) * width, y: top + y * height };
  }

  /** The fractions (0 to 1) of an element, from its start and its top, at a point of the window. */
  fractions(element: Element, x: number, y: number): Point {
    const { left, top, width, height } = this.look(element).box;
    const right = within((x - left) / width, 0, 1);
    return { x: this.#nature(element).mirrored ? 1 - right : right, y: within((y - top) / height, 0, 1) };
  }

  /** The body stands for the whole page, with what is scrolled away. */
  #page(): Box {
    const { scrollWidth, scrollHeight } = document.documentElement;
    // In a right-to-left page the start of the scrolled area is its right edge.
    const left = scrollX < 0 || this.#nature(document.body).mirrored ? this.window.width - scrollWidth : 0;
    return { left: left - scrollX, top: -scrollY, width: scrollWidth, height: scrollHeight };
  }

  #nature(element: Element): Nature {
    const known = this.#natures.get(element);
    if (known && this.#now - known.at < STYLE_MS) return known;
    const { position, direction, display, overflow } = getComputedStyle(element);
    const parent = /fixed|absolute/.test(position) ? (element as HTMLElement).offsetParent : outward(element);
    // What the page cuts off, the window does.
    const beyond = parent && element !== document.body ? this.#nature(parent) : undefined;
    const nature: Nature = {
      at: this.#now,
      around: beyond?.cut && parent ? parent : beyond?.around,
      cut: display === 'contents' || overflow === 'visible' ? '' : /auto|scroll/.test(overflow) ? 'scroll' : 'hidden',
      mirrored: direction === 'rtl' && !PICTURE.test(element.localName),
      shown: element.checkVisibility?.({ visibilityProperty: true }) ?? true,
    };
    this.#natures.set(element, nature);
    return nature;
  }
}

export const within = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** The point of a box that is nearest to this one. */
export const into = ({ left, top, width, height }: Box, { x, y }: Point): Point => ({
  x: within(x, left, left + width),
  y: within(y, top, top + height),
});

/** What two boxes have in common; the first where that is nothing. */
function common(one: Box, other: Box): Box {
  const [left, top] = [Math.max(one.left, other.left), Math.max(one.top, other.top)];
  const width = Math.min(one.left + one.width, other.left + other.width) - left;
  const height = Math.min(one.top + one.height, other.top + other.height) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : one;
}
