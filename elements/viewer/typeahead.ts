/** Finds a name by the letters that are typed one after another, as a list does: in the language's own way. Pure. */

/** After this time another letter begins another name, in milliseconds. */
const PAUSE_MS = 700;

export class Typeahead {
  #typed = '';
  #at = Number.NEGATIVE_INFINITY;

  /** A name is being typed at `now`, in milliseconds, so that a space belongs to it. */
  isTyping(now: number): boolean {
    return now - this.#at < PAUSE_MS;
  }

  /**
   * The index of the name that begins with what was typed, `letter` included: from the `current` one on, and round. -1
   * where no name does. The same letter again and again goes through all names that begin with it.
   */
  find(letter: string, now: number, names: readonly string[], current: number, lang: string): number {
    this.#typed = this.isTyping(now) ? this.#typed + letter : letter;
    this.#at = now;
    const collator = new Intl.Collator(lang, { usage: 'search', sensitivity: 'base', ignorePunctuation: false });
    const begins = (name: string, with_: string) => collator.compare(name.slice(0, with_.length), with_) === 0;
    const again = [...this.#typed].every((one) => one === letter);
    const wanted = again && !names.some((name) => begins(name, this.#typed)) ? letter : this.#typed;
    // One letter moves on; more letters may still mean the name that is found already.
    const first = wanted.length > letter.length ? Math.max(0, current) : current + 1;
    for (let i = 0; i < names.length; i++) {
      const index = (first + i) % names.length;
      if (begins(names[index] ?? '', wanted)) return index;
    }
    return -1;
  }
}
