/**
 * Which numbers of which sources have come, in bounded memory: as runs without a gap, so that a source whose every number
 * comes in its turn takes one, however many they are. At least the last `size` runs are known, at most twice as many.
 */
interface Run {
  first: number;
  last: number;
}

export class Sequences {
  readonly #size: number;
  /** By source its runs, ascending. */
  #young = new Map<string, Run[]>();
  #old = new Map<string, Run[]>();
  /** Runs among the young. */
  #count = 0;
  /** The source of the last number, and its runs: the next one is mostly of the same. */
  #source: string | undefined;
  #runs: Run[] = [];
  #before: Run[] | undefined;

  constructor(size: number) {
    this.#size = size;
  }

  /** Notes an integer of a source. False where it had come before. */
  add(source: string, number: number): boolean {
    if (source !== this.#source) this.#turnTo(source);
    if (this.#before && covers(this.#before, number)) return false;
    const at = place(this.#runs, number);
    const run = this.#runs[at - 1];
    if (run && number <= run.last) return false;
    if (run?.last === number - 1) {
      run.last = number;
    } else {
      this.#runs.splice(at, 0, { first: number, last: number });
      if (++this.#count >= this.#size) this.#age();
    }
    return true;
  }

  #turnTo(source: string): void {
    let runs = this.#young.get(source);
    if (!runs) {
      runs = [];
      this.#young.set(source, runs);
    }
    this.#source = source;
    this.#runs = runs;
    this.#before = this.#old.get(source);
  }

  #age(): void {
    this.#old = this.#young;
    this.#young = new Map();
    this.#count = 0;
    this.#source = undefined;
  }
}

/** Where in the list the first run is that begins above a number. Found from the end: most numbers are new. */
function place(runs: readonly Run[], number: number): number {
  let at = runs.length;
  while (at > 0 && (runs[at - 1] as Run).first > number) at--;
  return at;
}

function covers(runs: readonly Run[], number: number): boolean {
  const run = runs[place(runs, number) - 1];
  return run !== undefined && number <= run.last;
}
