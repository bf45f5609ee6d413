/**
 * The lines of a log, and those of them that the level filter shows. Shown lines are numbered from the first one
 * ever, so a line keeps its number when older lines are forgotten. Beyond the limits, the oldest tenth is forgotten
 * at once, which costs little per line.
 */
import { type Level, RANK } from './levels.js';
import { ESCAPES } from './terminal.js';

export interface Line {
  readonly level: Level;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** The most text that is kept, in characters. 100,000 lines of usual length have a tenth of it. */
const MAX_CHARS = 64_000_000;
/** The part that is kept when a limit was exceeded. */
const KEPT = 0.9;

export class Lines {
  #all: Line[] = [];
  /** The lines that pass the filter; the same array while there is no filter. */
  #shown: Line[] = this.#all;
  /** How many shown lines have been forgotten. */
  #gone = 0;
  /** The rank of the lowest level that is shown. */
  #lowest = 0;
  #max: number;
  readonly #maxChars: number;
  #chars = 0;

  constructor(max: number, maxChars = MAX_CHARS) {
    this.#max = max;
    this.#maxChars = maxChars;
  }

  /** The number of lines that are kept, shown or not. */
  get size(): number {
    return this.#all.length;
  }

  /** The number of the first line shown. */
  get first(): number {
    return this.#gone;
  }

  /** The number after that of the last line shown. */
  get end(): number {
    return this.#gone + this.#shown.length;
  }

  /** The lines that are shown, of which the first has the number `first`. */
  get shown(): readonly Line[] {
    return this.#shown;
  }

  /** Adds each line of the text. Returns how many of them are shown. */
  add(text: string, level: Level, time: number): number {
    const before = this.#shown.length;
    const filtered = this.#shown !== this.#all;
    const plain = text.replace(ESCAPES, '').replace(/\r?\n$/, '');
    for (const each of plain.split(/\r?\n/)) {
      const line = { level, text: each, time };
      this.#all.push(line);
      this.#chars += each.length;
      if (filtered && RANK[level] >= this.#lowest) this.#shown.push(line);
    }
    const added = this.#shown.length - before;
    if (this.#all.length > this.#max || this.#chars > this.#maxChars) this.#forget();
    return added;
  }

  /** Shows this level and those above it, or every line without a level. The numbers begin anew. */
  filter(level: Level | undefined): void {
    this.#lowest = level ? RANK[level] : 0;
    this.#gone = 0;
    this.#shown = this.#lowest === 0 ? this.#all : this.#all.filter((line) => RANK[line.level] >= this.#lowest);
  }

  /** Keeps at most this many lines. */
  limit(max: number): void {
    this.#max = max;
    if (this.#all.length > max) this.#forget();
  }

  clear(): void {
    this.#all = [];
    this.#chars = 0;
    this.#gone = 0;
    this.filter(undefined);
  }

  #forget(): void {
    const maxLines = Math.floor(this.#max * KEPT);
    const maxChars = this.#maxChars * KEPT;
    let excess = 0;
    // The last line stays, however long it is.
    while (excess < this.#all.length - 1 && (this.#all.length - excess > maxLines || this.#chars > maxChars))
      this.#chars -= (this.#all[excess++] as Line).text.length;
    const forgotten = this.#all.slice(0, excess);
    const shown = forgotten.filter((line) => RANK[line.level] >= this.#lowest).length;
    if (this.#shown !== this.#all) this.#shown.splice(0, shown);
    this.#all.splice(0, excess);
    this.#gone += shown;
  }
}
