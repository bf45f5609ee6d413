/**
 * Reads the statuses of a NATS client: lost connections, new ones, and errors that the server sends. Both clients,
 * nats.ws and
 * @nats-io/nats-core, pass them on through an iterator.
 */

/** One status, as far as the bus needs it. */
export interface NatsStatus {
  readonly type: string;
  /** What went wrong, when `type` is `error`; `natsError` reads it. */
  readonly fault: unknown;
}

/** Calls `onStatus` with every status until the client ends its iterator. Returns a function that unsubscribes. */
export function readStatuses(statuses: AsyncIterable<unknown>, onStatus: (status: NatsStatus) => void): () => void {
  let active = true;
  void (async () => {
    for await (const item of statuses) {
      if (!active) return;
      onStatus(readStatus(item));
    }
  })();
  return () => {
    active = false;
    (statuses as { stop?: () => void }).stop?.(); // a method of both clients' iterators that their types leave out
  };
}

/** A status of nats.ws is `{type, data, permissionContext}`, one of nats-core `{type, error}`. */
function readStatus(item: unknown): NatsStatus {
  const { type, error } = item as { type?: unknown; error?: unknown };
  return { type: String(type), fault: error ?? item };
}
