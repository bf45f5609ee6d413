/**
 * The part of a NATS connection that the bus uses, as a shape. The connections of nats.ws 1.x and of
 * @nats-io/nats-core 3 both have it, so a page may pass either. Types only.
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

/** A connection of nats.ws (`connect`) or of @nats-io/nats-core (`wsconnect`). */
export interface NatsConnectionLike {
  readonly info?: { readonly max_payload: number } | undefined;
  /** Both clients' types name a class for `headers`; both clients only call its method `encode`. */
  publish(subject: string, payload?: Uint8Array, options?: { reply?: string; headers?: object }): void;
  subscribe(
    subject: string,
    options: { queue?: string; callback: (error: Error | null, message: NatsMessageLike) => void },
  ): NatsSubscriptionLike;
  flush(): Promise<void>;
  status(): AsyncIterable<unknown>;
  closed(): Promise<unknown>;
  close(): Promise<void>;
  /** Gives the socket up and makes another. */
  reconnect?(): Promise<void>;
  isClosed(): boolean;
  getServer(): string;
}
