/** All words that `<slate-log>` shows or speaks. Assign to them before the element renders to change the language. */
export const logWords = {
  label: 'Log',
  level: 'Show',
  levels: { '': 'Everything', info: 'Info and above', warn: 'Warnings and above', error: 'Errors' } as Record<
    string,
    string
  >,
  /** The levels as they are written in a line. */
  tag: { debug: 'debug', info: 'info', warn: 'WARN', error: 'ERROR' } as Record<string, string>,
  empty: 'Nothing logged yet.',
  none: 'No line of this level.',
  copy: 'Copy all',
  copied: 'Copied',
  started: 'Session started',
  stopped: 'Session stopped',
  lines: (count: number) => (count === 1 ? '1 line' : `${count.toLocaleString('en')} lines`),
  newest: (count: number) => (count > 0 ? `Jump to newest (${count.toLocaleString('en')} new)` : 'Jump to newest'),
  errors: (count: number, newest: string) =>
    count === 1 ? `Error: ${newest}` : `${count} errors. The newest: ${newest}`,
};
