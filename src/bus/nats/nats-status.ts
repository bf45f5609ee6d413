/**
 * Reads the statuses of a NATS client: lost connections, new ones, and errors that the server sends. Both clients,
 * nats.ws and @nats-io/nats-core, pass them on through an iterator.
 */
import type { NatsConnectionLike } from './nats-connection.js';

/** One status, as far as the bus needs it. */
export interface NatsStatus {
  readonly type: string;
  /** What went wrong, when `type` is `error`; `natsError` reads it. */
  readonly fault: unknown;
}

/** Calls `onStatus` with every status until the client ends its iterator. Returns a function that unsubscribes. */
export function readStatuses(
  connection: Pick<NatsConnectionLike, 'status'>,
  onStatus: (status: NatsStatus) => void,
): () => void {
  const statuses = connection.status();
  let active = true;
  void (async () => {
    for await (const item of statuses) {
      if (!active) return;
      onStatus(readStatus(item, connection));
    }
  })();
  return () => {
    active = false;
    (statuses as { stop?: () => void }).stop?.(); // a method of both clients' iterators that their types leave out
  };
}

/**
 * A status of nats.ws is `{type, data, permissionContext}`, one of nats-core `{type, error}`. The one of nats.ws has a
 * code and not the words of the server; the client keeps those as its last error.
 */
function readStatus(item: unknown, connection: object): NatsStatus {
  const { type, data, error } = item as { type?: unknown; data?: unknown; error?: unknown };
  const last = (connection as { protocol?: { lastError?: { code?: unknown } } }).protocol?.lastError;
  return { type: String(type), fault: error ?? (last && last.code === data ? last : item) };
}
