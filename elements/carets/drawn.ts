/** The caret, the selection and the name of one session, as they are drawn. Writes only what changed. */
import { LONGEST, nameWidth } from '../shared/name-width.js';
import type { Speech } from '../shared/speech.js';
import { type Box, meets } from '../surface/box.js';
import type { Named } from '../surface/give-way.js';
import type { Person } from './people.js';

/** The assumed height of a name, in CSS pixels. */
const NAME = 20;
/** A caret at rest is still after this time, in milliseconds: its name begins to fade. */
const STILL_AFTER_MS = 250;

/** Where names may lie, in the pixels of the plane. */
export interface Bounds {
  readonly window: Box;
  /** Where no name may lie: around one's own caret. */
  readonly keepOut: Box | undefined;
  readonly rtl: boolean;
}

export class Drawn implements Named {
  readonly says = false;
  lit = false;
  called = false;
  covered = false;
  distance = Number.POSITIVE_INFINITY;
  restingMs = 0;
  /** The name has a place. */
  named = false;
  /** Where the caret is, in the plane; undefined while it is not on this page or out of sight. */
  at: Box | undefined;
  box: Box = { left: 0, top: 0, width: 0, height: 0 };

  readonly caret = element('caret');
  readonly name = element('name');
  readonly #selections: HTMLElement[] = [];
  readonly #marks: Element;
  #person: Person | undefined;
  #movedAt = 0;
  #width = 0;
  #boxes = '';
  #state = '';
  readonly #puts = new Map<string, string>();

  /** `marks` holds selections, `carets` lies over them, and `names` over both. */
  constructor(
    readonly serial: number,
    marks: Element,
    carets: Element,
    names: Element,
  ) {
    this.#marks = marks;
    this.name.className = 'ink';
    this.name.append(document.createElement('bdi'));
    carets.append(this.caret);
    names.append(this.name);
  }

  /** Sets whose caret it is, what they said, and when. */
  set(person: Person, now: number, speech: Pick<Speech, 'say'>): void {
    const before = this.#person;
    this.#person = person;
    if (person.said !== before?.said) this.#movedAt = now;
    this.restingMs = now - this.#movedAt;
    const { user, label, client, status, light } = person;
    if (user !== before?.user || label !== before.label || status !== before.status) {
      for (const { dataset, style } of [this.caret, this.name]) {
        dataset.user = user.id;
        dataset.client = String(client);
        dataset.status = status;
        if (user.mark) dataset.mark = String(user.mark);
        else delete dataset.mark;
        style.setProperty('--_u', user.color);
      }
      (this.name.firstElementChild as HTMLElement).textContent = label;
      const said = status === 'active' ? '' : ` · ${speech.say(`status.${status}`)}`;
      this.name.dataset.now = said;
      this.name.classList.toggle('long', label.length > LONGEST);
      this.#width = nameWidth(label, said);
    }
    if (light !== before?.light) for (const one of this.#selections) one.style.background = light;
  }

  /** It moved a moment ago, so it has to be drawn again soon. */
  get awake(): boolean {
    return this.restingMs < STILL_AFTER_MS;
  }

  /** Chooses where the name lies: above the caret or else below it, and to the side that has room for it. */
  place({ window, keepOut, rtl }: Bounds): void {
    const { at } = this;
    this.named = false;
    if (!at) return;
    const width = this.#width;
    for (const up of [true, false])
      for (const toLeft of rtl ? [true, false] : [false, true]) {
        const left = toLeft ? at.left - width : at.left;
        const top = up ? at.top - NAME : at.top + at.height;
        const box = { left, top, width, height: NAME };
        if (!isIn(box, window) || (keepOut && meets(box, keepOut))) continue;
        this.box = box;
        this.named = true;
        this.name.classList.toggle('left', toLeft);
        this.name.classList.toggle('up', up);
        return;
      }
  }

  /** Draws what is selected: boxes of the text. */
  select(boxes: readonly Box[]): void {
    const key = JSON.stringify(boxes);
    if (key === this.#boxes) return;
    this.#boxes = key;
    while (this.#selections.length > boxes.length) this.#selections.pop()?.remove();
    for (const [i, { left, top, width, height }] of boxes.entries()) {
      this.#selections[i] ??= this.#selection();
      const { style } = this.#selections[i];
      style.transform = shift(left, top);
      style.width = `${width.toFixed(1)}px`;
      style.height = `${height.toFixed(1)}px`;
    }
  }

  /** Draws the caret at a box of the text, and the name where it was placed; undefined: the caret fades. */
  show(caret: Box | undefined): void {
    if (caret) this.#put(this.caret, 'caret', shift(caret.left, caret.top), caret.height);
    const { at } = this;
    const isUp = this.name.classList.contains('up');
    if (at) this.#put(this.name, 'name', shift(at.left, isUp ? at.top : at.top + at.height));
    const isNamed = this.named && !this.covered;
    const state = `${caret ? '' : 'lost'} ${isNamed ? (this.called || this.awake ? 'named' : '') : 'mute'}`;
    if (state === this.#state) return;
    this.#state = state;
    this.caret.className = caret ? '' : 'lost';
    for (const word of ['named', 'mute']) this.name.classList.toggle(word, state.endsWith(word));
  }

  remove(): void {
    for (const one of [this.caret, this.name, ...this.#selections]) one.remove();
  }

  #put({ style }: HTMLElement, what: string, transform: string, height = 0): void {
    const put = `${transform} ${height}`;
    if (this.#puts.get(what) === put) return;
    this.#puts.set(what, put);
    style.transform = transform;
    if (height) style.height = `${height.toFixed(1)}px`;
  }

  #selection(): HTMLElement {
    const one = element('selection');
    one.style.background = this.#person?.light ?? '';
    this.#marks.append(one);
    return one;
  }
}

function element(part: string): HTMLElement {
  const made = document.createElement(part === 'name' ? 'span' : 'div');
  made.part.add(part);
  return made;
}

const shift = (left: number, top: number): string => `translate(${left.toFixed(3)}px,${top.toFixed(1)}px)`;

const isIn = (box: Box, around: Box): boolean =>
  box.left >= around.left &&
  box.top >= around.top &&
  box.left + box.width <= around.left + around.width &&
  box.top + box.height <= around.top + around.height;
