/** The last texts, in bounded memory. */
export interface Recent {
  /** Adds a text with a note. Where the text was added before, returns the note of that time, else `undefined`. */
  add(text: string, note: string): string | undefined;
}

/** Remembers at least `size` texts, or texts of `chars` characters together, and at most twice as many. */
export function recent(size: number, chars: number): Recent {
  /** Text to its note. When `young` is full it becomes `old`, and the former `old` is forgotten. */
  let young = new Map<string, string>();
  let old = new Map<string, string>();
  /** Characters in `young`. */
  let length = 0;
  return {
    add(text, note) {
      const before = old.get(text) ?? young.get(text);
      if (before !== undefined) return before;
      young.set(text, note);
      length += text.length;
      if (young.size >= size || length >= chars) {
        old = young;
        young = new Map();
        length = 0;
      }
      return undefined;
    },
  };
}
