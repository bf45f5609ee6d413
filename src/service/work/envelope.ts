/** A job as it arrives: its id, its project, its value. Read once, before the handler is called. */
import type { BusMessage } from '../../bus/bus.js';
import { uniqueId } from '../../id.js';
import { MESSAGE_ID_HEADER } from '../../jetstream/messages.js';
import { encodeToken } from '../../protocol/token.js';

export interface Envelope {
  readonly subject: string;
  readonly id: string;
  /** The project that receives the job's events; without one there are no events. */
  readonly projectId: string | undefined;
  readonly value: unknown;
  /** The error of reading `value`; `undefined` where it could be read. */
  readonly unreadable: unknown;
}

/** The id comes from the message's header, else from the job's own field `id`, else it is made here. */
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
    id: usable(message.header(MESSAGE_ID_HEADER)) ?? usable(typeof id === 'number' ? String(id) : id) ?? uniqueId(),
    projectId: usable(projectId),
    value,
    unreadable,
  };
}

/** The id, if it can become a token of a subject. */
function usable(id: unknown): string | undefined {
  try {
    return typeof id === 'string' && id !== '' && encodeToken('job', id) ? id : undefined;
  } catch {
    return undefined;
  }
}
