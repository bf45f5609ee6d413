/**
 * Remembers the last texts, in bounded memory: at least `size` of them, or texts of `chars` characters together, and at
 * most twice as many.
 */
export class Recent {
  readonly #size: number;
  readonly #chars: number;
  /** Text to its note. When `#young` is full it becomes `#old`, and the former `#old` is forgotten. */
  #young = new Map<string, string>();
  #old = new Map<string, string>();
  /** Characters in `#young`. */
  #length = 0;

  constructor(size: number, chars: number) {
    this.#size = size;
    this.#chars = chars;
  }

  /** Adds a text with a note. Where the text was added before, returns the note of that time, else `undefined`. */
  add(text: string, note: string): string | undefined {
    const before = this.#old.get(text) ?? this.#young.get(text);
    if (before !== undefined) return before;
    this.#young.set(text, note);
    this.#length += text.length;
    if (this.#young.size >= this.#size || this.#length >= this.#chars) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#length = 0;
    }
    return undefined;
  }
}
