/**
 * Where elements are in the window: the box of each, and the elements around it that clip it. Boxes are measured once a
 * frame, however many pointers need them, and styles less often. It reads the layout and never writes.
 */
import { type Box, overlap, type Point, within } from './box.js';
import { isOnTop, outward } from './tree.js';
import { middleOf, ownTurn, type Size, type Turn } from './turn.js';

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
  /** How it is turned in the window, and its own size there; undefined where it is upright and `box` says it all. */
  readonly turned: { readonly turn: Turn; readonly size: Size } | undefined;
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
  /** The nearest of it and what is around it that has a transform; a transform may change in any frame. */
  readonly turning: Element | undefined;
}

const PICTURE = /^(img|svg|canvas|video)$/;
/** Styles are read again after this long, in milliseconds. */
const STYLE_MS = 500;

export class Layout {
  readonly #looks = new Map<Element, Look>();
  readonly #natures = new WeakMap<Element, Nature>();
  readonly #turns = new Map<Element, Turn | undefined>();
  #now = 0;
  #window: Box | undefined;

  /** Forgets the boxes of the frame before. */
  begin(now: number): void {
    this.#looks.clear();
    this.#turns.clear();
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
    const turn = element === document.body ? undefined : this.turn(element);
    const look = { box, outer, inner, turned: turn && { turn, size: sizeOf(element, box, turn) } };
    this.#looks.set(element, look);
    return look;
  }

  /** Whether an element is drawn: it is not hidden, not in something closed, and has an extent. */
  isShown(element: Element): boolean {
    const { width, height } = this.look(element).box;
    return width > 0 && height > 0 && this.#nature(element).shown;
  }

  /** How an element is turned in the window; undefined where it is upright. */
  turn(element: Element): Turn | undefined {
    const turn = this.#turnOf(element);
    return turn?.isUpright ? undefined : turn;
  }

  /** The point of the window at these fractions of an element, from its start and its top. */
  point(element: Element, x: number, y: number): Point {
    const { box, turned } = this.look(element);
    const right = this.#nature(element).mirrored ? 1 - x : x;
    if (!turned) return { x: box.left + right * box.width, y: box.top + y * box.height };
    const { turn, size } = turned;
    const middle = middleOf(box);
    const away = turn.out({ x: (right - 0.5) * size.width, y: (y - 0.5) * size.height });
    return { x: middle.x + away.x, y: middle.y + away.y };
  }

  /** The fractions (0 to 1) of an element, from its start and its top, at a point of the window. */
  fractions(element: Element, x: number, y: number): Point {
    const share = this.shares(element, { x, y });
    const right = within(share.x, 0, 1);
    return { x: this.#nature(element).mirrored ? 1 - right : right, y: within(share.y, 0, 1) };
  }

  /** The same from its left, whatever its direction; outside of the element it is less than 0 or more than 1. */
  shares(element: Element, { x, y }: Point): Point {
    const { box, turned } = this.look(element);
    if (!turned) return { x: (x - box.left) / box.width, y: (y - box.top) / box.height };
    const { turn, size } = turned;
    const middle = middleOf(box);
    const away = turn.back({ x: x - middle.x, y: y - middle.y });
    return { x: 0.5 + away.x / size.width, y: 0.5 + away.y / size.height };
  }

  #turnOf(element: Element): Turn | undefined {
    const { turning } = this.#nature(element);
    if (!turning) return undefined;
    if (this.#turns.has(turning)) return this.#turns.get(turning);
    const own = ownTurn(turning, getComputedStyle(turning));
    const beyond = isOnTop(turning) ? undefined : framing(turning);
    const around = beyond && this.#turnOf(beyond);
    const turn = own && around ? around.with(own) : (own ?? around);
    this.#turns.set(turning, turn);
    return turn;
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
    const style = getComputedStyle(element);
    const { position, direction, display, overflow } = style;
    const parent = /fixed|absolute/.test(position) ? (element as HTMLElement).offsetParent : outward(element);
    // The body itself does not clip: the window does.
    const beyond = parent && element !== document.body ? this.#nature(parent) : undefined;
    const framed = isOnTop(element) ? undefined : framing(element);
    const turning = ownTurn(element, style) ? element : framed && this.#nature(framed).turning;
    const nature: Nature = {
      at: this.#now,
      around: beyond?.cut && parent ? parent : beyond?.around,
      cut: display === 'contents' || overflow === 'visible' ? '' : /auto|scroll/.test(overflow) ? 'scroll' : 'hidden',
      mirrored: direction === 'rtl' && !PICTURE.test(element.localName),
      shown: element.checkVisibility?.({ visibilityProperty: true }) ?? true,
      turning,
    };
    this.#natures.set(element, nature);
    return nature;
  }
}

/** What the turn of an element is counted from: for a shape its drawing, which tells the turn of all in between. */
const framing = (element: Element): Element | undefined =>
  (element instanceof SVGGraphicsElement && element.ownerSVGElement) || outward(element);

/** The size of an element before it is turned, in pixels that `turn` brings to the window. */
function sizeOf(element: Element, box: Box, turn: Turn): Size {
  const inDrawing = element instanceof SVGGraphicsElement && element.ownerSVGElement;
  const { width, height } = inDrawing ? element.getBBox() : extent(element);
  const fit = turn.fit({ width, height }, box);
  return { width: width * fit, height: height * fit };
}

/** The size of a box in whole pixels; an outermost `<svg>` has no other than that of its style. */
function extent(element: Element): Size {
  if (element instanceof HTMLElement) return { width: element.offsetWidth, height: element.offsetHeight };
  const { width, height } = getComputedStyle(element);
  return { width: Number.parseFloat(width) || 0, height: Number.parseFloat(height) || 0 };
}
