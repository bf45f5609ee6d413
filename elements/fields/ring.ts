/**
 * One control in which somebody is, as it is drawn: a ring for each person around it, inside each other, and a tag with
 * their names. This writes only what changed.
 */
import { html, nothing } from 'lit';
import type { User } from '../../src/index.js';
import { initials } from '../shared/initials.js';
import type { Box } from '../surface/box.js';
import type { Look } from '../surface/layout.js';
import { middleOf } from '../surface/turn.js';
import type { Side } from './tag-place.js';

/** So many people have a ring at one control, and a place in its tag; the others are counted. */
const MOST = 3;
/** How far the innermost ring is from the control, its line and the rim of all, as in the styles; CSS pixels. */
const NEAREST = 2;
const LINE = 2;
const RIM = 2.5;
/** Each ring is this much wider than the one inside of it, in CSS pixels: a line, and a rim between. */
const STEP = 3;
/** A tag reaches no further than this beyond its control, in CSS pixels. */
const TAG = 300;

/** Someone at a control. */
export interface Person {
  readonly key: string;
  readonly user: User;
  readonly label: string;
  readonly typing: boolean;
  /** The whole name is shown, and not the initials: they have just come. */
  readonly named: boolean;
}

/** A control, and who is there. */
export interface Place {
  readonly control: Element;
  readonly people: readonly Person[];
  /** One points at the control, or is there oneself: the names are shown, and wherever they lie. */
  readonly called: boolean;
}

/** A place as it is drawn. */
export interface Drawn {
  readonly element: HTMLElement;
  side: Side | undefined;
  chosenAt: number;
  /** The size of the tag, and of what it was measured. */
  tag: { readonly width: number; readonly height: number };
  written: string;
}

/** How far its rings reach beyond a control, in CSS pixels. */
export const outset = (people: number): number => NEAREST + LINE + STEP * (Math.min(people, MOST) - 1) + RIM;

/** The rings and the tag; `nameless`: there is none. */
export function at({ people, called }: Place, nameless: boolean) {
  const shown = people.slice(0, MOST);
  const more = people.length - shown.length;
  return html`<div class="at out">${shown.map(
    ({ user }, index) =>
      html`<div part="ring" data-user=${user.id} data-mark=${user.mark ?? nothing}
        class=${index === shown.length - 1 ? 'last' : ''} .style=${`--_u:${user.color};--_o:${index * STEP}px`}></div>`,
  )}${
    nameless
      ? nothing
      : html`<div class="tag">${shown.map(
          ({ user, label, named, typing }) =>
            html`<span part="name" dir="auto" class="ink ${typing ? 'typing' : ''}" data-user=${user.id}
              .style=${`--_u:${user.color}`}>${named || called ? label : initials(user.name)}</span>`,
        )}${more > 0 ? html`<span class="more"><bdi dir="ltr">+${more}</bdi></span>` : nothing}</div>`
  }</div>`;
}

/** Puts it to its place. True where it has moved. */
export function write({ control, people }: Place, drawn: Drawn, look: Look | undefined, mute: boolean): boolean {
  const { element, side } = drawn;
  const state = `at${look ? '' : ' out'}${mute ? ' mute' : ''}`;
  if (element.className !== state) element.className = state;
  if (!look) return false;
  const { box, turned, outer } = look;
  const { width, height } = turned?.size ?? box;
  const { x, y } = middleOf(box);
  const { a, b, c, d } = turned?.turn ?? { a: 1, b: 0, c: 0, d: 1 };
  const matrix = [a, b, c, d].map((part) => part.toFixed(4));
  // On whole pixels lines are sharp, and their contrast is what it should be.
  const [left, top] = [Math.round(x - width / 2), Math.round(y - height / 2)];
  const size = [Math.round(x + width / 2) - left, Math.round(y + height / 2) - top] as const;
  const beyond = outset(people.length);
  const written = [
    `width:${size[0]}px;height:${size[1]}px;--_out:${beyond}px;--_c:${cornerOf(control, size)}px`,
    `transform:translate(${left}px,${top}px) ${turned ? `matrix(${matrix},0,0)` : ''}`,
    turned ? '' : clipOf(box, outer?.view, beyond),
  ].join(';');
  const tag = element.querySelector<HTMLElement>('.tag');
  const edges = side && `tag ${side.edge} ${side.right ? 'right' : 'left'}`;
  if (tag && edges && tag.className !== edges) tag.className = edges;
  if (written === drawn.written) return false;
  drawn.written = written;
  element.style.cssText = written;
  return true;
}

/** The radius of the corners of a control, in CSS pixels. */
function cornerOf(control: Element, size: readonly [width: number, height: number]): number {
  const most = Math.min(...size) / 2;
  const radius = getComputedStyle(control).borderTopLeftRadius;
  const isRound = (control as Partial<HTMLInputElement>).type === 'radio' || radius.endsWith('%');
  return isRound ? most : Math.min(most, Number.parseFloat(radius) || 0);
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
  return `clip-path:inset(${cuts.map((cut) => (cut > 0 ? `${cut.toFixed(1)}px` : `${-beyond - TAG}px`)).join(' ')})`;
}
