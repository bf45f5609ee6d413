/**
 * The last things that came, in bounded memory: at least `size` of them, or `chars` characters, and at most twice as many.
 */
export class Recent {
  readonly #size: number;
  readonly #chars: number;
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  /** Characters among the young. */
  #length = 0;

  constructor(size: number, chars: number) {
    this.#size = size;
    this.#chars = chars;
  }

  /** Notes a thing with a word of where it came from. Gives the word noted first where it had come before. */
  add(thing: string, from = ''): string | undefined {
    const before = this.#old.get(thing) ?? (from === '' ? undefined : this.#young.get(thing));
    if (before !== undefined) return before;
    const { size } = this.#young;
    this.#young.set(thing, from);
    if (this.#young.size === size) return from; // it was there, without a word
    this.#length += thing.length;
    if (this.#young.size >= this.#size || this.#length >= this.#chars) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#length = 0;
    }
    return undefined;
  }
}
