/**
 * The elements in which the carets of one field are drawn: a layer over the page, in it a plane that lies on the field
 * and is turned with it, in that a window on the text, and in that what is scrolled with the text. A scroll moves one
 * element.
 */
import type { Box, Point } from '../surface/box.js';
import { topLayer } from '../surface/top-layer.js';
import { middleOf } from '../surface/turn.js';
import type { Lie } from './control.js';

/** A caret at the edge of a field is drawn whole: so far beyond it, in CSS pixels. */
const BEYOND = 3;

export class Plane {
  readonly layer = div('layer');
  readonly marks = div('');
  readonly carets = div('');
  readonly names = div('');
  readonly #plane = div('plane');
  readonly #view = div('view');
  readonly #text = div('text');

  constructor() {
    this.layer.popover = 'manual';
    this.layer.setAttribute('aria-hidden', 'true');
    this.#text.append(this.marks, this.carets);
    this.#view.append(this.#text);
    this.#plane.append(this.#view, this.names);
    this.layer.append(this.#plane);
  }

  /** Shows it above everything, in this shadow root. */
  open(root: ParentNode): void {
    if (this.layer.parentNode !== root) root.append(this.layer);
    topLayer.keep(this.layer);
  }

  close(): void {
    topLayer.release(this.layer);
    this.layer.remove();
  }

  /** Lies on a field; `view`: the part of its plane that can be seen; `scrolled`: how far its text is. */
  lie({ box, size, turn }: Lie, view: Box, scrolled: Point): void {
    const middle = middleOf(box);
    const { a, b, c, d } = turn ?? { a: 1, b: 0, c: 0, d: 1 };
    const x = middle.x - (a * size.width + c * size.height) / 2;
    const y = middle.y - (b * size.width + d * size.height) / 2;
    write(this.#plane, `transform:matrix(${[a, b, c, d, x, y].map((part) => Number(part.toFixed(4))).join()})`);
    const [left, top] = [view.left - BEYOND, view.top];
    write(this.#view, `left:${px(left)};top:${px(top)};width:${px(view.width + 2 * BEYOND)};height:${px(view.height)}`);
    write(this.#text, `transform:translate(${px(-left - scrolled.x)},${px(-top - scrolled.y)})`);
  }
}

function div(name: string): HTMLElement {
  const made = document.createElement('div');
  if (name) made.className = name;
  return made;
}

const px = (length: number): string => `${length.toFixed(3)}px`;

const written = new WeakMap<HTMLElement, string>();

function write(element: HTMLElement, style: string): void {
  if (written.get(element) === style) return;
  written.set(element, style);
  element.style.cssText = style;
}
