/**
 * Draws the rings around all controls in which somebody is, in a layer above the page. It reads all it needs first, and
 * then writes what changed. Who is where, fields.ts decides.
 */
import { render } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { type Box, overlap } from '../surface/box.js';
import { Layout, type Look } from '../surface/layout.js';
import { topLayer } from '../surface/top-layer.js';
import { middleOf } from '../surface/turn.js';
import { at, type Drawn, outset, type Place, write } from './ring.js';
import { styles } from './ring.styles.js';
import { isFree, type Side, sidesOf, tagBox } from './tag-place.js';

/** A control that is smaller than this holds no ring, in CSS pixels: editors have such, out of sight. */
const LEAST = 6;
/** The side of a tag is chosen anew after this time, and for so long in one frame; milliseconds. */
const CHOOSE_MS = 400;
const CHOOSING_MS = 4;

export class Rings {
  readonly #layer: HTMLElement;
  readonly #layout = new Layout();
  readonly #drawn = new Map<Element, Drawn>();
  #keys = new WeakMap<Element, number>();
  #made = 0;
  /** Where whole names have no place. */
  readonly #tight = new Set<Element>();
  /** When the choosing of this frame ends, and whether a tag has to wait for the next one. */
  #chooseUntil = 0;
  #waits = false;

  /** `layer`: a popover in the shadow root of the element. */
  constructor(layer: HTMLElement) {
    this.#layer = layer;
    const { adoptedStyleSheets: sheets } = layer.getRootNode() as ShadowRoot;
    for (const { styleSheet } of styles) if (styleSheet && !sheets.includes(styleSheet)) sheets.push(styleSheet);
  }

  /** Whether there is no place for whole names at a control: it gets initials. */
  isTight(control: Element): boolean {
    return this.#tight.has(control);
  }

  /** Makes the rings and tags of these places, and removes all others. `nameless`: there are no tags. */
  cast(places: readonly Place[], nameless: boolean): void {
    const keyOf = ({ control }: Place) => {
      const key = this.#keys.get(control) ?? ++this.#made;
      this.#keys.set(control, key);
      return key;
    };
    render(
      repeat(places, keyOf, (place) => at(place, nameless)),
      this.#layer,
    );
    const elements = [...this.#layer.querySelectorAll<HTMLElement>('.at')];
    const before = new Map(this.#drawn);
    this.#drawn.clear();
    for (const [index, { control }] of places.entries()) {
      const element = elements[index] as HTMLElement;
      const { side, written = '' } = before.get(control) ?? {};
      const same = before.get(control)?.element === element;
      const tag = { width: 0, height: 0 };
      this.#drawn.set(control, {
        element,
        side,
        chosenAt: Number.NEGATIVE_INFINITY,
        tag,
        written: same ? written : '',
      });
    }
    for (const control of this.#tight) if (!this.#drawn.has(control)) this.#tight.delete(control);
    if (places.length > 0) topLayer.keep(this.#layer);
    else topLayer.release(this.#layer);
    for (const drawn of this.#drawn.values()) {
      const tag = drawn.element.querySelector<HTMLElement>('.tag');
      if (tag) drawn.tag = { width: tag.offsetWidth, height: tag.offsetHeight };
    }
  }

  /** Puts everything to its place. `now` in milliseconds. True where something has moved, or waits for a frame. */
  draw(places: readonly Place[], now: number): boolean {
    this.#layout.begin(now);
    this.#chooseUntil = performance.now() + CHOOSING_MS;
    this.#waits = false;
    const taken: Box[] = [];
    const looks = places.flatMap((place) => {
      const drawn = this.#drawn.get(place.control);
      const look = this.#look(place.control);
      const ring = look && grow(look.box, outset(place.people.length));
      if (ring) taken.push(ring);
      return drawn ? [{ place, drawn, look, ring }] : [];
    });
    const chosen = looks.map((one) => {
      const { place, drawn, look, ring } = one;
      const others = taken.filter((box) => box !== ring);
      const box = look && ring && this.#chooseSide(place, drawn, look, ring, now, others);
      if (box) taken.push(box);
      return { ...one, mute: !box };
    });
    let moved = false;
    for (const { place, drawn, look, mute } of chosen) if (write(place, drawn, look, mute)) moved = true;
    return moved || this.#waits;
  }

  /** Takes the layer out of the top layer. */
  stop(): void {
    this.cast([], true);
  }

  /** How a control lies in the window; undefined where it is not to be seen. */
  #look(control: Element): Look | undefined {
    if (!control.isConnected || !this.#layout.isShown(control) || topLayer.isBlocked(control)) return undefined;
    const look = this.#layout.look(control);
    const { box, outer } = look;
    if (box.width < LEAST || box.height < LEAST) return undefined;
    const seen = overlap(box, outer?.view ?? this.#layout.window);
    // What clips cuts a straight ring; one that is turned is there or not.
    const { x, y } = middleOf(box);
    return seen && (!look.turned || overlap(seen, { left: x - 1, top: y - 1, width: 2, height: 2 })) ? look : undefined;
  }

  /** Where the tag lies; undefined where no side is free. */
  #chooseSide(place: Place, drawn: Drawn, look: Look, ring: Box, now: number, taken: readonly Box[]): Box | undefined {
    const { control, called, people } = place;
    const { tag, side: last } = drawn;
    const due = now - drawn.chosenAt >= CHOOSE_MS;
    if (due && performance.now() > this.#chooseUntil) this.#waits = true;
    else if (due) {
      drawn.chosenAt = now;
      const view = look.outer?.view ?? this.#layout.window;
      const sides = sidesOf(getComputedStyle(control).direction === 'rtl');
      const before = sides.filter(({ edge, right }) => edge === last?.edge && right === last.right);
      const free = [...before, ...sides].find((side) => isFree(tagBox(ring, side, tag), control, view, taken));
      const isInWindow = (side: Side) => !!overlap(tagBox(ring, side, tag), this.#layout.window);
      drawn.side = free ?? (called ? sides.find(isInWindow) : undefined);
      if (!drawn.side && people.some(({ named }) => named)) {
        this.#tight.add(control);
        this.#waits = true;
      }
    }
    return drawn.side && tagBox(ring, drawn.side, tag);
  }
}

const grow = ({ left, top, width, height }: Box, by: number): Box => ({
  left: left - by,
  top: top - by,
  width: width + 2 * by,
  height: height + 2 * by,
});
