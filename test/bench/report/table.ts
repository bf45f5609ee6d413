/** Markdown tables and numbers as a reader wants them. */

export type Cell = string | number | undefined;

export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]) => `| ${cells.map((cell) => cell ?? '–').join(' | ')} |`;
  return [line(head), `|${head.map((_, i) => (i === 0 ? '---' : '---:')).join('|')}|`, ...rows.map(line)].join('\n');
}

/** Three significant digits, or fewer where they say nothing; "–" for what was not measured. */
export function num(value: number | undefined, digits?: number): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  if (digits !== undefined) return value.toFixed(digits);
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return value.toFixed(1);
  return value.toFixed(2);
}

/** A share; whole percents, but never 100 for less than all. */
export function percent(part: number, whole: number): string {
  if (!(whole > 0)) return '–';
  const value = (100 * part) / whole;
  if (part === whole) return '100 %';
  return `${(Math.floor(value * 10) / 10).toFixed(1)} %`;
}

export function times(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return `× ${value > 0 && value < 0.01 ? value.toPrecision(1) : num(value)}`;
}
