/**
 * Where elements are in the window: the box of each, and the elements around it that clip it. Boxes are measured once a
 * frame, however many pointers need them, and styles less often. It reads the layout and never writes.
 */
import { type Box, overlap, type Point, within } from './box.js';
import { outward } from './tree.js';

/** An element that clips its content. */
export interface Clip {
  readonly element: Element;
  readonly box: Box;
  /** One can scroll to what is clipped. */
  readonly scrolls: boolean;
  /** The part of the window in which its content can be seen; that of the next clip where it is out of sight itself. */
  readonly view: Box;
  /** The next element around it that clips. */
  readonly next: Clip | undefined;
}

/** An element as it lies in the window. */
export interface Look {
  readonly box: Box;
  /** The innermost clip of the element itself, and that of its content. */
  readonly outer: Clip | undefined;
  readonly inner: Clip | undefined;
}

/** What the style of an element says; it seldom changes, and takes long to read. */
interface Nature {
  readonly at: number;
  /** The nearest element around it that clips. */
  readonly around: Element | undefined;
  readonly cut: '' | 'hidden' | 'scroll';
  /** Fractions count from its right edge. Pictures are not mirrored. */
  readonly mirrored: boolean;
  readonly shown: boolean;
}

const PICTURE = /^(img|svg|canvas|video)$/;
/** Styles are read again after this long, in milliseconds. */
const STYLE_MS = 500;

export class Layout {
  readonly #looks = new Map<Element, Look>();
  readonly #natures = new WeakMap<Element, Nature>();
  #now = 0;
  #window: Box | undefined;

  /** Forgets the boxes of the frame before. */
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
    const inner = cut
      ? { element, box, scrolls: cut === 'scroll', view: overlap(view, box) ?? view, next: outer }
      : outer;
    const look = { box, outer, inner };
    this.#looks.set(element, look);
    return look;
  }

  /** Whether an element is drawn: it is not hidden, not in something closed, and has an extent. */
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

  /** The box of the body is that of the whole page, including what is scrolled away. */
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
    // The body itself does not clip: the window does.
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
