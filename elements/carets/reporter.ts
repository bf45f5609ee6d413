/**
 * Tells the others where one's own caret is, while the field has the focus. Nothing is told of a field that is private
 * or was so once (C3), of one whose text is shared, because its caret is told of already (C1), and while a character is
 * composed (C4).
 */
import type { Room } from '../../src/index.js';
import { OwnField } from '../shared/own-field.js';
import { reserve, watchReserve } from '../shared/reserve.js';
import { SHARED, sharedText } from '../shared/shared-text.js';
import { isInPrivate } from '../surface/private.js';
import type { Control } from './control.js';
import { CARET, say } from './said.js';

const EVENTS = ['focus', 'blur', 'input', 'selectionchange', 'compositionend', SHARED];

export class Reporter {
  readonly #control: Control;
  readonly #name: string;
  readonly #own: OwnField;
  readonly #listening = new AbortController();
  #composing = false;

  constructor(control: Control, name: string, room: Room) {
    this.#control = control;
    this.#name = name;
    this.#own = new OwnField(room.awareness, CARET);
    const { signal } = this.#listening;
    const { element } = control;
    element.addEventListener('compositionstart', () => this.#compose(true), { signal });
    element.addEventListener('compositionend', () => this.#compose(false), { signal });
    for (const type of EVENTS) element.addEventListener(type, this.tell, { signal });
    document.addEventListener('selectionchange', this.tell, { signal });
    signal.addEventListener('abort', watchReserve(this.tell));
    this.tell();
  }

  /** Tells what holds now. To be called when the field may have become private. */
  readonly tell = (): void => {
    const { element, selection } = this.#control;
    const isQuiet = !selection || reserve().pointer || isInPrivate(element) || sharedText(element);
    const text = isQuiet ? undefined : this.#control.text;
    if (!selection || text === undefined) this.#own.hide();
    else if (!this.#composing) this.#own.show(say(this.#name, text, selection));
  };

  stop(): void {
    this.#listening.abort();
    this.#own.hide();
  }

  #compose(composing: boolean): void {
    this.#composing = composing;
    this.tell();
  }
}
