/**
 * What this bus needs of a NATS connection, as a shape: that of nats.ws 1.x and that of @nats-io/nats-core 3 both have
 * it, so a page may bring either. Types only, and the reading of `status()`, which the two spell differently.
 */

export interface NatsMessageLike {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly reply?: string;
  readonly headers?: { readonly code: number; get(name: string): string } | undefined;
}

export interface NatsSubscriptionLike {
  readonly closed: Promise<unknown>;
  unsubscribe(): void;
  drain(): Promise<void>;
}

export interface NatsConnectionLike {
  readonly info?: { readonly max_payload: number } | undefined;
  /** Of `headers` both clients ask for their bytes alone, though their types name a class. */
  publish(subject: string, payload?: Uint8Array, options?: { reply?: string; headers?: never }): void;
  subscribe(
    subject: string,
    options: { queue?: string; callback: (error: Error | null, message: NatsMessageLike) => void },
  ): NatsSubscriptionLike;
  flush(): Promise<void>;
  status(): AsyncIterable<unknown>;
  closed(): Promise<unknown>;
  close(): Promise<void>;
  isClosed(): boolean;
  getServer(): string;
}

/** One item of `status()`, as far as it matters here. */
export interface NatsStatus {
  readonly type: string;
  /** What went wrong, where `type` is `error`: to be read by `natsError`. */
  readonly fault: unknown;
}

/** nats.ws: `{type, data, permissionContext}`; nats-core: `{type, error}`. */
export function readStatus(item: unknown): NatsStatus {
  const { type, error } = item as { type?: unknown; error?: unknown };
  return { type: String(type), fault: error ?? item };
}
