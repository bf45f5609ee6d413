/**
 * Draws a ring around each control in which somebody is, in a layer above the page, and a tag with their names. It
 * reads all it needs first, and then writes what changed. Who is where, fields.ts decides.
 */
import { html, nothing, render } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { User } from '../../src/index.js';
import { initials } from '../shared/initials.js';
import { type Box, overlap } from '../surface/box.js';
import { Layout, type Look } from '../surface/layout.js';
import { topLayer } from '../surface/top-layer.js';
import { middleOf } from '../surface/turn.js';
import { isFree, type Side, sidesOf, tagBox } from './tag-place.js';

/** So many people have a ring at one control, and a place in its tag; the others are counted. */
const MOST = 3;
/** Each ring is this much wider than the one inside of it, in CSS pixels. */
const STEP = 5;
/** A control that is smaller than this holds no ring, in CSS pixels: editors have such, out of sight. */
const LEAST = 6;
/** The side of a tag is chosen anew after this time, in milliseconds: that takes long. */
const CHOOSE_MS = 400;

/** Someone at a control. */
export interface Person {
  readonly key: string;
  readonly user: User;
  readonly label: string;
  readonly typing: boolean;
  /** The whole name is shown, and not the initials: they have just come, or one points at the control. */
  readonly named: boolean;
}

/** A control, and who is there. */
export interface Place {
  readonly control: Element;
  readonly people: readonly Person[];
  /** One points at the control, or is there oneself: the tag is shown wherever it lies. */
  readonly called: boolean;
}

/** A place as it is drawn. */
interface Drawn {
  readonly element: HTMLElement;
  side: Side | undefined;
  chosenAt: number;
  /** The size of the tag, and of what it was measured. */
  tag: { readonly width: number; readonly height: number };
  written: string;
}

export class Rings {
  readonly #layer: HTMLElement;
  readonly #layout = new Layout();
  readonly #drawn = new Map<Element, Drawn>();
  #keys = new WeakMap<Element, number>();
  #made = 0;

