/** How long the next attempt waits after one that failed (P7, V10). */
import type { Random } from '../../clock.js';

const RETRY_MS = 1000;
const RETRY_SPREAD = 0.3;
/** Refused credentials double the wait so often: up to 32 s. */
const MAX_DOUBLINGS = 5;
/** The longest wait before an attempt, in milliseconds. */
export const LONGEST_WAIT_MS = RETRY_MS * 2 ** MAX_DOUBLINGS * (1 + RETRY_SPREAD);

/**
 * What each of a crowd adds to the time over which it returns, in milliseconds: less to the first attempt, because most
 * lost connections are those of one client alone. After a failure the server was away for everybody.
 */
const EACH_MS = { first: 5, next: 60 };
const LONGEST_SPREAD_MS = 6000;

/** The time over which a crowd of so many others makes its first, or its next attempt, in milliseconds. */
export function spreadOf(others: number, attempt: keyof typeof EACH_MS): number {
  return Math.min(EACH_MS[attempt] * others, LONGEST_SPREAD_MS);
}

/**
 * Milliseconds before the next attempt of one of a crowd of so many others, after so many failures: at first anywhere
 * in the time of the crowd, and then that time. So whenever the server is back, everyone's turn is anywhere in it.
 */
export function crowdWait(others: number, failures: number, random: Random): number {
  return spreadOf(others, 'next') * (failures > 1 ? 1 : random());
}

/** Milliseconds after so many failures in a row for the same credentials: 1 s, 2 s, 4 s … 32 s, ± 30 %; at 0, 1 s. */
export function growingWait(failures: number, random: Random): number {
  const doublings = Math.min(Math.max(0, failures - 1), MAX_DOUBLINGS);
  return RETRY_MS * 2 ** doublings * (1 + RETRY_SPREAD * (2 * random() - 1));
}
