/**
 * P2, M2: the limits of the fields of JSON events, for rooms and for the listeners of `onCollaborationEvents` alike. A
 * room accepts every event of its project that such a listener accepts, and no other.
 */

/** The longest `userId`, in UTF-16 code units. */
export const MAX_USER_ID = 256;
/** P2: timestamps are milliseconds since 1970, below this. The year is then 10889. */
export const TIME_LIMIT = 2 ** 48;
/** D3: the longest `data.name` and `data.location`, in characters. A room cuts off the rest. */
export const MAX_NAME = 64;
export const MAX_LOCATION = 256;

/** W1: the longest selection, in characters, and the last line. */
export const MAX_WORK = 2 ** 24;

/** M2: how many events one message may carry. */
export const MAX_EVENTS = 256;

export function isUserId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_USER_ID;
}

export function isTimestamp(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value < TIME_LIMIT;
}
