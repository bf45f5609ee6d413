/**
 * The bus: bytes on subjects. It knows subjects as strings and payloads as bytes or JSON; it knows nothing of
 * presence, cursors or rooms. Two implementations keep the same rules, and one contract suite runs on both:
 * `nats/nats-bus.ts` over a NATS connection, `memory/memory-client.ts` in process.
 *
 * The rules of delivery are those of NATS:
 * - **At most once.** A message reaches the subscriptions that exist when the server receives it. A client that is
 *   offline at that moment does not receive it later.
 * - **Order.** A subscription receives the messages of one publisher in the order in which they were published.
 *   Between publishers there is no order.
 * - **Echo.** A client receives its own messages, once for each of its subscriptions that match.
 * - **Queue groups.** The server delivers each message to one subscription of each queue group, chosen at random, and
 *   to every subscription without a group. Subscriptions of one group may belong to different clients and have
 *   different patterns.
 * - **Later, never inside.** A handler runs after the `publish` that caused it has returned.
 */
import type { Clock } from '../clock.js';
import type { SlateError } from '../errors.js';

/**
 * Bytes are sent as they are and not copied: do not change them before they have left (after a `flush`). Any other
 * value is written as JSON; `undefined` is an empty payload.
 */
export type Payload = Uint8Array | unknown;

export interface PublishOptions {
  /** The subject on which the publisher expects answers. */
  readonly reply?: string | undefined;
  /**
   * NATS headers. Names consist of printable ASCII without `:` and white space; values have one line. The encoded
   * headers count towards `maxPayload`.
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface RequestOptions {
  /** How long to wait for the answer, in milliseconds; above 0 and finite. */
  readonly timeoutMs: number;
  /** Sent with the request; see {@link PublishOptions.headers}. */
  readonly headers?: PublishOptions['headers'];
  /**
   * What happens when the connection is lost before the answer arrives. `wait`: the request stays open until
   * `timeoutMs`, because an answer sent after the reconnection still arrives. `reject`: it rejects at once with
   * {@link UnconfirmedError}. A bus that is closed rejects every request with {@link ConnectionClosedError}.
   * @defaultValue 'wait'
   */
  readonly onDisconnect?: 'wait' | 'reject' | undefined;
}

export interface BusMessage {
  /** The subject on which the message was published. */
  readonly subject: string;
  readonly data: Uint8Array;
  /** The subject on which the sender expects an answer; undefined when it expects none. */
  readonly reply: string | undefined;
  /**
   * True for the empty message (NATS status 503) that the server sends to the reply subject of a publish when nobody
   * subscribes to the subject of that publish. Check this before you decode.
   */
  readonly noResponders: boolean;
  /** True where the message has NATS headers, however malformed. */
  readonly hasHeaders: boolean;
  /**
   * The value of a NATS header; names are case-sensitive. `undefined` when the message has no such header, or when
   * its headers are malformed.
   */
  header(name: string): string | undefined;
  /** The payload parsed as JSON. Throws {@link PayloadError} when it is not JSON in UTF-8. */
  json(): unknown;
  /**
   * Publishes an answer on `reply`. Returns false when no answer is expected, and where `reply` would make it something
   * else than an answer: below `$`, or below `slate.` but not below `slate.inbox.`. Throws what `publish` throws.
   */
  respond(payload?: Payload): boolean;
}

/**
 * Called with each message. An error that it throws is reported as an uncaught error and does not end the
 * subscription.
 */
export type MessageHandler = (message: BusMessage) => void;

export interface BusSubscription {
  readonly subject: string;
  /**
   * Resolves when the subscription has ended: without a value after `unsubscribe` or `drain`, with the error when
   * something else ended it ({@link PermissionError} when the server forbids the subject). Never rejects.
   */
  readonly closed: Promise<SlateError | undefined>;
  /** Ends the subscription at once; the handler is not called again, not even for messages on their way. Idempotent. */
  unsubscribe(): void;
  /**
   * Unsubscribes, and resolves when the handler has received every message that was on its way. Use this in a queue
   * group: no other subscription of the group receives those messages. Never rejects.
   */
  drain(): Promise<void>;
}

/** The state of the connection. */
export type BusStatus =
  /** The first connection is being made. `error`: why the last attempt failed. */
  | { readonly type: 'connecting'; readonly error?: SlateError }
  /** `server`: its address. `reconnects`: how many connections there were before this one. */
  | { readonly type: 'connected'; readonly server: string; readonly reconnects: number }
  /** The connection was lost and is being made again. `error`: why the last attempt failed. */
  | { readonly type: 'reconnecting'; readonly error?: SlateError }
  /** Final. `error`: why, unless the user closed the bus. */
  | { readonly type: 'closed'; readonly error?: SlateError };

export interface BusEvents {
  /** Every change of status, and the same status again when its error changes. */
  status: BusStatus;
  /**
   * Errors that no caller receives: a publish that the server forbids, an error that the server sends, a failed
   * attempt to connect, a message that is no valid event. Of the messages on one subject that are refused within a
   * second, 50 are an event each, and the newest is one for all others, whose error has their number as its `count`.
   */
  error: SlateError;
}

