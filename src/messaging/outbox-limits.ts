/** What the outbox does while the connection is lost, and how much it holds. */
import { OptionError } from '../errors.js';

/**
 * What happens to a message that is published while the connection is lost: `reject` rejects; `drop` drops it and
 * counts that; `queue` holds it and sends it on reconnection; `latest` does the same, and a newer message to the same
 * subjects replaces the one that it holds. Only what is held is sent again when it may not have arrived, so only that
 * may arrive twice.
 */
export type WhenOffline = 'reject' | 'drop' | 'queue' | 'latest';

export interface OutboxLimits {
  /** How many messages are held at most. @defaultValue 1000 */
  readonly messages: number;
  /** How many bytes of payload are held at most; a single message may be larger. @defaultValue 1_048_576 (1 MiB) */
  readonly bytes: number;
}

export const OUTBOX_LIMITS: OutboxLimits = { messages: 1000, bytes: 1_048_576 };

/** Throws {@link OptionError} for limits that are not numbers of 0 or more. */
export function checkOutbox(outbox: Partial<OutboxLimits> | undefined): void {
  for (const key of ['messages', 'bytes'] as const) {
    const value = outbox?.[key];
    if (value !== undefined && !(value >= 0)) throw new OptionError(`outbox.${key}`, 'must be a number of 0 or more');
  }
}
