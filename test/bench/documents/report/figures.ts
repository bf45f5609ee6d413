/** Medians of the rounds of one run, and ratios within a round. Pure. */
import { median } from '../../bus/measure.js';

/** A figure of one system in one round. */
interface InRound {
  readonly system: string;
  readonly round: number;
}

/** NaN where there is none. */
export const medianOf = <T extends InRound>(rows: readonly T[], id: string, read: (row: T) => number | undefined) =>
  median(rows.filter(({ system }) => system === id).map((row) => read(row) ?? Number.POSITIVE_INFINITY));

/**
 * How many times as much one system takes as another one did in the same round: the median, which what else the machine
 * does disturbs less than the ratio of two medians.
 */
export function ratioOf<T extends InRound>(
  rows: readonly T[],
  id: string,
  other: string,
  read: (row: T) => number | undefined,
  others: readonly T[] = rows,
): number {
  const ratios = rows
    .filter(({ system }) => system === id)
    .flatMap((row) => {
      const beside = others.find(({ system, round }) => system === other && round === row.round);
      return beside === undefined ? [] : [(read(row) ?? Number.POSITIVE_INFINITY) / (read(beside) ?? Number.NaN)];
    });
  return median(ratios);
}
