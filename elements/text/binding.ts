/**
 * Keeps a field and a `Y.Text` equal. What somebody does in the field leaves at once; what others write is shown within
 * a frame, and while a character is composed it waits. Both may have changed when they meet: the change of the field is
 * then carried past what has arrived meanwhile.
 */
import {
  createAbsolutePositionFromRelativePosition,
  createRelativePositionFromJSON,
  type Text,
  type Transaction,
  type YTextEvent,
} from 'yjs';
import type { Room } from '../../src/index.js';
import { watchReserve } from '../shared/reserve.js';
import type { SharedText } from '../shared/shared-text.js';
import { isInPrivate } from '../surface/private.js';
import { Caret } from './caret.js';
import { applied, type Delta, endOf, moved, movedRanges, plain, type Range } from './delta.js';
import { difference, type Edit } from './difference.js';
import type { Field, Selection } from './field.js';
import { Sight } from './sight.js';
import { type Step, Steps, stepOf } from './steps.js';

/**
 * What others write is shown at most once in this time, in milliseconds, and in a long text, which browsers are slow to
 * change, less often: so that all but this share of the time is left for who writes.
 */
const FRAME_MS = 16;
const SHARE = 0.25;
/**
 * How often a script's change of the value leaves: this many at once, then one in a second. Two pages whose scripts
 * answer each other's changes would else do so as fast as they can.
 */
const SCRIPT_EDITS = 10;
const SCRIPT_MS = 1000;
/** Half a surrogate pair: a text with one could not be encoded. */
const HALF = /\p{Surrogate}/gu;

export class Binding implements SharedText {
  readonly field: Field;
  readonly text: Text;
  readonly #sight: Sight;
  readonly #steps: Steps;
  readonly #caret: Caret;
  readonly #listening = new AbortController();
  /** The text, without what waits. */
  #shared: string;
  /** What of it the field shows. */
  #shown = '';
  /** What has arrived and is not shown yet. */
  #waiting: Delta[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the field may be changed again. */
  #showAt = 0;
  /** Until when the edits of scripts are used up. */
  #scripted = 0;
  #composing = false;
  /** While the field tells the page of a change. */
  #telling = false;
  /** Whether somebody has written since the last `change` event. */
  #written = false;

