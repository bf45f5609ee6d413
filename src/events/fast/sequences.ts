/** Numbers by their sources, in bounded memory. */
export interface Sequences {
  /** Adds an integer of a source. False where it was added before. */
  add(source: string, number: number): boolean;
}

/** Numbers without a gap. */
interface Run {
  first: number;
  last: number;
}

/**
 * Remembers numbers as runs, so that a source that skips no number takes one run, however many numbers it has. At least
 * the last `size` runs are known, at most twice as many.
 */
export function sequences(size: number): Sequences {
  /**
   * Source to its runs, in ascending order. When `young` is full it becomes `old`, and the former `old` is forgotten.
   */
  let young = new Map<string, Run[]>();
  let old = new Map<string, Run[]>();
  /** How many runs `young` has. */
  let count = 0;
  /** The source of the last number, and its runs: the next number mostly has the same source. */
  let current: string | undefined;
  let runs: Run[] = [];
  let before: Run[] | undefined;

  return {
    add(source, number) {
      if (source !== current) {
        current = source;
        runs = young.get(source) ?? [];
        young.set(source, runs);
        before = old.get(source);
      }
      if (before && covers(before, number)) return false;
      const index = indexAbove(runs, number);
      const run = runs[index - 1];
      if (run && number <= run.last) return false;
      if (run?.last === number - 1) {
        run.last = number;
      } else {
        runs.splice(index, 0, { first: number, last: number });
        if (++count >= size) {
          old = young;
          young = new Map();
          count = 0;
          current = undefined;
        }
      }
      return true;
    },
  };
}

/** The index of the first run that begins above `number`. It searches from the end, because most numbers are new. */
function indexAbove(runs: readonly Run[], number: number): number {
  let index = runs.length;
  while (index > 0 && (runs[index - 1] as Run).first > number) index--;
  return index;
}

function covers(runs: readonly Run[], number: number): boolean {
  const run = runs[indexAbove(runs, number) - 1];
  return run !== undefined && number <= run.last;
}
