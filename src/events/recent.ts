/** The last things that came, in bounded memory: at least `size` of them, at most twice as many. */
export class Recent {
  readonly #size: number;
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  constructor(size: number) {
    this.#size = size;
  }

  /** Notes a thing with a word of where it came from. Gives the word noted first where it had come before. */
  add(thing: string, from = ''): string | undefined {
    const before = this.#old.get(thing) ?? (from === '' ? undefined : this.#young.get(thing));
    if (before !== undefined) return before;
    const { size } = this.#young;
    this.#young.set(thing, from);
    if (this.#young.size === size) return from; // it was there, without a word
    if (this.#young.size >= this.#size) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    return undefined;
  }
}
