/**
 * Anchors: which element a pointer belongs to, as an address that another window resolves to the same element, and
 * where in it, as fractions of its box. The nearest `data-slate-anchor` around the pointer, else the nearest `id`, else
 * the whole surface. What cannot be found again is never sent, and what is not found here is not drawn.
 *
 * Addresses: '' the surface, '#id' an element by id, '=name' an element by its data-slate-anchor.
 */
import type { PointerPosition } from '../src/index.js';

const NAME = 'data-slate-anchor';
/** The limit of {@link PointerPosition} in UTF-8 bytes, kept here in characters that are at most 3 bytes each. */
const LONGEST = 80;

/** A point or a box in the window, in CSS pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What is shared: the content of one element, or, with null, the whole page. */
export class Surface {
  readonly #root: Document | ShadowRoot;
  readonly #found = new Map<string, Element>();

  constructor(readonly element: HTMLElement | null) {
    const root = element?.getRootNode();
    this.#root = root instanceof ShadowRoot ? root : document;
  }

  /** The address and fractions of a point in the window; `path` is what lies under it, innermost first. */
  locate(x: number, y: number, path: readonly EventTarget[]): PointerPosition | undefined {
    const inside = path.filter((node): node is Element => node instanceof Element && this.#holds(node));
    const anchor = this.#addressOf(inside, NAME, '=') ?? this.#addressOf(inside, 'id', '#') ?? '';
    const box = this.box(anchor);
    return box && { anchor, x: fraction(x - box.left, box.width), y: fraction(y - box.top, box.height) };
  }

  /** The present box of an address; undefined where it is not on this page, or not shown. */
  box(anchor: string): Box | undefined {
    const element = anchor === '' ? this.element : this.#resolve(anchor);
    if (element === undefined) return undefined;
    const box = element ? element.getBoundingClientRect() : page();
    return box.width > 0 && box.height > 0 ? box : undefined;
  }

  #addressOf(path: readonly Element[], attribute: string, sign: string): string | undefined {
    for (const element of path) {
      const name = element.getAttribute(attribute);
      if (!name || name.length > LONGEST) continue;
      const anchor = sign + name;
      if (this.#resolve(anchor) === element && this.box(anchor)) return anchor; // found again, and has a box to be in
    }
    return undefined;
  }

  #resolve(anchor: string): Element | undefined {
    const name = anchor.slice(1);
    const attribute = anchor[0] === '#' ? 'id' : NAME;
    const known = this.#found.get(anchor);
    if (known?.isConnected && known.getAttribute(attribute) === name) return known;
    this.#found.delete(anchor);
    const found =
      attribute === 'id'
        ? this.#root.getElementById(name)
        : this.#root.querySelector(`[${NAME}="${CSS.escape(name)}"]`);
    if (!found || !this.#holds(found)) return undefined;
    this.#found.set(anchor, found);
    return found;
  }

  #holds(node: Element): boolean {
    return node.getRootNode() === this.#root && (this.element?.contains(node) ?? true);
  }
}

function page(): Box {
  const { scrollWidth, scrollHeight, clientWidth } = document.documentElement;
  // In a right-to-left page the start of the scrolled area is its right edge.
  const rtl =
    scrollX < 0 || (scrollWidth > clientWidth && getComputedStyle(document.documentElement).direction === 'rtl');
  return {
    left: rtl ? clientWidth - scrollWidth - scrollX : -scrollX,
    top: -scrollY,
    width: scrollWidth,
    height: scrollHeight,
  };
}

const fraction = (part: number, whole: number): number => Math.min(1, Math.max(0, part / whole));
