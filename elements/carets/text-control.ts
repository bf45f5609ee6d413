/** A `textarea`, or an `input` that keeps its text in one line, as a field in which carets are drawn. */
import type { Box, Point } from '../surface/box.js';
import { type Control, type Lie, LONGEST } from './control.js';
import { Mirror, zoomOf } from './mirror.js';
import type { Ends } from './said.js';

export class TextControl implements Control {
  view: Box = { left: 0, top: 0, width: 0, height: 0 };
  scrolled: Point = { x: 0, y: 0 };
  readonly #layer: Element;
  #mirror: Mirror | undefined;
  /** The upper left of the text's box in the plane, and how much larger than the mirror the plane is. */
  #left = 0;
  #top = 0;
  #scale = 1;

  constructor(
    readonly element: HTMLTextAreaElement | HTMLInputElement,
    layer: Element,
  ) {
    this.#layer = layer;
  }

  get text(): string | undefined {
    const { value } = this.element;
    return value.length > LONGEST ? undefined : value;
  }

  get selection(): Ends | undefined {
    const { selectionStart, selectionEnd, selectionDirection } = this.element;
    if (!this.element.matches(':focus') || selectionStart === null || selectionEnd === null) return undefined;
    return selectionDirection === 'backward'
      ? { anchor: selectionEnd, head: selectionStart }
      : { anchor: selectionStart, head: selectionEnd };
  }

  measure({ size }: Lie): void {
    const { element } = this;
    this.#mirror ??= new Mirror(element, this.#layer);
    this.#mirror.fit();
    const zoom = zoomOf(element);
    const scale = element.offsetWidth ? size.width / element.offsetWidth / zoom : 1;
    // The widths that elements tell are rounded, which is no scale.
    this.#scale = Math.abs(scale - 1) * size.width < 1.5 ? 1 : scale;
    const unit = this.#scale * zoom;
    this.#left = element.clientLeft * unit;
    this.#top = element.clientTop * unit;
    this.view = {
      left: this.#left,
      top: this.#top,
      width: element.clientWidth * unit,
      height: element.clientHeight * unit,
    };
    this.scrolled = { x: element.scrollLeft * unit, y: element.scrollTop * unit };
  }

  caret(offset: number): Box | undefined {
    const box = this.#mirror?.caret(offset);
    return box && this.#inPlane(box);
  }

  selected(from: number, to: number): readonly Box[] {
    return this.#mirror?.selected(from, to).map((box) => this.#inPlane(box)) ?? [];
  }

  stop(): void {
    this.#mirror?.remove();
    this.#mirror = undefined;
  }

  #inPlane({ left, top, width, height }: Box): Box {
    const scale = this.#scale;
    return {
      left: this.#left + left * scale,
      top: this.#top + top * scale,
      width: width * scale,
      height: height * scale,
    };
  }
}
