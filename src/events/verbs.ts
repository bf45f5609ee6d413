/**
 * publish, subscribe and request on the default connection, with types that know the subjects of the SLATE events. A
 * plain subscription validates nothing, so its types promise no field; `onBuildEvents` and its like do.
 */
import type { BusMessage, BusSubscription, Payload, PublishOptions } from '../bus/bus.js';
import { takePayload } from '../bus/payload.js';
import { defaultClient } from '../messaging/default.js';
import type { WhenOffline } from '../messaging/outbox-limits.js';
import type { SharedSubscription } from '../messaging/shared-subscriptions.js';
import type { EventSubject, OtherSubject } from '../protocol/subjects.js';
import type { AssetEvent } from './asset.js';
import type { BuildEvent } from './build.js';
import type { CollaborationEvent } from './collaboration.js';
import type { EditorEvent } from './editor.js';
import type { FileEvent } from './file.js';
import type { ProjectEvent } from './project.js';
import type { RuntimeEvent } from './runtime.js';

/** The event of each resource. */
export interface SlateEvents {
  project: ProjectEvent;
  file: FileEvent;
  asset: AssetEvent;
  runtime: RuntimeEvent;
  build: BuildEvent;
  editor: EditorEvent;
  collab: CollaborationEvent;
}

/** An event that has not been validated: each field may be missing. */
export type Unchecked<E> = E extends unknown ? Partial<E> : never;

/** What a subscription to `S` is likely to receive. */
export type DataOf<S extends string> = string extends S
  ? unknown
  : S extends OtherSubject
    ? unknown
    : S extends EventSubject<infer R extends keyof SlateEvents>
      ? Unchecked<SlateEvents[R]>
      : unknown;

/** A subject to publish on: `never` for one with a wildcard. */
export type Concrete<S extends string> = S extends `${string}*${string}` | `${string}>${string}` ? never : S;

export interface PublishVerbOptions extends PublishOptions {
  /** What happens to the message while the connection is lost. @defaultValue 'reject' */
  readonly whenOffline?: WhenOffline | undefined;
}

export interface SubscribeOptions {
  /** A queue group: each message goes to one of its subscribers. */
  readonly queue?: string | undefined;
}

/**
 * Sends JSON (or bytes, as they are). Resolves when the server has confirmed it. Before the first connection it waits
 * for that one (`drop` does not); afterwards `whenOffline` says what happens while the connection is lost:
 *
 * - `reject` (the default): rejects with {@link NotConnectedError} (nothing was sent) or {@link UnconfirmedError} (the
 *   connection was lost after the message was written and before the server confirmed it).
 * - `queue`: waits, and is sent in order on reconnection. A message that was written but not confirmed is sent again,
 *   so it may arrive twice. Rejects with {@link OutboxFullError} where no more can be held.
 * - `latest`: as `queue`, and a newer message to the same subject replaces the one that waits. With a connection it
 *   resolves at once.
 * - `drop`: resolves at once. What cannot be sent now is counted and dropped, and what was written may be lost.
 *
 * Rejects also with {@link PayloadTooLargeError}, {@link PayloadError}, {@link InvalidSubjectError}, {@link
 * PermissionError}, {@link ConnectionClosedError} and, before `configure()`, {@link OptionError}.
 */
export async function publish<S extends string>(
  subject: Concrete<S>,
  data?: Payload,
  options: PublishVerbOptions = {},
): Promise<void> {
  const { whenOffline = 'reject', reply, headers } = options ?? {};
  const more = reply === undefined && headers === undefined ? undefined : { reply, headers };
  return defaultClient().outbox.publish([subject], takePayload(subject, data), whenOffline, more);
}

/**
 * @deprecated In NATS `*` is exactly one token, and the subjects of events have four or more: this receives none of
 * them. Write `>` in place of the `*`, as in `slate.project.>`.
 */
export function subscribe<R extends keyof SlateEvents>(
  subject: EventSubject<R, '*'>,
  callback: (data: Unchecked<SlateEvents[R]>, message: BusMessage) => unknown,
  options?: SubscribeOptions,
): Promise<BusSubscription>;
/**
 * Calls `callback` with the JSON of every message (`undefined` for an empty one; nothing is validated) and the message
 * itself. The subscription begins with the call and lasts across reconnections: it receives what is published
 * afterwards on the same connection, even before the promise resolves. The promise resolves when the server has
 * confirmed the subscription, or no server is available now. It rejects with {@link PermissionError}, {@link
 * AuthenticationError}, {@link InvalidSubjectError}, {@link ConnectionClosedError} and, before `configure()`, {@link
 * OptionError}.
 *
 * All callbacks of one subject share one NATS subscription, and the values that they receive. In a queue group they
 * count as one subscriber and take turns. An error that a callback throws is reported and does not affect the others.
 *
 * ```ts
 * const sub = await subscribe('slate.project.>', (event, { subject }) => console.log(subject, event));
 * sub.unsubscribe();
 * ```
 */
export function subscribe<S extends string>(
  subject: S,
  callback: (data: DataOf<S>, message: BusMessage) => unknown,
  options?: SubscribeOptions,
): Promise<BusSubscription>;
/** With a type that the caller chooses for the data; nothing checks it. */
export function subscribe<T>(
  subject: string,
  callback: (data: T, message: BusMessage) => unknown,
  options?: SubscribeOptions,
): Promise<BusSubscription>;
export function subscribe(
  subject: string,
  callback: (data: never, message: BusMessage) => unknown,
  options?: SubscribeOptions,
): Promise<BusSubscription> {
  const queue = options?.queue;
  let subscription: SharedSubscription;
  try {
    subscription = defaultClient().subscribe(subject, callback as (data: unknown, m: BusMessage) => unknown, queue);
  } catch (error) {
    return Promise.reject(error as Error);
  }
  const confirmed = subscription.confirmed.then((): BusSubscription => subscription);
  confirmed.catch(() => undefined); // also an error event, for callers that do not await
  return confirmed;
}

/**
 * Sends a request and resolves with the JSON of the answer (`undefined` for an empty one). Rejects with {@link
 * NoRespondersError} where nobody subscribes to the subject, {@link RequestTimeoutError} where nobody answered in time,
 * {@link RemoteError} where the responder failed, {@link NotConnectedError} where there is no connection (the first one
 * is waited for), and as `publish` does.
 *
 * @param timeoutMs Milliseconds for the whole call, above 0 and finite. @defaultValue 5000
 */
export async function request(subject: string, data?: Payload, timeoutMs = 5000): Promise<unknown> {
  return defaultClient().request(subject, data, timeoutMs);
}
