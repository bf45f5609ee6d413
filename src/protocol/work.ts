/** W1: what a session says that its user is doing. It tells that something is written, and never what. */
import { MAX_WORK } from './limits.js';

/** W2, W3: how long typing outlasts the last key, in milliseconds. */
export const TYPING_MS = 3_000;

/** What someone is doing. Absent: not that, or not known. */
export interface Work {
  /** They pressed a key within the last 3 s. */
  readonly typing?: true;
  /** How many characters they have selected, from 1 to 2^24. */
  readonly selected?: number;
  /** The line of their caret, from 1 to 2^24. */
  readonly line?: number;
  /** The address of the form control in which they are; printable ASCII, at most 256 characters. */
  readonly field?: string;
}

const FIELD = /^[!-~]{1,256}$/;

const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_WORK;

/** What of a value may be shown; undefined where nothing may. */
export function cleanWork(value: unknown): Work | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { typing, selected, line, field } = value as Record<string, unknown>;
  const work: Work = {
    ...(typing === true && { typing }),
    ...(isCount(selected) && { selected }),
    ...(isCount(line) && { line }),
    ...(typeof field === 'string' && FIELD.test(field) && { field }),
  };
  return Object.keys(work).length > 0 ? work : undefined;
}
