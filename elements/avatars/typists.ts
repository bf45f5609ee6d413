/**
 * Puts into words who has begun to type, for a live region. Whoever pauses and goes on is not spoken of again: only
 * after half a minute is it news.
 */
import type { Member } from '../../src/index.js';
import { someNames } from '../shared/some-names.js';
import type { Speech } from '../shared/speech.js';
import { keysOf } from './keys.js';

/** How long someone has to rest before their typing is news again, in milliseconds. */
export const REST_MS = 30_000;

export class Typists {
  readonly #speech: Pick<Speech, 'say' | 'list'>;
  /** When each of the others was last known to type, by key. */
  #last = new Map<string, number>();
  #typing = new Set<string>();
  /** Who has begun since the last sentence: names by key. */
  #news = new Map<string, string>();

  constructor(speech: Pick<Speech, 'say' | 'list'>) {
    this.#speech = speech;
  }

  /** Notes who types at the time `now`, in milliseconds. */
  note(members: readonly Member[], now: number): void {
    const last = new Map<string, number>();
    const typing = new Set<string>();
    for (const [{ work, label }, key] of keysOf(members.filter(({ self }) => !self))) {
      const before = this.#typing.has(key) ? now : this.#last.get(key);
      if (work?.typing) {
        if (before === undefined || now - before >= REST_MS) this.#news.set(key, label);
        typing.add(key);
        last.set(key, now);
      } else if (before !== undefined) last.set(key, before);
    }
    this.#last = last;
    this.#typing = typing;
    for (const key of this.#news.keys()) if (!last.has(key)) this.#news.delete(key); // has left
  }

  /** Forgets everything. */
  reset(): void {
    this.note([], 0);
  }

  /** The sentence about who has begun since it was last called, with `counts` alone; '' where nobody has. */
  compose(counts = false): string {
    const names = [...this.#news.values()];
    this.#news.clear();
    const n = names.length;
    if (n === 0) return '';
    if (counts) return this.#speech.say('typingCount', { n });
    return this.#speech.say('typingNow', { n, names: someNames(names, this.#speech) });
  }
}
