/**
 * Where durable jobs wait: a stream that keeps each job until one worker has done it, and a consumer for each queue.
 */
import { OptionError } from '../../errors.js';
import type { Requester } from '../../jetstream/api.js';
import { type ConsumerName, consumerConfig, createConsumer } from '../../jetstream/consumers.js';
import { createStream, streamConfig, streamKeeping } from '../../jetstream/streams.js';

const DEFAULT_ACK_WAIT_MS = 30_000;
/** Jobs that may be running at a time, all workers of a queue together. */
const MAX_RUNNING = 20_000;

/** The name of the stream for a subject; no two subjects share one. */
export function streamName(subject: string): string {
  return subject.replace(/[^A-Za-z0-9.]/g, (char) => `_${char.codePointAt(0)?.toString(16)}_`).replaceAll('.', '-');
}

/**
 * Finds or creates the work queue that keeps a subject, and resolves with its name. Rejects with {@link
 * JetStreamError}, and with {@link OptionError} where another kind of stream keeps the subject.
 */
export async function ensureWorkQueue(bus: Requester, subject: string, replicas: number | undefined): Promise<string> {
  const existing = await streamKeeping(bus, subject);
  const config = existing === undefined ? undefined : await streamConfig(bus, existing);
  if (!config) {
    const name = streamName(subject);
    await createStream(bus, { name, subjects: [subject], retention: 'workqueue', replicas });
    return name;
  }
  const { name, retention } = config;
  if (retention === 'workqueue') return name;
  const reason = `the stream "${name}" that keeps it is not a work queue: its retention is ${retention}`;
  throw new OptionError('subject', `is ${subject}, but ${reason}`);
}

/**
 * Finds or creates the consumer that the workers of a queue share, and resolves with its ack wait in milliseconds.
 * Rejects with {@link JetStreamError}, and with {@link OptionError} where the queue has another subject or another ack
 * wait.
 */
export async function ensureConsumer(
  bus: Requester,
  name: ConsumerName,
  subject: string,
  ackWaitMs: number | undefined,
): Promise<number> {
  const wanted = { subject, ackWaitMs: ackWaitMs ?? DEFAULT_ACK_WAIT_MS, maxAckPending: MAX_RUNNING };
  const found = (await consumerConfig(bus, name)) ?? (await createConsumer(bus, name, wanted));
  if (found.subject !== undefined && found.subject !== subject) {
    throw new OptionError('queue', `is "${name.consumer}", which already takes ${found.subject} from the same stream`);
  }
  if (ackWaitMs !== undefined && Math.round(ackWaitMs) !== Math.round(found.ackWaitMs)) {
    throw new OptionError(
      'ackWaitMs',
      `is ${ackWaitMs}, but the queue "${name.consumer}" has ${found.ackWaitMs} already`,
    );
  }
  return found.ackWaitMs;
}