  /** The field shows the text at once. */
  constructor(field: Field, text: Text, awareness: Room['awareness'] | undefined) {
    this.field = field;
    this.text = text;
    this.#sight = new Sight(field.manyLines);
    this.#steps = new Steps(text, this);
    this.#caret = new Caret(text, awareness);
    this.#shared = plain(text);
    text.observe(this.#observe);
    this.#listen();
    this.#show(field.value, this.#shared, field.selection);
    this.#tellCaret();
  }

  /** The text stays in the field. What is written but not shared yet is shared. */
  stop(): void {
    this.#composing = false;
    this.settle(true);
    clearTimeout(this.#timer);
    this.#listening.abort();
    this.text.unobserve(this.#observe);
    this.#steps.stop();
    this.#caret.hide();
    this.field.release?.();
  }

  place(position: unknown): number | undefined {
    const { doc } = this.text;
    const at = doc && createAbsolutePositionFromRelativePosition(createRelativePositionFromJSON(position), doc);
    if (at?.type !== this.text) return undefined;
    return this.#sight.toField(this.#shared, at.index);
  }

  /**
   * Shares what has changed in the field, and shows what has arrived. `trusted`: a person has done it, so that it
   * leaves whatever others do. `caret`: puts the caret to the last change that has arrived.
   */
  settle(trusted = false, caret = false): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { field } = this;
    if (this.#composing || this.#telling || isInPrivate(field.element)) return;
    const { value, selection } = field;
    const edit = difference(this.#shown, value, selection && Math.max(selection.anchor, selection.head));
    if (!edit && this.#waiting.length === 0) return;
    const own = edit && field.writable ? edit : undefined;
    if (own && !trusted && !this.#maySend()) return;
    const old = this.#shared;
    const arrived = this.#waiting.splice(0);
    const [at, deltas] = this.#merge(old, arrived, own);
    const place = (position: number): number => {
      const { from, to, insert } = own ?? { from: Number.POSITIVE_INFINITY, to: 0, insert: '' };
      if (position >= from && position <= from + insert.length) return at + position - from;
      const earlier = position < from ? position : position - insert.length + to - from;
      return deltas.reduce((index, delta) => moved(index, delta, 'after'), this.#sight.toText(old, earlier));
    };
    const last = arrived.at(-1);
    const end = caret && last ? endOf(last) : undefined;
    const after = selection && { anchor: end ?? place(selection.anchor), head: end ?? place(selection.head) };
    this.#show(value, this.#shared, after);
    this.#tellCaret();
  }

  /** Takes in what has arrived, and shares an edit of the field. Returns its place in the text, and all changes. */
  #merge(old: string, arrived: readonly Delta[], own: Edit | undefined): [at: number, deltas: readonly Delta[]] {
    const { text } = this;
    let at = this.#sight.toText(old, own?.from ?? 0);
    let ranges: readonly Range[] = own ? [[at, this.#sight.toText(old, own.to)]] : [];
    for (const delta of arrived) {
      ranges = movedRanges(ranges, delta);
      at = moved(at, delta, 'before');
      this.#steps.move(delta);
    }
    const deltas = [...arrived];
    if (own) {
      const insert = own.insert.replace(HALF, '\ufffd');
      at = ranges[0]?.[0] ?? at;
      this.#steps.before({ from: at, to: at + own.to - own.from, insert });
      text.doc?.transact(() => {
        for (const [from, to] of ranges.toReversed()) {
          text.delete(from, to - from);
          deltas.push([{ retain: from }, { delete: to - from }]);
        }
        if (insert) text.insert(at, insert);
      }, this);
      if (insert) deltas.push([{ retain: at }, { insert }]);
    }
    if (own && arrived.length === 0) this.#shared = deltas.reduce(applied, old);
    // Where others cut a surrogate pair, Yjs changes its halves, and no delta says so. Nor is a delta to be had of what
    // is written within a transaction of the page.
    if (arrived.length > 0 || this.#shared.length !== text.length) this.#shared = plain(text);
    return [at, deltas];
  }

  /** Shows the text, where it is not what the field has. `selection` counts in the text. */
  #show(value: string, text: string, selection: Selection | undefined): void {
    this.#shown = this.#sight.of(text);
    const edit = difference(value, this.#shown);
    if (!edit) return;
    const start = performance.now();
    this.field.replace(edit);
    if (selection) {
      const at = (position: number) => this.#sight.toField(text, position);
      this.field.select({ anchor: at(selection.anchor), head: at(selection.head) });
    }
    const end = performance.now();
    this.#showAt = end + Math.max(FRAME_MS, (end - start) / SHARE);
    this.#tell('input');
  }

  /** Tells the page, as if somebody had written: frameworks read the value then. */
  #tell(type: 'input' | 'change'): void {
    this.#telling = true;
    const init = { bubbles: true, composed: type === 'input' };
    this.field.element.dispatchEvent(type === 'input' ? new InputEvent(type, init) : new Event(type, init));
    this.#telling = false;
  }

  #tellCaret = (): void => {
    const { selection, element } = this.field;
    if (!selection || !element.matches(':focus')) this.#caret.hide();
    else if (this.#waiting.length === 0 && !this.#composing) {
      const at = (position: number) => this.#sight.toText(this.#shared, position);
      this.#caret.show({ anchor: at(selection.anchor), head: at(selection.head) });
    }
  };

  #observe = (event: YTextEvent, { origin }: Transaction): void => {
    if (origin === this) return;
    this.#waiting.push(event.delta);
    this.#timer ??= setTimeout(() => this.settle(), this.#showAt - performance.now());
  };

  /** Whether a script's change may leave now; else this looks again when it may. */
  #maySend(): boolean {
    const now = performance.now();
    const until = Math.max(this.#scripted, now);
    const wait = until - now - (SCRIPT_EDITS - 1) * SCRIPT_MS;
    if (wait > 0) this.#timer = setTimeout(() => this.settle(), wait);
    else this.#scripted = until + SCRIPT_MS;
    return wait <= 0;
  }

  #step(step: Step): void {
    this.settle(true);
    if (this.#steps.take(step)) this.settle(true, true);
    this.#written = true;
  }

  #listen(): void {
    const { element } = this.field;
    const { signal } = this.#listening;
    const on = <K extends keyof HTMLElementEventMap>(type: K, fn: (event: HTMLElementEventMap[K]) => void) =>
      element.addEventListener(type, fn, { signal });
    // Scripts change values without any event. A button may have done it, or a form that is reset after its event.
    const look = () => setTimeout(() => signal.aborted || this.settle());
    for (const type of ['click', 'reset']) document.addEventListener(type, look, { signal });
    on('beforeinput', (event) => this.#beforeInput(event));
    on('input', ({ isTrusted }) => {
      if (this.#telling) return;
      this.#written ||= isTrusted;
      this.settle(isTrusted);
      look(); // Listeners after this one may change the value again.
    });
    on('compositionstart', () => {
      this.settle(true);
      this.#composing = true;
    });
    on('compositionend', () => {
      this.#composing = false;
      this.settle(true);
    });
    on('change', () => {
      if (!this.#telling) this.#written = false;
    });
    on('keydown', (event) => {
      const step = event.defaultPrevented || event.isComposing ? undefined : stepOf(event);
      if (!step || !this.field.writable) return;
      event.preventDefault();
      this.#step(step);
    });
    on('focus', this.#tellCaret);
    on('blur', () => {
      this.settle(true);
      this.#steps.end();
      this.#caret.hide();
      // The browser tells of a change only where nothing but typing has changed the value.
      if (this.#written && 'form' in element) this.#tell('change');
      this.#written = false;
    });
    document.addEventListener('selectionchange', this.#tellCaret, { signal });
    on('selectionchange', this.#tellCaret);
    signal.addEventListener('abort', watchReserve(this.#tellCaret));
  }

  #beforeInput(event: InputEvent): void {
    if (event.defaultPrevented || !this.field.writable) return;
    const { inputType } = event;
    if (inputType === 'historyUndo' || inputType === 'historyRedo') {
      event.preventDefault();
      this.#step(inputType === 'historyUndo' ? 'undo' : 'redo');
    } else if (this.field.take?.(event)) {
      event.preventDefault();
      this.settle(true);
      this.#tell('input');
    }
  }
}
