/**
 * Remembers numbers by their sources, in bounded memory: as runs without a gap, so that a source that skips no number
 * takes one run, however many numbers it has. At least the last `size` runs are known, at most twice as many.
 */
interface Run {
  first: number;
  last: number;
}

export class Sequences {
  readonly #size: number;
  /**
   * Source to its runs, in ascending order. When `#young` is full it becomes `#old`, and the former `#old` is
   * forgotten.
   */
  #young = new Map<string, Run[]>();
  #old = new Map<string, Run[]>();
  /** How many runs `#young` has. */
  #count = 0;
  /** The source of the last number, and its runs: the next number mostly has the same source. */
  #source: string | undefined;
  #runs: Run[] = [];
  #before: Run[] | undefined;

  constructor(size: number) {
    this.#size = size;
  }

  /** Adds an integer of a source. False where it was added before. */
  add(source: string, number: number): boolean {
    if (source !== this.#source) this.#switchTo(source);
    if (this.#before && covers(this.#before, number)) return false;
    const at = indexAbove(this.#runs, number);
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

  #switchTo(source: string): void {
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

/** The index of the first run that begins above `number`. It searches from the end, because most numbers are new. */
function indexAbove(runs: readonly Run[], number: number): number {
  let at = runs.length;
  while (at > 0 && (runs[at - 1] as Run).first > number) at--;
  return at;
}

function covers(runs: readonly Run[], number: number): boolean {
  const run = runs[indexAbove(runs, number) - 1];
  return run !== undefined && number <= run.last;
}
