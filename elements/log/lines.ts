/**
 * The lines of a log, and of them those that a level lets through. Lines are numbered from the first ever, so that a line keeps
 * its number when older ones are forgotten: a tenth at once when there are more than `max`, or more of text than a page
 * should hold. That costs nothing per line.
 */
export type Level = 'debug' | 'info' | 'warn' | 'error';

export interface Line {
  readonly level: Level;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/** So much text is kept at the most, whatever the lines; 100,000 of usual length are a tenth of it. Characters. */
const MAX_CHARS = 64_000_000;
/** What is kept where there was too much. */
const KEPT = 0.9;

const RANK: Record<Level, number> = { debug: 0, info: 1, warn: 2, error: 3 };
const NAMES: Record<string, Level> = {
  trace: 'debug',
  verbose: 'debug',
  debug: 'debug',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  fatal: 'error',
  critical: 'error',
};

/**
 * Escape sequences by which programs colour a terminal (`ESC [ … m`, `ESC ( B`), make links in it and name it (`ESC ] …`, up
 * to BEL or `ESC \`). One without an end takes the rest of its line, and no more.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is for
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b\r\n]*(?:\u0007|\u001b\\)?|[ -/]*[0-Z\\^-~])/g;

/** Any word for a level as one of the four; `info` where it is none that is known. */
export function levelOf(name: string | undefined): Level {
  const known = name?.toLowerCase() ?? '';
  return (Object.hasOwn(NAMES, known) && NAMES[known]) || 'info'; // not what every object has: `constructor`
}

export class Lines {
  #all: Line[] = [];
  /** Those that are let through; the same list while there is no filter. */
  #shown: Line[] = this.#all;
  /** How many of the shown ones came before the first that is still here. */
  #gone = 0;
  #least = 0;
  #max: number;
  readonly #maxChars: number;
  #chars = 0;

  constructor(max: number, maxChars = MAX_CHARS) {
    this.#max = max;
    this.#maxChars = maxChars;
  }

  /** How many are kept, shown or not. */
  get size(): number {
    return this.#all.length;
  }

  /** The number of the first one shown, and of the one after the last. */
  get first(): number {
    return this.#gone;
  }

  get end(): number {
    return this.#gone + this.#shown.length;
  }

  at(number: number): Line | undefined {
    return this.#shown[number - this.#gone];
  }

  /** One line for each in the text. Returns how many of them are shown. */
  add(text: string, level: Level, time: number): number {
    const before = this.#shown.length;
    const filtered = this.#shown !== this.#all;
    for (const each of text
      .replace(ESCAPES, '')
      .replace(/\r?\n$/, '')
      .split(/\r?\n/)) {
      const line = { level, text: each, time };
      this.#all.push(line);
      this.#chars += each.length;
      if (filtered && RANK[level] >= this.#least) this.#shown.push(line);
    }
    const added = this.#shown.length - before;
    if (this.#all.length > this.#max || this.#chars > this.#maxChars) this.#forget();
    return added;
  }

  /** Shows this level and those above it; all without one. The numbers begin anew. */
  filter(level: Level | undefined): void {
    this.#least = level ? RANK[level] : 0;
    this.#gone = 0;
    this.#shown = this.#least === 0 ? this.#all : this.#all.filter((line) => RANK[line.level] >= this.#least);
  }

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
    const most = Math.floor(this.#max * KEPT);
    const mostChars = this.#maxChars * KEPT;
    let excess = 0;
    // The last line stays, however long it is.
    while (excess < this.#all.length - 1 && (this.#all.length - excess > most || this.#chars > mostChars))
      this.#chars -= (this.#all[excess++] as Line).text.length;
    const forgotten = this.#all.slice(0, excess);
    const shown = forgotten.filter((line) => RANK[line.level] >= this.#least).length;
    if (this.#shown !== this.#all) this.#shown.splice(0, shown);
    this.#all.splice(0, excess);
    this.#gone += shown;
  }
}
