/**
 * Anchors: what a pointer points at, as an address that another window resolves to the same thing, and where in it.
 *
 * Over text it is a word, `address@…`, and x and y count characters and lines; elsewhere it is the innermost box, and x
 * and y are fractions of it. What is gone or hidden here is placed at the nearest element around it that is shown; where
 * nothing matches there is no place. The surface never changes the page, but to scroll it when asked.
 */
import type { PointerPosition } from '../../src/index.js';
import { Addresses, NAME } from './address.js';
import { type Box, type Clip, into, Layout, type Point, within } from './layout.js';
import * as text from './text.js';
import { isBlock, outward, PRIVATE } from './tree.js';

export type { Box } from './layout.js';
export { HOLD, pathAt } from './tree.js';

/** Its content is not looked into: it differs from window to window (a map, a canvas made of elements). */
const WHOLE = 'data-slate-whole';
/** An address is looked for again after once to twice this, in milliseconds, and what is gone after that; at once when it goes. */
const KEPT_MS = 250;
const GONE_MS = 1000;
const MAX_KEPT = 1000;
/** What x and y span over text, in characters and in lines; half of it lies before the middle. */
const CHARACTERS = 2048;
const LINES = 512;
/** Not nearer to the edge of a character than this: rounding on the wire must not reach into the next, or the next line. */
const EDGE = 0.04;
/** Faster than this, in CSS pixels a millisecond, nobody reads what a pointer passes over. */
const FAST = 0.1;
/** A box is worth its address where a pointer is in it for about this long, in milliseconds: three batches. */
const WORTH_MS = 300;
/** At most so many elements are searched for a text that moved to another. */
const MAX_SEARCHED = 500;

/** Where a pointer is to be drawn. */
export interface Place {
  /** The tip, in CSS pixels of the window; it may lie outside of it. */
  readonly x: number;
  readonly y: number;
  /**
   * exact: the same spot · near: the same element, but not surely the same spot of it ·
   * collapsed: what is meant is hidden or gone here, and this is the nearest visible element around it.
   */
  readonly how: 'exact' | 'near' | 'collapsed';
  /** The part of the window in which that spot could be seen: its scrolling and clipping ancestors cut it. */
  readonly view: Box;
  /** The spot lies in `view`. */
  readonly seen: boolean;
}

/** What an anchor means here. */
interface Target {
  readonly element: Element;
  /** It is not `element` that is meant, but something in it that is gone. */
  readonly gone: boolean;
  readonly words?: { readonly reading: text.Reading; readonly base: number };
  /** The words were not found again. */
  readonly near?: boolean;
  /** In what text of what element the words were looked for. */
  readonly from?: { readonly element: Element; readonly text: string } | undefined;
}

/** A point of the window, before anything is cut off. */
interface Spot {
  readonly at: Point;
  readonly how: Place['how'];
  readonly clip: Clip | undefined;
}

/** What is shared: the content of one element, or, with null, the whole page. */
export class Surface {
  readonly #layout = new Layout();
  readonly #targets = new Map<string, { readonly target: Target | undefined; readonly until: number }>();
  /** The word that one's own pointer counts from, kept as long as it can be: each other word costs bytes. */
  #word: { block: Element; base: number; top: number } | undefined;
  /** The box that one's own pointer flies through. */
  #box: Element | undefined;
  #addresses: Addresses | undefined;
  #now = 0;

  constructor(readonly element: HTMLElement | null) {}

  /** Forgets what was measured: call it once a frame, before the first {@link place}. */
  begin(): void {
    this.#now = performance.now();
    this.#layout.begin(this.#now);
  }

