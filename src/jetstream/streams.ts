/** Streams: which one keeps a subject, how it is configured, and how one is created. */
import { callApi, ifFound, NOT_FOUND, nanoseconds, type Requester } from './api.js';

export interface StreamConfig {
  readonly name: string;
  /**
   * How long messages stay: until a limit is reached, while a consumer is interested, or until one has acknowledged
   * them.
   */
  readonly retention: 'limits' | 'interest' | 'workqueue';
}

export interface NewStream extends StreamConfig {
  readonly subjects: readonly string[];
  /** Milliseconds after which a message is removed. @defaultValue never */
  readonly maxAgeMs?: number | undefined;
  /** On how many servers of a cluster the messages are kept, 1 to 5. @defaultValue 1 */
  readonly replicas?: number | undefined;
}

/** The name of the stream that keeps a subject, if one does. Rejects as {@link callApi} does. */
export async function streamKeeping(bus: Requester, subject: string): Promise<string | undefined> {
  const { streams } = await callApi<{ streams: string[] | null }>(bus, 'STREAM.NAMES', { subject });
  return streams?.[0];
}

/** `undefined` where there is no stream of this name. Rejects as {@link callApi} does. */
export async function streamConfig(bus: Requester, name: string): Promise<StreamConfig | undefined> {
  const info = await ifFound(callApi<{ config: StreamConfig }>(bus, `STREAM.INFO.${name}`), [NOT_FOUND.stream]);
  return info?.config;
}

/** Creates a stream on disk. Harmless where one of the same configuration exists. Rejects as {@link callApi} does. */
export async function createStream(bus: Requester, stream: NewStream): Promise<void> {
  const { name, subjects, retention, maxAgeMs, replicas = 1 } = stream;
  await callApi(bus, `STREAM.CREATE.${name}`, {
    name,
    subjects,
    retention,
    storage: 'file',
    discard: 'old',
    num_replicas: replicas,
    ...(maxAgeMs !== undefined && { max_age: nanoseconds(maxAgeMs) }),
  });
}
