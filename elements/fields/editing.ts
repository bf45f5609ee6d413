/**
 * Puts into words who has come into which field, for a live region, and who is in the one to which one goes oneself.
 * Whoever leaves and comes back between two sentences, and who was there first, is left out; so are buttons.
 */
import type { RoomWord } from '../shared/english.js';
import type { FieldWord } from '../shared/field-words.js';
import { someNames } from '../shared/some-names.js';
import type { Speech } from '../shared/speech.js';
import { isButton, nameOf } from './control.js';

/** How many sentences are spoken at once; of more fields, numbers alone. */
const MAX_FIELDS = 2;

/** Who is in which control: the labels of people, by a key of each. */
export type Occupants = ReadonlyMap<Element, ReadonlyMap<string, string>>;

export class Editing {
  readonly #speech: Pick<Speech<RoomWord | FieldWord>, 'say' | 'list'>;
  #now: Occupants = new Map();
  /** As of the last sentence; undefined before the first. */
  #before: Occupants | undefined;
  /** The control to which one has gone, until that was spoken of. */
  #entered: Element | undefined;

  constructor(speech: Pick<Speech<RoomWord | FieldWord>, 'say' | 'list'>) {
    this.#speech = speech;
  }

  /** Notes who is where now. True where that is worth a sentence. */
  note(now: Occupants): boolean {
    this.#now = now;
    this.#before ??= now;
    return this.#arrived.length > 0;
  }

  /** Notes the control to which one has gone. True where somebody is there. */
  enter(control: Element | undefined): boolean {
    this.#entered = control && this.#now.has(control) && !isButton(control) ? control : undefined;
    return this.#entered !== undefined;
  }

  /** Forgets everything. */
  reset(): void {
    this.#before = this.#entered = undefined;
    this.#now = new Map();
  }

  /** The sentence about all since it was last called, with `counts` alone; '' where there is nothing to say. */
  compose(counts = false): string {
    const entered = this.#entered;
    const arrived = this.#arrived.filter(([control]) => control !== entered);
    const here = [...((entered && this.#now.get(entered)) ?? new Map<string, string>()).values()];
    this.#before = this.#now;
    this.#entered = undefined;
    const n = arrived.reduce((sum, [, names]) => sum + names.length, here.length);
    if (counts || arrived.length > MAX_FIELDS) return n > 0 ? this.#speech.say('field.count', { n }) : '';
    const sentences = arrived.map(([control, names]) => {
      const field = nameOf(control) || this.#speech.say('field.unnamed');
      return this.#speech.say('field.in', { n: names.length, names: someNames(names, this.#speech), field });
    });
    if (here.length > 0)
      sentences.unshift(this.#speech.say('field.here', { n: here.length, names: someNames(here, this.#speech) }));
    return sentences.join(' ');
  }

  /** Who came since the last sentence, by the control. */
  get #arrived(): (readonly [control: Element, names: readonly string[]])[] {
    const before = this.#before ?? this.#now;
    return [...this.#now]
      .filter(([control]) => !isButton(control))
      .map(([control, people]) => {
        const known = before.get(control);
        return [control, [...people].filter(([key]) => !known?.has(key)).map(([, label]) => label)] as const;
      })
      .filter(([, names]) => names.length > 0);
  }
}