  /** `layer`: a popover in the shadow root of the element. */
  constructor(layer: HTMLElement) {
    this.#layer = layer;
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
    if (places.length > 0) topLayer.keep(this.#layer);
    else topLayer.release(this.#layer);
    for (const drawn of this.#drawn.values()) {
      const tag = drawn.element.querySelector<HTMLElement>('.tag');
      if (tag) drawn.tag = { width: tag.offsetWidth, height: tag.offsetHeight };
    }
  }

  /** Puts everything to its place. `now` in milliseconds. True where something has moved. */
  draw(places: readonly Place[], now: number): boolean {
    this.#layout.begin(now);
    const taken: Box[] = [];
    const looks = places.flatMap((place) => {
      const drawn = this.#drawn.get(place.control);
      if (!drawn) return [];
      const look = this.#look(place.control);
      const mute = !look || !this.#chooseSide(place, drawn, look, now, taken);
      return [{ place, drawn, look, mute }];
    });
    let moved = false;
    for (const { place, drawn, look, mute } of looks) if (write(place, drawn, look, mute)) moved = true;
    return moved;
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

  /** False where no side is free. */
  #chooseSide(
    { control, called, people }: Place,
    drawn: Drawn,
    { box, outer }: Look,
    now: number,
    taken: Box[],
  ): boolean {
    const { tag } = drawn;
    const view = outer?.view ?? this.#layout.window;
    const around = grow(box, outset(people.length));
    if (now - drawn.chosenAt >= CHOOSE_MS) {
      drawn.chosenAt = now;
      const sides = sidesOf(getComputedStyle(control).direction === 'rtl');
      const before = sides.find(({ up, right }) => up === drawn.side?.up && right === drawn.side.right);
      const wished = before ? [before, ...sides] : sides;
      const free = wished.find((side) => isFree(tagBox(around, side, tag), control, view, taken));
      const inside = (side: Side) => !!overlap(tagBox(around, side, tag), this.#layout.window);
      drawn.side = free ?? (called ? (sides.find(inside) ?? sides[0]) : undefined);
    }
    if (drawn.side) taken.push(tagBox(around, drawn.side, tag));
    return drawn.side !== undefined;
  }
}

const outset = (people: number): number => 4 + STEP * (Math.min(people, MOST) - 1) + 2.5;

const grow = ({ left, top, width, height }: Box, by: number): Box => ({
  left: left - by,
  top: top - by,
  width: width + 2 * by,
  height: height + 2 * by,
});

function at({ people, called }: Place, nameless: boolean) {
  const shown = people.slice(0, MOST);
  const more = people.length - shown.length;
  return html`<div class="at out">${shown.map(
    ({ user }, index) =>
      html`<div part="ring" data-user=${user.id} data-mark=${user.mark ?? nothing}
        .style=${`--_u:${user.color};--_o:${index * STEP}px`}></div>`,
  )}${
    nameless
      ? nothing
      : html`<div class="tag">${shown.map(
          ({ user, label, named, typing }) =>
            html`<span part="name" class="ink ${typing ? 'typing' : ''}" data-user=${user.id}
              .style=${`--_u:${user.color}`}><bdi>${named || called ? label : initials(user.name)}</bdi></span>`,
        )}${more > 0 ? html`<span class="more"><bdi dir="ltr">+${more}</bdi></span>` : nothing}</div>`
  }</div>`;
}

/** True where it has moved. */
function write({ control, people }: Place, drawn: Drawn, look: Look | undefined, mute: boolean): boolean {
  const { element, side } = drawn;
  const state = `at${look ? '' : ' out'}${mute ? ' mute' : ''}`;
  if (element.className !== state) element.className = state;
  if (!look) return false;
  const { box, turned, outer } = look;
  const { width, height } = turned?.size ?? box;
  const { x, y } = middleOf(box);
  const { a, b, c, d } = turned?.turn ?? { a: 1, b: 0, c: 0, d: 1 };
  // On whole pixels lines are sharp, and their contrast is what it should be.
  const place = `translate(${Math.round(x - width / 2)}px,${Math.round(y - height / 2)}px)`;
  const turn = turned ? ` matrix(${[a, b, c, d].map((part) => part.toFixed(4))},0,0)` : '';
  const style = getComputedStyle(control);
  const round = (control as Partial<HTMLInputElement>).type === 'radio' ? '50%' : style.borderTopLeftRadius;
  const clip = turned ? '' : clipOf(box, outer?.view, outset(people.length));
  const written = `width:${Math.round(width)}px;height:${Math.round(height)}px;transform:${place}${turn};--_c:${
    /^[\d.]+px$/.test(round) ? round : `${Math.min(width, height) / 2}px`
  };${clip}`;
  const tag = element.querySelector<HTMLElement>('.tag');
  if (tag && side) {
    const edges = `${side.up ? 'up' : 'down'} ${side.right ? 'right' : 'left'}`;
    const gap = outset(people.length);
    if (tag.dataset.side !== edges + gap) {
      tag.dataset.side = edges + gap;
      tag.className = `tag ${edges}`;
      tag.style.margin = `${gap}px ${-gap}px`;
    }
  }
  if (written === drawn.written) return false;
  drawn.written = written;
  element.style.cssText = written;
  return true;
}

/** Cuts off what is scrolled away, with the ring there; not where the control is whole. */
function clipOf({ left, top, width, height }: Box, view: Box | undefined, beyond: number): string {
  if (!view) return '';
  const cuts = [
    view.top - top,
    left + width - view.left - view.width,
    top + height - view.top - view.height,
    view.left - left,
  ];
  if (cuts.every((cut) => cut <= 0)) return '';
  return `clip-path:inset(${cuts.map((cut) => (cut > 0 ? `${cut.toFixed(1)}px` : `${-beyond - 300}px`)).join(' ')})`;
}
