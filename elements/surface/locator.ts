/**
 * From a point of the window to a position that others can resolve: over text the word under the point, elsewhere the
 * innermost box. It remembers the word and the box of the last position, because each other address costs bytes.
 */
import type { PointerPosition } from '../../src/index.js';
import type { Addresses } from './address.js';
import { within } from './box.js';
import type { Layout } from './layout.js';
import { BEGINNING, baseOf, CHARACTERS, LINES, markOf, marksOf } from './marks.js';
import { NAME } from './names.js';
import { isPrivate, publicTexts } from './private.js';
import * as text from './text.js';

/**
 * The content of an element with this attribute has no addresses: it differs between windows (a map, a canvas of
 * elements).
 */
const WHOLE = 'data-slate-whole';
/**
 * Not nearer to the edge of a character than this: rounding on the wire must not reach the next one, or the next line.
 */
const EDGE = 0.04;
/** Faster than this, in CSS pixels a millisecond, nobody reads what a pointer passes over. */
const FAST = 0.1;
/** An inline element with more nodes than this counts as text. */
const MOST_EMPTY = 500;
/** A box is worth its address where a pointer stays in it for about this long, in milliseconds: three batches. */
const WORTH_MS = 300;

export class Locator {
  readonly #layout: Layout;
  readonly #addresses: Addresses;
  /** The word that one's own pointer counts from, kept for as long as possible. */
  #word: { block: Element; base: number; top: number } | undefined;
  /** The box that one's own pointer flies through. */
  #box: Element | undefined;

  constructor(layout: Layout, addresses: Addresses) {
    this.#layout = layout;
    this.#addresses = addresses;
  }

  /** The position of a point; see {@link Surface.locate}. */
  locate(x: number, y: number, path: readonly EventTarget[], speed: number): PointerPosition | undefined {
    const all = path.filter((node): node is Element => node instanceof Element);
    if (all.some(isPrivate)) return undefined;
    const end = all.indexOf(this.#addresses.home);
    const whole = all.findLastIndex((element, index) => index < end && element.hasAttribute(WHOLE));
    const inside = all.slice(Math.max(0, whole), Math.max(0, end));
    return (
      (speed <= FAST && whole < 0 && this.#locateWord(x, y, inside, speed === 0)) ||
      this.#locateBox(x, y, inside, speed > FAST ? speed * WORTH_MS : 0)
    );
  }

  #locateWord(x: number, y: number, path: readonly Element[], atRest: boolean): PointerPosition | undefined {
    const caret = text.caretAt(x, y, path);
    let block = caret?.node.parentElement;
    while (block && !isBlock(block) && !block.hasAttribute(NAME)) block = block.parentElement;
    const address = block && path.includes(block) ? this.#addresses.of(block) : undefined;
    const reading = block && text.read(block);
    const turn = block ? this.#layout.turn(block) : undefined;
    const character = caret && reading && text.characterAt(reading, caret.node, caret.index, { x, y }, turn);
    if (!block || !reading || !character || address === undefined) return undefined;
    const { offset, share, down, top } = character;
    const word = this.#word;
    const own = baseOf(reading.text, offset);
    const near = word && Math.abs(offset - word.base) < CHARACTERS / 2 - 1 && Math.abs(top - word.top) < 1;
    if (!near || word.block !== block || (atRest && word.base !== own)) this.#word = { block, base: own, top };
    const base = this.#word?.base ?? own;
    return {
      anchor: `${address}@${marksOf(reading.text, base)}${base.toString(36)}`,
      x: 0.5 + (offset - base + within(share, EDGE, 1 - EDGE)) / CHARACTERS,
      y: 0.5 + (down - 0.5) / LINES,
    };
  }

  /** The position in the innermost box of at least this size, in CSS pixels, that has an address. */
  #locateBox(x: number, y: number, path: readonly Element[], size: number): PointerPosition {
    // A pointer that flies does not come back to a smaller box on its way.
    const flying = size > 0 && this.#box ? Math.max(0, path.indexOf(this.#box)) : 0;
    this.#box = undefined;
    for (const element of path.slice(flying)) {
      if (!isBlock(element) && !element.hasAttribute(NAME)) continue;
      const { box } = this.#layout.look(element);
      const extent = Math.min(box.width, box.height);
      const anchor = extent > 0 && extent >= size ? this.#addresses.of(element) : undefined;
      if (anchor === undefined) continue;
      if (size > 0) this.#box = element;
      return { anchor: anchor + boxMark(element, anchor), ...this.#layout.fractions(element, x, y) };
    }
    const { home } = this.#addresses;
    return { anchor: this.#addresses.of(home) ?? '', ...this.#layout.fractions(home, x, y) };
  }
}

/** What tells a box from others that may be in its place elsewhere; a name needs nothing more. */
function boxMark(element: Element, address: string): string {
  const beginning = /\/[^=#/>]*$/.test(address) && text.beginningOf(element, BEGINNING);
  return beginning ? `~${markOf(beginning)}` : '';
}

/**
 * Whether an element is a box of its own and not a part of a line, so that fractions of it mean something: pictures
 * are.
 */
function isBlock(element: Element): boolean {
  const { display } = getComputedStyle(element);
  return display === 'inline' ? !hasText(element) : !/contents|none/.test(display);
}

function hasText(element: Element): boolean {
  for (const node of publicTexts(element, MOST_EMPTY)) if (!node || node.data) return true;
  return false;
}