/**
 * Counters since the bus was made. They never decrease. Over a connection that Slate opened, bytes are all bytes on
 * the socket, NATS protocol lines included; over a connection that the page brought, and in memory, they are the
 * bytes of payloads.
 */
export interface BusStats {
  /** Messages delivered to subscriptions; a message that matches two subscriptions counts twice. */
  readonly messagesIn: number;
  /** Messages published, requests and answers included. */
  readonly messagesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Whom the credentials of a connection name (docs/PROTOCOL.md, V9). The server enforces it; nobody else sees it. */
export interface Identity {
  /** The id of the user. */
  readonly user: string;
  readonly role: 'writer' | 'commenter' | 'viewer' | 'ghost';
  /** The projects whose verified rooms the user may join. */
  readonly projects: readonly string[];
}

export interface Bus {
  /**
   * Whom the credentials name; `undefined` where they name no user of verified rooms. Known once connected. A renewal
   * of the credentials may change all but the user.
   */
  readonly identity?: Identity | undefined;
  /** The clock on which the bus measures time. */
  readonly clock: Clock;
  readonly status: BusStatus;
  readonly stats: BusStats;
  /**
   * The largest payload that the server accepts, headers included, in bytes. 1 MiB until a server has named its
   * limit.
   */
  readonly maxPayload: number;

  /**
   * Sends a message and does not wait for the server. Throws {@link InvalidSubjectError} (also for wildcards),
   * {@link NotConnectedError} while there is no connection (the bus never drops a message silently),
   * {@link ConnectionClosedError} (or, here and below, why the bus closed by itself, such as {@link
   * AuthenticationError}), {@link PayloadTooLargeError} and {@link PayloadError}.
   */
  publish(subject: string, payload?: Payload, options?: PublishOptions): void;

  /**
   * Calls `handler` with every message on `subject`, until the subscription ends. In `subject`, `*` matches one token
   * and `>`, at the end, one or more. `queue` is the name of a queue group: the server delivers each message to one
   * subscription of the group. Works before the first connection and across reconnections. Throws {@link
   * InvalidSubjectError}, {@link OptionError} without a handler, and {@link ConnectionClosedError}; when the server
   * forbids the subject, `closed` resolves with a {@link PermissionError}.
   */
  subscribe(subject: string, handler: MessageHandler, options?: { queue?: string }): BusSubscription;

  /**
   * Publishes a request and resolves with the first answer. The third argument is the time limit in milliseconds, or
   * {@link RequestOptions}. Rejects with {@link NoRespondersError} (within one round trip, when nobody subscribes to
   * the subject), {@link RequestTimeoutError}, {@link PermissionError} when the server forbids the subject, {@link
   * OptionError} when the time limit is not above 0, and with every error that `publish` throws.
   */
  request(subject: string, payload: Payload, options: number | RequestOptions): Promise<BusMessage>;

  /**
   * A new subject for answers, which no other client uses. Call it once there is a connection: where the server knows
   * the user by a JWT, only then it is known where its answers arrive.
   */
  inbox(): string;
  /**
   * Resolves when the server has received everything that was sent before. By then an `error` event has reported each
   * of those publishes that the server forbids. Rejects with {@link NotConnectedError} when there is no connection,
   * or it is lost.
   */
  flush(): Promise<void>;
  /**
   * Call this at a sign that the connection may have died without a word. Asks the server, and resolves with true when
   * it answers. Without an answer within 2.5 s, in which nothing else moves on the line either, the connection is
   * given up and made anew: the status is `reconnecting`, and the result false. While there is no connection, the next
   * attempt to make one begins at once, and the result is false. Never rejects.
   */
  suspect(): Promise<boolean>;
  /**
   * Adds a crowd: clients of other connections that hear each other through this server. A bus that makes its own
   * connection lets that return the later, at random, the larger its crowds are together (P7). `others` says how many
   * there are at that moment. Returns a function that takes the crowd back.
   */
  crowd(others: () => number): () => void;
  /** Measures the round trip to the server, in milliseconds. Rejects as `flush` does. */
  roundTrip(): Promise<number>;

  /** Calls `fn` on every event of this type. Returns a function that unsubscribes. */
  on<K extends keyof BusEvents>(type: K, fn: (event: BusEvents[K]) => void): () => void;
  /**
   * Emits an `error` event. For code built on the bus that has no caller to throw to, such as one that refuses a
   * message.
   */
  report(error: SlateError): void;

  /**
   * Closes in order: drains every subscription, waits until the server has received everything that was sent, then
   * closes. From the call on, `subscribe` throws {@link ConnectionClosedError}; `publish` works until the end, so
   * that handlers can still answer. Without a connection it closes at once. Never rejects. A second call waits for
   * the first.
   */
  drain(): Promise<void>;
  /**
   * Closes at once: subscriptions end, and pending requests reject with {@link ConnectionClosedError}. Messages
   * published before are still sent, but the server does not confirm them. Resolves when the connection is closed.
   * Idempotent. A connection that was passed to `connect` stays open.
   */
  close(): Promise<void>;
}
