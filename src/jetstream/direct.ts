/** The last message of a subject, without a consumer: any server that has the stream answers (`allow_direct`). */
import type { BusMessage } from '../bus/bus.js';
import { timeOf } from '../clock.js';
import { JetStreamError } from '../errors.js';
import { API_TIMEOUT_MS, type Requester } from './api.js';

/** A message that a stream keeps. */
export interface StoredMessage {
  readonly subject: string;
  /** Its sequence number in the stream; the first message has 1. */
  readonly seq: number;
  /** When it was stored, in milliseconds since 1970, by the server's clock. */
  readonly stored: number;
  readonly data: Uint8Array;
}

/**
 * `undefined` where the stream has no message on `subject`. Rejects with {@link RequestTimeoutError} where there is no
 * such stream, or it does not allow direct gets; with {@link NoRespondersError} where JetStream is not enabled; with
 * {@link JetStreamError} where something else answers; and as `Bus.request` does.
 */
export async function lastMessage(
  bus: Requester,
  stream: string,
  subject: string,
  timeoutMs = API_TIMEOUT_MS,
): Promise<StoredMessage | undefined> {
  const call = `$JS.API.DIRECT.GET.${stream}.${subject}`;
  const answer = await bus.request(call, undefined, { timeoutMs, onDisconnect: 'reject' });
  const seq = Number(answer.header('Nats-Sequence') ?? 0);
  if (seq === 0 && answer.data.length === 0) return undefined;
  if (!isAbout(answer, stream, subject) || !Number.isSafeInteger(seq) || seq < 1) {
    throw new JetStreamError(call, 0, 'a subscriber answered that is not the stream');
  }
  return { subject, seq, stored: timeOf(answer.header('Nats-Time-Stamp') ?? ''), data: answer.data };
}

function isAbout(answer: BusMessage, stream: string, subject: string): boolean {
  return answer.header('Nats-Stream') === stream && answer.header('Nats-Subject') === subject;
}
