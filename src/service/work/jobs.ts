/** A job as it arrives: its name, its project, its value. Read once, before anything is begun. */
import type { BusMessage } from '../../bus/bus.js';
import { uniqueId } from '../../id.js';
import { encodeToken } from '../../protocol/token.js';
import { JobError } from '../errors.js';

/** The header under which the server knows a message twice. */
export const ID_HEADER = 'Nats-Msg-Id';

export interface Envelope {
  readonly subject: string;
  readonly id: string;
  /** Its events go there; without one there are none. */
  readonly projectId: string | undefined;
  readonly value: unknown;
  /** Why `value` is not to be had. */
  readonly unreadable: unknown;
}

export function openEnvelope(message: BusMessage): Envelope {
  const { subject } = message;
  let value: unknown;
  let unreadable: unknown;
  try {
    value = message.json();
  } catch (error) {
    unreadable = error;
  }
  const { id, projectId } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  return {
    subject,
    id: usable(message.header(ID_HEADER)) ?? usable(typeof id === 'number' ? String(id) : id) ?? uniqueId(),
    projectId: usable(projectId),
    value,
    unreadable,
  };
}

/** Only what can be a token of a subject is a name. */
function usable(id: unknown): string | undefined {
  try {
    return typeof id === 'string' && id !== '' && encodeToken('job', id) ? id : undefined;
  } catch {
    return undefined;
  }
}

/** What to call the error of a job that could not be done. */
export function failure({ subject, id }: Pick<Envelope, 'subject' | 'id'>, cause: unknown): JobError {
  if (cause instanceof JobError) return cause;
  return new JobError(subject, id, 'failed', wordsOf(cause), { cause });
}

/** Anything can be thrown, and an error can have anything for a message. */
export function wordsOf(cause: unknown): string {
  try {
    return String(cause instanceof Error ? cause.message || cause.name : cause);
  } catch {
    return 'something was thrown that has no words';
  }
}
