/** Dead letters: jobs that no worker could do, kept for 30 days in a stream of their own, each with the reason. */
import type { BusMessage } from '../../bus/bus.js';
import type { Requester } from '../../jetstream/api.js';
import type { DeliveryInfo } from '../../jetstream/delivery.js';
import { MESSAGE_ID_HEADER, store } from '../../jetstream/messages.js';
import { createStream, streamConfig } from '../../jetstream/streams.js';
import { DEAD_PREFIX } from '../../protocol/subjects.js';
import type { JobError } from '../errors.js';

const STREAM = 'SLATE_DEAD';
const KEPT_MS = 30 * 86_400_000;
/** Bytes that the headers of a dead letter may add to a job. `enqueue` leaves them free. */
export const DEAD_LETTER_BYTES = 4096;
const MAX_REASON = 1000;

/** Creates the stream of dead letters where there is none. Rejects with {@link JetStreamError}. */
export async function ensureDeadLetters(bus: Requester, replicas: number): Promise<void> {
  if (await streamConfig(bus, STREAM)) return;
  const subjects = [`${DEAD_PREFIX}>`];
  await createStream(bus, { name: STREAM, subjects, retention: 'limits', maxAgeMs: KEPT_MS, replicas });
}

export interface DeadLetter {
  /** The job's id. */
  readonly id: string;
  readonly message: BusMessage;
  readonly delivery: DeliveryInfo;
  readonly error: JobError;
  /** How often the job was begun. */
  readonly attempts: number;
}

/**
 * Stores a job whole, with the reason, on `slate.dead.<subject>`. Calling it again for the same job stores nothing
 * more. A job that did not come from `enqueue` may leave no room for the headers. It is stored without them, because a
 * job that cannot be stored would be delivered again without end.
 */
export async function storeDeadLetter(
  bus: Requester & { readonly maxPayload: number },
  { id, message, delivery, error, attempts }: DeadLetter,
): Promise<void> {
  const headers = {
    [MESSAGE_ID_HEADER]: `${delivery.stream}.${delivery.seq}.${delivery.stored}`,
    'Slate-Job': oneLine(id),
    'Slate-Reason': oneLine(error.detail),
    'Slate-Attempts': String(attempts),
  };
  const fits = message.data.length <= bus.maxPayload - DEAD_LETTER_BYTES;
  await store(bus, `${DEAD_PREFIX}${message.subject}`, message.data, { headers: fits ? headers : undefined });
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').slice(0, MAX_REASON);
}
