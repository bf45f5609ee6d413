/**
 * publish and subscribe as the page gets them: those of the bus, with types that know the subjects of the SLATE events. What a
 * plain subscription delivers has not been validated, so its type promises no field; `onBuildEvents` and its like do.
 */
import type { BusMessage, BusSubscription, Payload } from '../bus/bus.js';
import * as bus from '../messaging/verbs.js';
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

/** An event as it may come: nobody has looked at it. */
export type Unchecked<E> = E extends unknown ? Partial<E> : never;

/** What a subscription to `S` is likely to hear. */
export type DataOf<S extends string> = string extends S
  ? unknown
  : S extends 'slate.build.jobs' | `slate.editor.cursors.${string}`
    ? unknown
    : S extends `slate.${infer R extends keyof SlateEvents}.${string}`
      ? Unchecked<SlateEvents[R]>
      : unknown;

/** A subject to publish on: `never` for one with a wildcard. */
export type Concrete<S extends string> = S extends `${string}*${string}` | `${string}>${string}` ? never : S;

/**
 * Sends JSON (or bytes, as they are). Resolves when the server has confirmed it. Before the first connection it waits for
 * that one; afterwards `whenOffline` says what happens while the connection is lost:
 *
 * - `reject` (the default): rejects with {@link NotConnectedError} (nothing was sent) or {@link UnconfirmedError} (it was
 *   on its way when the connection broke).
 * - `queue`: waits, in order, and is sent on reconnection; again if it was on its way, so that it may arrive twice. Rejects with
 *   {@link OutboxFullError} where no more is held.
 * - `drop`: resolves at once; what cannot be sent now is counted and forgotten. What was on its way may be lost.
 *
 * Rejects also with {@link PayloadTooLargeError}, {@link PayloadError}, {@link InvalidSubjectError}, {@link ConnectionClosedError} and,
 * before `configure()`, {@link OptionError}.
 */
export function publish<S extends string>(
  subject: Concrete<S>,
  data?: Payload,
  options?: bus.PublishVerbOptions,
): Promise<void> {
  return bus.publish(subject, data, options);
}

/**
 * @deprecated In NATS `*` is exactly one token, and the subjects of events have four or more: this hears none of them. Write
 * `>` in place of the `*`, as in `slate.project.>`.
 */
export function subscribe<R extends keyof SlateEvents>(
  subject: `slate.${R}.*`,
  callback: (data: Unchecked<SlateEvents[R]>, message: BusMessage) => unknown,
  options?: bus.SubscribeOptions,
): Promise<BusSubscription>;
/**
 * Calls `callback` with the JSON of every message (`undefined` for an empty one, and nothing is validated) and the message
 * itself. Listens from the call on, and across reconnections: what is published afterwards on the same connection is heard,
 * awaited or not. The promise resolves when the server carries the subscription, or no server is to be had now; it rejects
 * with {@link PermissionError}, {@link AuthenticationError}, {@link InvalidSubjectError} and, before `configure()`, {@link OptionError}.
 *
 * Listeners of one subject share one NATS subscription, and what they are given. In a queue group they count as one member
 * and take turns. What one throws is reported and harms no other.
 *
 * ```ts
 * const sub = await subscribe('slate.project.>', (event, { subject }) => console.log(subject, event));
 * sub.unsubscribe();
 * ```
 */
export function subscribe<S extends string>(
  subject: S,
  callback: (data: DataOf<S>, message: BusMessage) => unknown,
  options?: bus.SubscribeOptions,
): Promise<BusSubscription>;
/** With a type of the caller's for what is heard; nothing checks it. */
export function subscribe<T>(
  subject: string,
  callback: (data: T, message: BusMessage) => unknown,
  options?: bus.SubscribeOptions,
): Promise<BusSubscription>;
export function subscribe(
  subject: string,
  callback: (data: never, message: BusMessage) => unknown,
  options?: bus.SubscribeOptions,
): Promise<BusSubscription> {
  return bus.subscribe(subject, callback as (data: unknown, message: BusMessage) => unknown, options);
}
