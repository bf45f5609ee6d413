/**
 * What is shared: a page, or the content of one element, on which people point. A pointer position names what lies
 * under it, so that another window finds the same thing: over text a word, `address@…`, where x and y count characters
 * and lines; elsewhere the innermost box, where x and y are fractions of it. What is gone or hidden here is resolved to
 * the nearest element around it that is shown. The surface never changes the page, but scrolls it when asked.
 */
import type { PointerPosition } from '../../src/index.js';
import { Addresses } from './address.js';
import { type Box, isSame, nearestIn, type Point } from './box.js';
import { type Clip, Layout } from './layout.js';
import { Locator } from './locator.js';
import { CHARACTERS, LINES } from './marks.js';
import { Targets } from './targets.js';
import { pointAt } from './text.js';
import { outward, pathAt } from './tree.js';

/** Where a pointer position lies in this window. */
export interface WindowPosition {
  /** The tip, in CSS pixels of the window; it may lie outside of it. */
  readonly x: number;
  readonly y: number;
  /**
   * exact: the same thing, at the same point of it · near: the same element, but perhaps not the same point of it ·
   * collapsed: the thing is hidden or gone here, and this is the nearest visible element around it.
   */
  readonly how: 'exact' | 'near' | 'collapsed';
  /** The part of the window in which the point could be seen, as its scrolling and clipping ancestors cut it. */
  readonly view: Box;
  /** The point lies in `view`. */
  readonly seen: boolean;
}

/** A point of the window, before anything is cut off. */
interface Unclipped {
  readonly at: Point;
  readonly how: WindowPosition['how'];
  readonly clip: Clip | undefined;
}

export class Surface {
  readonly #layout = new Layout();
  readonly #addresses: Addresses;
  readonly #locator: Locator;
  readonly #targets: Targets;
  #now = 0;

  /** `element`: the element whose content is shared; null for the whole page. */
  constructor(readonly element: HTMLElement | null) {
    this.#addresses = new Addresses(element);
    this.#locator = new Locator(this.#layout, this.#addresses);
    this.#targets = new Targets(this.#addresses);
  }

  /** Forgets what was measured: call it once a frame, before the first {@link resolve}. */
  begin(): void {
    this.#now = performance.now();
    this.#layout.begin(this.#now);
  }

  /**
   * The position of a point of the window; `path` is what lies under it, innermost first; `speed` is in CSS pixels a
   * millisecond. The faster the pointer, the larger is the box that the position names: the way becomes smoother, and
   * each address costs bytes. Undefined where the point is private.
   */
  locate(x: number, y: number, path: readonly EventTarget[], speed = 0): PointerPosition | undefined {
    this.begin();
    return this.#locator.locate(x, y, path, speed);
  }

  /** Where a position is in this window now; undefined where nothing here matches it. */
  resolve(position: PointerPosition): WindowPosition | undefined {
    const unclipped = this.#unclipped(position);
    if (!unclipped) return undefined;
    let { at, how } = unclipped;
    // What is hidden is drawn at the edge of what hides it; what is scrolled away is where it is.
    let shown = at;
    for (let { clip } = unclipped; clip; clip = clip.next) {
      const drawn = nearestIn(clip.box, shown);
      if (!isSame(drawn, shown) && !clip.scrolls && isSame(shown, at)) {
        at = drawn;
        how = 'collapsed';
      }
      shown = drawn;
    }
    const view = unclipped.clip?.view ?? this.#layout.window;
    return { ...at, how, view, seen: isSame(nearestIn(view, at), at) && isSame(shown, at) };
  }

  /** Where a point of the window lies in this element, in its own CSS pixels from its left and its top. */
  inside(element: HTMLElement, { x, y }: Point): Point {
    const shares = this.#layout.shares(element, { x, y });
    return { x: shares.x * element.offsetWidth, y: shares.y * element.offsetHeight };
  }

  /** What lies at a point of the window, innermost first, as an event there would meet it. */
  pathAt(x: number, y: number): Element[] {
    return pathAt(x, y, this.element);
  }

  /**
   * Scrolls a share (0 to 1) of the way that is left until a position is in the middle of every scroller around it, as
   * far as each can scroll. Returns how far it scrolled, in CSS pixels; undefined where nothing here matches the
   * position.
   */
  reveal(position: PointerPosition, share = 1): number | undefined {
    this.begin();
    const unclipped = this.#unclipped(position);
    if (!unclipped) return undefined;
    let { at } = unclipped;
    let moved = 0;
    const toMiddle = (element: Element, box: Box): void => {
      const { scrollLeft, scrollTop } = element;
      const turn = element === document.scrollingElement ? undefined : this.#layout.turn(element);
      const way = { x: at.x - box.left - box.width / 2, y: at.y - box.top - box.height / 2 };
      const { x: left, y: top } = turn?.back(way) ?? way;
      element.scrollBy({ left: left * share, top: top * share, behavior: 'instant' });
      const scrolled = { x: element.scrollLeft - scrollLeft, y: element.scrollTop - scrollTop };
      moved += Math.hypot(scrolled.x, scrolled.y);
      const { x, y } = turn?.out(scrolled) ?? scrolled;
      // The scrollers around must show this element first, and not what has been scrolled away in it.
      at = nearestIn(box, { x: at.x - x, y: at.y - y });
    };
    for (let { clip } = unclipped; clip; clip = clip.next) if (clip.scrolls) toMiddle(clip.element, clip.box);
    toMiddle(document.scrollingElement ?? document.documentElement, this.#layout.window);
    this.begin();
    return moved;
  }

  #unclipped(position: PointerPosition, again = false): Unclipped | undefined {
    const { anchor, x, y } = position;
    const target = this.#targets.find(anchor, this.#now, again);
    if (!target) return undefined;
    const { element, gone, near, word } = target;
    const look = this.#layout.look(element);
    if (!gone && this.#layout.isShown(element)) {
      const offset = (x - 0.5) * CHARACTERS;
      const characters = Math.floor(offset);
      const at = word
        ? pointAt(word.reading, word.base + characters, offset - characters, (y - 0.5) * LINES + 0.5, look.turned?.turn)
        : this.#layout.point(element, x, y);
      if (at) return { at, how: near ? 'near' : 'exact', clip: word ? look.inner : look.outer };
      if (!again) return this.#unclipped(position, true); // the text was replaced
    }
    let shown: Element | undefined = element;
    while (shown && !this.#layout.isShown(shown)) shown = outward(shown);
    if (!shown || shown === this.#addresses.home) return undefined;
    const { outer } = this.#layout.look(shown);
    return {
      at: this.#layout.point(shown, 0.5, 0.5),
      how: shown === element && !gone ? 'near' : 'collapsed',
      clip: outer,
    };
  }
}
