/**
 * Puts arrivals and departures into words for a live region. It leaves out the user of this page, those who were here
 * first, and those who left and came back between two sentences.
 */
import type { Member } from '../../src/index.js';
import { words } from '../shared/words.js';
import { keysOf } from './keys.js';

/** How many names a sentence holds before it counts the others. */
const MAX_NAMES = 3;

/** Names by key. */
type Names = ReadonlyMap<string, string>;

export class Arrivals {
  /** The users as of the last sentence; undefined before the first roster. */
  #before: Names | undefined;
  #now: Names = new Map();

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

  /** The sentence about all changes since it was last called; '' where there are none. */
  compose(): string {
    const now = this.#now;
    const before = this.#before ?? now;
    this.#before = now;
    const joined = [...now].filter(([id]) => !before.has(id)).map(([, name]) => name);
    const left = [...before].filter(([id]) => !now.has(id)).map(([, name]) => name);
    const sentences = [joined.length > 0 && words.joined(list(joined)), left.length > 0 && words.left(list(left))];
    return sentences.filter(Boolean).join(' ');
  }
}

function list(names: readonly string[]): string {
  if (names.length <= MAX_NAMES) return words.and(names);
  return words.and([...names.slice(0, MAX_NAMES - 1), words.others(names.length - MAX_NAMES + 1)]);
}