  /**
   * The address of a point in the window; `path` is what lies under it, innermost first; `speed` in CSS pixels a
   * millisecond. The faster, the larger what is named: it makes a smoother way, and each name costs bytes. Undefined
   * where it is private.
   */
  locate(x: number, y: number, path: readonly EventTarget[], speed = 0): PointerPosition | undefined {
    this.begin();
    const all = path.filter((node): node is Element => node instanceof Element);
    const home = this.#home;
    const end = all.indexOf(home.home);
    if (all.some((element) => element.hasAttribute(PRIVATE))) return undefined;
    const whole = all.findLastIndex((element, index) => index < end && element.hasAttribute(WHOLE));
    const inside = all.slice(Math.max(0, whole), Math.max(0, end));
    return (
      (speed <= FAST && whole < 0 && this.#locateWord(x, y, inside, speed === 0)) ||
      this.#locateBox(x, y, inside, speed > FAST ? speed * WORTH_MS : 0)
    );
  }

  /** Where a position is on this page now; undefined where nothing here matches it. */
  place(position: PointerPosition): Place | undefined {
    const spot = this.#spot(position);
    if (!spot) return undefined;
    let { at, how } = spot;
    // What is hidden is drawn back to where it would come out; what is scrolled away is where it is.
    let shown = at;
    for (let { clip } = spot; clip; clip = clip.next) {
      const drawn = into(clip.box, shown);
      if (!isSame(drawn, shown) && !clip.scrolls && isSame(shown, at)) {
        at = drawn;
        how = 'collapsed';
      }
      shown = drawn;
    }
    const view = spot.clip?.view ?? this.#layout.window;
    return { ...at, how, view, seen: isSame(into(view, at), at) && isSame(shown, at) };
  }

  /**
   * Scrolls a share (0 to 1) of the way that is left until a position is in the middle of all that scrolls around it, as
   * far as that goes. How far it scrolled, in CSS pixels; undefined where nothing here matches the position.
   */
  reveal(position: PointerPosition, share = 1): number | undefined {
    this.begin();
    const spot = this.#spot(position);
    if (!spot) return undefined;
    let { at } = spot;
    let moved = 0;
    const toMiddle = (element: Element, box: Box): void => {
      const { scrollLeft, scrollTop } = element;
      const left = (at.x - box.left - box.width / 2) * share;
      element.scrollBy({ left, top: (at.y - box.top - box.height / 2) * share, behavior: 'instant' });
      const [x, y] = [element.scrollLeft - scrollLeft, element.scrollTop - scrollTop];
      moved += Math.hypot(x, y);
      // What is around has to show this element first, and not what that has scrolled away.
      at = into(box, { x: at.x - x, y: at.y - y });
    };
    for (let { clip } = spot; clip; clip = clip.next) if (clip.scrolls) toMiddle(clip.element, clip.box);
    toMiddle(document.scrollingElement ?? document.documentElement, this.#layout.window);
    this.begin();
    return moved;
  }

  get #home(): Addresses {
    const home = this.element ?? document.body;
    if (this.#addresses?.home !== home) this.#addresses = new Addresses(home);
    return this.#addresses;
  }

  #locateWord(x: number, y: number, path: readonly Element[], fresh: boolean): PointerPosition | undefined {
    const caret = text.caretAt(x, y, path);
    let block = caret?.node.parentElement;
    while (block && !isBlock(block) && !block.hasAttribute(NAME)) block = block.parentElement;
    const address = block && path.includes(block) ? this.#home.of(block) : undefined;
    const reading = block && text.read(block);
    const spot = caret && reading && text.spotAt(reading, caret.node, caret.index, x, y);
    if (!block || !reading || !spot || address === undefined) return undefined;
    const { offset, share, down, top } = spot;
    const word = this.#word;
    const base = text.baseOf(reading.text, offset);
    const near = word && Math.abs(offset - word.base) < CHARACTERS / 2 - 1 && Math.abs(top - word.top) < 1;
    if (!near || word.block !== block || (fresh && word.base !== base)) this.#word = { block, base, top };
    const from = this.#word?.base ?? base;
    return {
      anchor: `${address}@${text.marksOf(reading.text, from)}${from.toString(36)}`,
      x: 0.5 + (offset - from + within(share, EDGE, 1 - EDGE)) / CHARACTERS,
      y: 0.5 + (down - 0.5) / LINES,
    };
  }

  /** The innermost box of some size that has an address, and where in it. */
  #locateBox(x: number, y: number, path: readonly Element[], size: number): PointerPosition {
    // A pointer that flies does not come back to a smaller one on its way.
    const flying = size > 0 && this.#box ? Math.max(0, path.indexOf(this.#box)) : 0;
    this.#box = undefined;
    for (const element of path.slice(flying)) {
      if (!isBlock(element) && !element.hasAttribute(NAME)) continue;
      const { box } = this.#layout.look(element);
      const extent = Math.min(box.width, box.height);
      const anchor = extent > 0 && extent >= size ? this.#home.of(element) : undefined;
      if (anchor === undefined) continue;
      if (size > 0) this.#box = element;
      return { anchor, ...this.#layout.fractions(element, x, y) };
    }
    const { home } = this.#home;
    const anchor = this.#home.of(home) ?? '';
    return { anchor, ...this.#layout.fractions(home, x, y) };
  }

  #spot(position: PointerPosition, again = false): Spot | undefined {
    const { anchor, x, y } = position;
    const target = this.#target(anchor, again);
    if (!target) return undefined;
    const { element, gone, near, words } = target;
    const look = this.#layout.look(element);
    if (!gone && this.#layout.isShown(element)) {
      const offset = (x - 0.5) * CHARACTERS;
      const characters = Math.floor(offset);
      const at = words
        ? text.pointAt(words.reading, words.base + characters, offset - characters, (y - 0.5) * LINES + 0.5)
        : this.#layout.point(element, x, y);
      if (at) return { at, how: near ? 'near' : 'exact', clip: words ? look.inner : look.outer };
      if (!again) return this.#spot(position, true); // the text was made anew
    }
    let shown: Element | undefined = element;
    while (shown && !this.#layout.isShown(shown)) shown = outward(shown);
    if (!shown || shown === this.#home.home) return undefined;
    const { outer } = this.#layout.look(shown);
    return {
      at: this.#layout.point(shown, 0.5, 0.5),
      how: shown === element && !gone ? 'near' : 'collapsed',
      clip: outer,
    };
  }

  #target(anchor: string, again: boolean): Target | undefined {
    const { target: known, until } = this.#targets.get(anchor) ?? { until: 0 };
    if (!again && this.#now < until && known?.element.isConnected !== false) return known;
    let target: Target | undefined;
    try {
      target = this.#find(anchor, again ? undefined : known);
    } catch {
      target = undefined; // no address at all: whoever sent it is not drawn
    }
    if (this.#targets.size > MAX_KEPT) this.#targets.clear();
    // Not all in the same frame.
    const kept = (target?.gone ? GONE_MS : KEPT_MS) * (1 + (this.#targets.size % 8) / 8);
    this.#targets.set(anchor, { target, until: this.#now + kept });
    return target;
  }

  #find(anchor: string, known: Target | undefined): Target | undefined {
    const [address = '', words] = anchor.split('@');
    const found = this.#home.find(address);
    if (!found) return undefined;
    const { element, whole, stable } = found;
    if (!words) return { element, gone: !whole };
    const reading = whole ? text.read(element) : undefined;
    const from = reading && { element, text: reading.text };
    // Looking for words is dear: not again where nothing has changed.
    if (known?.from?.element === element && known.from.text === reading?.text) return known;
    const marks = words.slice(0, text.MARKS);
    const base = Number.parseInt(words.slice(text.MARKS), 36);
    const here = reading && text.findBase(reading.text, base, marks);
    if (reading && here !== undefined) return { element, gone: false, from, words: { reading, base: here } };
    // Something may have come in between, or gone: then another of its kind has the text.
    const step = /\/\d*([^=#/>]*)$/.exec(address);
    for (const other of step ? [...stable.querySelectorAll(step[1] || 'div')].slice(0, MAX_SEARCHED) : []) {
      const there = text.marksOf(other.textContent ?? '', base) === marks && text.read(other);
      if (there) return { element: other, gone: false, from, words: { reading: there, base } };
    }
    if (step || !reading) return { element: stable, gone: true, from };
    return { element, gone: false, from, near: true, words: { reading, base: Math.min(base, reading.text.length) } };
  }
}

const isSame = (one: Point, other: Point): boolean => one.x === other.x && one.y === other.y;
