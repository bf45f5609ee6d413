/** Consumers: the server's record of how far the readers of a stream have come. */
import { callApi, ifFound, milliseconds, NOT_FOUND, nanoseconds, type Requester } from './api.js';

export interface ConsumerName {
  readonly stream: string;
  readonly consumer: string;
}

export interface ConsumerConfig {
  /** The subject whose messages it delivers; `undefined` where it delivers all of the stream. */
  readonly subject: string | undefined;
  /** Milliseconds after which a message that nobody acknowledged is delivered again. */
  readonly ackWaitMs: number;
}

export interface NewConsumer extends ConsumerConfig {
  /** How many messages may be delivered and not yet acknowledged, all readers together. */
  readonly maxAckPending: number;
}

interface ConsumerInfo {
  readonly config: { readonly ack_wait: number; readonly filter_subject?: string };
}

/** `undefined` where there is no consumer of this name. Rejects as {@link callApi} does. */
export async function consumerConfig(
  bus: Requester,
  { stream, consumer }: ConsumerName,
): Promise<ConsumerConfig | undefined> {
  const info = await ifFound(callApi<ConsumerInfo>(bus, `CONSUMER.INFO.${stream}.${consumer}`), [NOT_FOUND.consumer]);
  return info && readConfig(info);
}

/**
 * Creates a durable pull consumer: it begins at the first message, each message must be acknowledged, and is delivered
 * again until it is, however often that takes. Rejects as {@link callApi} does.
 */
export async function createConsumer(
  bus: Requester,
  { stream, consumer }: ConsumerName,
  { subject, ackWaitMs, maxAckPending }: NewConsumer,
): Promise<ConsumerConfig> {
  const info = await callApi<ConsumerInfo>(bus, `CONSUMER.DURABLE.CREATE.${stream}.${consumer}`, {
    stream_name: stream,
    config: {
      durable_name: consumer,
      deliver_policy: 'all',
      replay_policy: 'instant',
      ack_policy: 'explicit',
      ack_wait: nanoseconds(ackWaitMs),
      filter_subject: subject,
      max_deliver: -1,
      max_ack_pending: maxAckPending,
    },
  });
  return readConfig(info);
}

function readConfig({ config }: ConsumerInfo): ConsumerConfig {
  return { subject: config.filter_subject, ackWaitMs: milliseconds(config.ack_wait) };
}
