/**
 * The bus: bytes on subjects. It knows subjects as strings and payloads as bytes or JSON; it knows nothing of
 * presence, cursors or rooms, and must never learn it. Two implementations keep the same rules (one contract suite
 * runs on both): `nats-bus.ts` over a NATS connection, `memory-bus.ts` in process.
 */
import type { Clock } from '../clock.js';
import type { SlateError } from '../errors.js';

/**
 * Bytes go out as they are, not copied: they are to stay so until then. Anything else is written as JSON; `undefined` is an
 * empty payload.
 */
export type Payload = Uint8Array | unknown;

export interface PublishOptions {
  /** Where an answer is expected. */
  readonly reply?: string | undefined;
  /** NATS headers: names of printable ASCII without `:` and white space, values of one line. They count towards `maxPayload`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface RequestOptions {
  /** How long to wait for the answer, in milliseconds; above 0 and finite. */
  readonly timeoutMs: number;
  /** As in {@link PublishOptions}. */
  readonly headers?: PublishOptions['headers'];
  /**
   * What happens when the connection is lost before the answer arrives. `wait`: the request stays open until `timeoutMs`, because
   * an answer sent after the reconnection still arrives. `reject`: it rejects at once with {@link UnconfirmedError}.
   * @defaultValue 'wait'
   */
  readonly onDisconnect?: 'wait' | 'reject' | undefined;
}

export interface BusMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** Where an answer is expected, if one is. */
  readonly reply: string | undefined;
  /**
   * True for the empty message by which the server says, on the reply subject of a publish, that nobody heard it
   * (status 503). Look here before decoding.
   */
  readonly noResponders: boolean;
  /** The value of a NATS header, in the case it was written; `undefined` without one, and where the headers cannot be read. */
  header(name: string): string | undefined;
  /** The payload read as JSON. Throws {@link PayloadError} where it is not JSON. */
  json(): unknown;
  /** Answers on `reply`; false where no answer is expected. Throws as `publish` does. */
  respond(payload?: Payload): boolean;
}

export type MessageHandler = (message: BusMessage) => void;

export interface BusSubscription {
  readonly subject: string;
  /** Resolves when the subscription ended: with an error (a {@link PermissionError}, say) or, on `unsubscribe`, without. */
  readonly closed: Promise<SlateError | undefined>;
  /** Ends it at once; no message is delivered afterwards, not even one that is on its way. Harmless when ended already. */
  unsubscribe(): void;
  /** Ends it in order: resolves when what was on its way has been delivered. In a queue group nobody else has that. */
  drain(): Promise<void>;
}

/** The life of the connection, as data. `since` is on the clock of the bus, in milliseconds. */
export type BusStatus =
  | { readonly type: 'connecting'; readonly error?: SlateError }
  | { readonly type: 'connected'; readonly server: string; readonly reconnects: number }
  | { readonly type: 'reconnecting'; readonly error?: SlateError }
  | { readonly type: 'closed'; readonly error?: SlateError };

export interface BusEvents {
  /** Every change of status, and a repeated one when its error changed. */
  status: BusStatus;
  /** What has no caller to reject: a forbidden publish, a server error line, a failed attempt to connect. */
  error: SlateError;
}

/** Counters since the bus was made. Bytes are those of payloads and NATS protocol lines where known, else of payloads. */
export interface BusStats {
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface Bus {
  /** What it measures time on. */
  readonly clock: Clock;
  readonly status: BusStatus;
  readonly stats: BusStats;
  /** The largest payload the server takes, in bytes (1 MiB until a server said otherwise). */
  readonly maxPayload: number;

  /**
   * Sends, and forgets. Throws {@link InvalidSubjectError} (wildcards included), {@link NotConnectedError} while there is no
   * connection (nothing is ever dropped unsaid), {@link ConnectionClosedError}, {@link PayloadTooLargeError}, {@link PayloadError}.
   */
  publish(subject: string, payload?: Payload, options?: PublishOptions): void;

  /**
   * Listens; `*` matches one token, `>` one or more at the end. With `queue`, each message goes to one member of the
   * group. Works before the first connection and across reconnections. Own messages are heard too. A handler that throws
   * is reported and does not end the subscription. Throws {@link InvalidSubjectError}, {@link ConnectionClosedError}.
   */
  subscribe(subject: string, handler: MessageHandler, options?: { queue?: string }): BusSubscription;

  /**
   * Publishes a question and resolves with the first answer. The third argument is the time limit in milliseconds, or
   * {@link RequestOptions}. Rejects with {@link NoRespondersError} (within one round trip, when nobody subscribes to the subject),
   * {@link RequestTimeoutError}, {@link OptionError} for a time limit that is not above 0, and with what `publish` throws.
   */
  request(subject: string, payload: Payload, options: number | RequestOptions): Promise<BusMessage>;

  /** A fresh subject for answers, matched by nobody else's. */
  inbox(): string;
  /**
   * Resolves when the server has seen everything sent before; what it forbade of that has been told as `error` by then.
   * Rejects with {@link NotConnectedError}.
   */
  flush(): Promise<void>;
  /** Round trip to the server in milliseconds. Rejects with {@link NotConnectedError}. */
  roundTrip(): Promise<number>;

  on<K extends keyof BusEvents>(type: K, fn: (event: BusEvents[K]) => void): () => void;
  /** One `error` event, from what is built on this bus: a message it had to refuse, say. */
  report(error: SlateError): void;

  /** Stops listening, lets what arrived be handled and what was sent be sent, then closes. */
  drain(): Promise<void>;
  /** Closes at once. Idempotent. A connection handed in by the caller is left open. */
  close(): Promise<void>;
}
