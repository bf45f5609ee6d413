/** Streams: which one keeps a subject, how it is configured, and how one is created. */
import { OptionError } from '../errors.js';
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
  /** Refuses new messages where a limit is reached, instead of removing old ones. @defaultValue false */
  readonly refusesWhenFull?: boolean | undefined;
  /** Any server may answer who asks for one message. @defaultValue false */
  readonly allowDirect?: boolean | undefined;
  /** Nobody can delete a single message, or have one replace all others of its subject. @defaultValue false */
  readonly appendOnly?: boolean | undefined;
  /** The largest message, headers included, and all messages, in bytes. @defaultValue no limit */
  readonly maxMessageBytes?: number | undefined;
  readonly maxBytes?: number | undefined;
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
  const { name, subjects, retention, maxAgeMs, replicas = 1, maxMessageBytes, maxBytes } = stream;
  await callApi(bus, `STREAM.CREATE.${name}`, {
    name,
    subjects,
    retention,
    storage: 'file',
    discard: stream.refusesWhenFull ? 'new' : 'old',
    num_replicas: replicas,
    ...(stream.allowDirect && { allow_direct: true }),
    ...(stream.appendOnly && { deny_delete: true, allow_rollup_hdrs: false }),
    ...(maxMessageBytes !== undefined && { max_msg_size: maxMessageBytes }),
    ...(maxBytes !== undefined && { max_bytes: maxBytes }),
    ...(maxAgeMs !== undefined && { max_age: nanoseconds(maxAgeMs) }),
  });
}

/** How many messages each subject of a stream has, of those that `filter` matches. Rejects as {@link callApi} does. */
export async function subjectsOf(bus: Requester, name: string, filter: string): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (;;) {
    const call = { subjects_filter: filter, offset: found.size };
    const { state, total = 0 } = await callApi<SubjectsInfo>(bus, `STREAM.INFO.${name}`, call);
    const page = Object.entries(state.subjects ?? {});
    for (const [subject, count] of page) found.set(subject, count);
    if (page.length === 0 || found.size >= total) return found;
  }
}

interface SubjectsInfo {
  readonly state: { readonly subjects?: Readonly<Record<string, number>> | null };
  readonly total?: number;
}

/**
 * Removes the messages that `filter` matches and whose sequence number is below `before`; how many. The server takes a
 * `seq` of 0 or 1, and a missing one, for "all of them", so that they never leave: nothing is below 1. Rejects as
 * {@link callApi} does.
 */
export async function purgeBefore(bus: Requester, name: string, filter: string, before: number): Promise<number> {
  if (!Number.isSafeInteger(before) || before < 2) return 0;
  return purge(bus, name, { filter: named(filter), seq: before });
}

/** Removes all messages that `filter` matches; how many. Rejects as {@link callApi} does. */
export function purgeAll(bus: Requester, name: string, filter: string): Promise<number> {
  return purge(bus, name, { filter: named(filter) });
}

async function purge(bus: Requester, name: string, body: object): Promise<number> {
  const { purged } = await callApi<{ purged: number }>(bus, `STREAM.PURGE.${name}`, body);
  return purged;
}

/** Without a filter the server purges everything. */
function named(filter: string): string {
  if (!filter) throw new OptionError('filter', 'must name subjects');
  return filter;
}
