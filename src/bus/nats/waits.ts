/** How long the next attempt waits after one that failed (P7, V10). */
import type { Random } from '../../clock.js';

const RETRY_MS = 1000;
const RETRY_SPREAD = 0.3;
/** Refused credentials double the wait so often: up to 32 s. */
const MAX_DOUBLINGS = 5;
/** The longest wait before an attempt, in milliseconds. */
export const LONGEST_WAIT_MS = RETRY_MS * 2 ** MAX_DOUBLINGS * (1 + RETRY_SPREAD);

/** Milliseconds after so many failures in a row for the same credentials: 1 s, 2 s, 4 s … 32 s, ± 30 %; at 0, 1 s. */
export function growingWait(failures: number, random: Random): number {
  const doublings = Math.min(Math.max(0, failures - 1), MAX_DOUBLINGS);
  return RETRY_MS * 2 ** doublings * (1 + RETRY_SPREAD * (2 * random() - 1));
}
