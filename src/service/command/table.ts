/** A table for a terminal: columns as wide as what is in them, two spaces between. */
import { pad, width } from './text.js';

/** `right`: the numbers of the columns that are aligned to the right. No space is left at the end of a line. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((most, row) => Math.max(most, width(row[column] ?? '')), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0, right.includes(column)))
      .join('  ')
      .trimEnd(),
  );
}
