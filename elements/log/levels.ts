/** The four levels of a log, and the other words that programs use for them. */
export type Level = 'debug' | 'info' | 'warn' | 'error';

/** Levels by weight. */
export const RANK: Record<Level, number> = { debug: 0, info: 1, warn: 2, error: 3 };

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

export function isLevel(name: string | null | undefined): name is Level {
  return Object.hasOwn(RANK, name ?? '');
}

/** The level that a program means by a word; `info` for a word that is not known. */
export function levelOf(name: string | undefined): Level {
  const known = name?.toLowerCase() ?? '';
  return (Object.hasOwn(NAMES, known) && NAMES[known]) || 'info'; // every object has a `constructor`, NAMES has not
}
