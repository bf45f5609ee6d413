/** What was thrown while a job was done, as a `JobError`. */
import { JobError } from '../errors.js';
import type { Envelope } from './envelope.js';

export function failure({ subject, id }: Pick<Envelope, 'subject' | 'id'>, cause: unknown): JobError {
  if (cause instanceof JobError) return cause;
  return new JobError(subject, id, 'failed', messageOf(cause), { cause });
}

/** Anything can be thrown, and an error can have anything as its message. */
export function messageOf(cause: unknown): string {
  try {
    return String(cause instanceof Error ? cause.message || cause.name : cause);
  } catch {
    return 'the handler threw a value that cannot be written as text';
  }
}
