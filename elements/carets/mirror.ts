/**
 * The text of a `textarea` or an `input`, laid out a second time where its boxes can be read: no range reaches into the
 * field itself. The mirror has every style of the field that moves text. It is hidden, from screen readers, selection
 * and search too, and lies in a layer that moves nothing in the page.
 */
import type { Box } from '../surface/box.js';
import { difference } from '../text/difference.js';
import { caretAmong, hasTwoDirections } from './bidi.js';
import { boxesIn, caretIn } from './text-boxes.js';

/** The styles that move text. */
const MOVES = new RegExp(
  '^(?:font|text|letter|word|line|tab-|white|hyphen|direction|unicode|writing|overflow-wrap|hanging|padding' +
    '|-webkit-(?:text|line|locale|font|rtl))',
);
/** What may not be mirrored: it is no longer the text that is drawn, or only paint. */
const PAINT = /color|shadow|decoration|emphasis|security|fill|stroke|clip/;

export class Mirror {
  readonly #field: HTMLTextAreaElement | HTMLInputElement;
  readonly #box = document.createElement('div');
  readonly #text = new Text();
  readonly #end = document.createElement('br');
  #style = '';
  #direction = '';

  /** It is laid out in this element, which has to be shown. */
  constructor(field: HTMLTextAreaElement | HTMLInputElement, layer: Element) {
    this.#field = field;
    this.#box.className = 'mirror';
    this.#box.setAttribute('aria-hidden', 'true');
    this.#box.append(this.#text, this.#end);
    layer.append(this.#box);
  }

  /** Has the text and the styles that the field has now. */
  fit(): void {
    const style = styleOf(this.#field);
    this.#direction = getComputedStyle(this.#field).direction;
    if (style !== this.#style) this.#box.style.cssText = this.#style = style;
    const lang = this.#field.closest('[lang]')?.getAttribute('lang') ?? '';
    if (lang !== this.#box.lang) this.#box.lang = lang;
    const { value } = this.#field;
    const edit = difference(this.#text.data, value);
    if (edit) this.#text.replaceData(edit.from, edit.to - edit.from, edit.insert);
  }

  /** The place of a caret, from the upper left of the padding box, in the pixels of the page before it is scaled. */
  caret(offset: number): Box | undefined {
    const box = this.#caret(offset);
    return box && this.#from(box);
  }

  selected(from: number, to: number): readonly Box[] {
    return boxesIn(this.#text, from, to).map((box) => this.#from(box));
  }

  remove(): void {
    this.#box.remove();
  }

  #caret(offset: number): Box | undefined {
    const { data } = this.#text;
    if (data === '' || (offset >= data.length && data.endsWith('\n'))) return this.#end.getBoundingClientRect();
    const rtl = this.#direction === 'rtl';
    return hasTwoDirections(data, rtl) ? caretAmong(this.#text, offset, rtl) : caretIn(this.#text, offset);
  }

  #from({ left, top, width, height }: Box): Box {
    const own = this.#box.getBoundingClientRect();
    return { left: left - own.left, top: top - own.top, width, height };
  }
}

function styleOf(field: HTMLTextAreaElement | HTMLInputElement): string {
  const style = getComputedStyle(field);
  const same = [...style].filter((name) => MOVES.test(name) && !PAINT.test(name));
  const { width, height } = contentOf(field, style);
  return [
    ...same.map((name) => `${name}:${style.getPropertyValue(name)}`),
    // No field collapses the spaces of its text.
    style.getPropertyValue('white-space-collapse') === 'collapse' ? 'white-space-collapse:preserve' : '',
    `width:${width}px`,
    `height:${height}px`,
    `zoom:${zoomOf(field)}`,
    ...(field instanceof HTMLInputElement ? ['white-space:pre', 'align-content:center'] : []),
  ].join(';');
}

/** How much larger than its pixels an element is drawn, by `zoom`. */
export const zoomOf = (element: Element): number => (element as { currentCSSZoom?: number }).currentCSSZoom ?? 1;

/** The size of a field without padding, borders and scrollbars, in its own pixels; not rounded. */
function contentOf(field: HTMLElement, style: CSSStyleDeclaration): { width: number; height: number } {
  const px = (name: string): number => Number.parseFloat(style.getPropertyValue(name)) || 0;
  const size = (extent: string, one: string, other: string, bar: number): number => {
    const padding = px(`padding-${one}`) + px(`padding-${other}`);
    const border = px(`border-${one}-width`) + px(`border-${other}-width`);
    const outer = px(extent) + (style.boxSizing === 'border-box' ? 0 : padding + border + bar);
    return Math.max(0, outer - padding - border - bar);
  };
  const bars = (outer: number, inner: number, one: string, other: string): number =>
    Math.max(0, Math.round(outer - inner - px(`border-${one}-width`) - px(`border-${other}-width`)));
  return {
    width: size('width', 'left', 'right', bars(field.offsetWidth, field.clientWidth, 'left', 'right')),
    height: size('height', 'top', 'bottom', bars(field.offsetHeight, field.clientHeight, 'top', 'bottom')),
  };
}
