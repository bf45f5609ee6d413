/**
 * Puts arrivals and departures into words for a live region. It leaves out the user of this page, those who were here
 * first, and those who left and came back between two sentences.
 */
import type { Member } from '../../src/index.js';
import { someNames } from '../shared/some-names.js';
import type { Speech } from '../shared/speech.js';
import { keysOf } from './keys.js';

/** Names by key. */
type Names = ReadonlyMap<string, string>;

export class Arrivals {
  readonly #speech: Pick<Speech, 'say' | 'list'>;
  /** The users as of the last sentence; undefined before the first roster. */
  #before: Names | undefined;
  #now: Names = new Map();

  constructor(speech: Pick<Speech, 'say' | 'list'>) {
    this.#speech = speech;
  }

  /** Notes who is here now. The first roster counts as what was here before. */
  note(members: readonly Member[]): void {
    const others = members.filter(({ self }) => !self);
    this.#now = new Map(Array.from(keysOf(others), ([{ label }, key]) => [key, label]));
    this.#before ??= this.#now;
  }

  /** Forgets everything: the next roster is a first one again. */
  reset(): void {
    this.#before = undefined;
  }

  /** The sentence about all changes since it was last called, with `counts` alone; '' where there are none. */
  compose(counts = false): string {
    const now = this.#now;
    const before = this.#before ?? now;
    this.#before = now;
    const joined = [...now].filter(([id]) => !before.has(id)).map(([, name]) => name);
    const left = [...before].filter(([id]) => !now.has(id)).map(([, name]) => name);
    return [this.#sentence('joined', joined, counts), this.#sentence('left', left, counts)].filter(Boolean).join(' ');
  }

  #sentence(what: 'joined' | 'left', names: readonly string[], counts: boolean): string {
    if (names.length === 0) return '';
    if (counts) return this.#speech.say(`${what}Count`, { n: names.length });
    return this.#speech.say(what, { n: names.length, names: someNames(names, this.#speech) });
  }
}
