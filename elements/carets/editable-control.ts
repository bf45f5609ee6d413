/** An element that can be edited in the page, as a field in which carets are drawn. Its text is measured as it lies. */
import type { Box, Point } from '../surface/box.js';
import { middleOf } from '../surface/turn.js';
import { caretAmong, hasTwoDirections } from './bidi.js';
import { type Control, type Lie, LONGEST } from './control.js';
import { type Flat, flatten, offsetOf, partsOf, pointOf } from './flat.js';
import type { Ends } from './said.js';
import { boxesIn, caretIn } from './text-boxes.js';

export class EditableControl implements Control {
  view: Box = { left: 0, top: 0, width: 0, height: 0 };
  /** The boxes of a range heed what is scrolled. */
  readonly scrolled: Point = { x: 0, y: 0 };
  #lie: Lie | undefined;
  #flat: Flat | undefined;

  constructor(readonly element: HTMLElement) {}

  get text(): string | undefined {
    this.#flat = flatten(this.element);
    const { text = '' } = this.#flat ?? {};
    return !this.#flat || text.length > LONGEST ? undefined : text;
  }

  get selection(): Ends | undefined {
    const { element } = this;
    const root = element.getRootNode() as Document | (ShadowRoot & { getSelection?: Document['getSelection'] });
    if (root.activeElement !== element || !element.matches(':focus')) return undefined;
    const { anchorNode, anchorOffset, focusNode, focusOffset } =
      (root.getSelection ? root : document).getSelection?.() ?? {};
    const flat = flatten(element);
    const at = (node: Node | null | undefined, offset = 0): number | undefined =>
      node && flat && element.contains(node) ? offsetOf(flat, element, node, offset) : undefined;
    const [anchor, head] = [at(anchorNode, anchorOffset), at(focusNode, focusOffset)];
    return anchor === undefined || head === undefined ? undefined : { anchor, head };
  }

  measure(lie: Lie): void {
    this.#lie = lie;
    const { width, height } = lie.size;
    const { element } = this;
    const unit = element.offsetWidth ? width / element.offsetWidth : 1;
    const [left, top] = [element.clientLeft * unit, element.clientTop * unit];
    // What does not clip its text shows all of it.
    const clips = getComputedStyle(element).overflow !== 'visible';
    this.view = clips
      ? { left, top, width: element.clientWidth * unit, height: element.clientHeight * unit }
      : { left: -width, top: -height, width: 3 * width, height: 3 * height };
  }

  caret(offset: number): Box | undefined {
    const { node, index } = (this.#flat && pointOf(this.#flat, offset)) ?? {};
    if (!node) return this.#whole();
    const box = node instanceof Text ? this.#caretIn(node, index ?? 0) : node.getBoundingClientRect();
    return box && this.#inPlane(box);
  }

  selected(from: number, to: number): readonly Box[] {
    const parts = this.#flat ? [...partsOf(this.#flat, from, to)] : [];
    return parts.flatMap((part) => boxesIn(...part)).map((box) => this.#inPlane(box));
  }

  stop(): void {
    this.#flat = undefined;
  }

  #caretIn(node: Text, index: number): Box | undefined {
    const rtl = getComputedStyle(node.parentElement ?? this.element).direction === 'rtl';
    return (hasTwoDirections(node.data, rtl) && caretAmong(node, index, rtl)) || caretIn(node, index);
  }

  /** An element without any text has its caret where its content begins. */
  #whole(): Box | undefined {
    if (!this.#lie) return undefined;
    const style = getComputedStyle(this.element);
    const px = (name: string): number => Number.parseFloat(style.getPropertyValue(name)) || 0;
    const height = px('line-height') || px('font-size') * 1.2;
    const before = px('padding-left') + px('border-left-width');
    const left =
      style.direction === 'rtl' ? this.#lie.size.width - px('padding-right') - px('border-right-width') : before;
    return { left, top: px('padding-top') + px('border-top-width'), width: 0, height };
  }

  #inPlane(box: Box): Box {
    const lie = this.#lie as Lie;
    const { width: across, height: down } = box;
    if (!lie.turn) return { left: box.left - lie.box.left, top: box.top - lie.box.top, width: across, height: down };
    const [own, around] = [middleOf(box), middleOf(lie.box)];
    const middle = lie.turn.back({ x: own.x - around.x, y: own.y - around.y });
    const { width, height } = lie.turn.within(box, undefined);
    return {
      left: middle.x + (lie.size.width - width) / 2,
      top: middle.y + (lie.size.height - height) / 2,
      width,
      height,
    };
  }
}
