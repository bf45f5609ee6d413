/** publish, subscribe and request on the default connection; what they promise is said where the page gets them. */
import type { BusSubscription, Payload, PublishOptions } from '../bus/bus.js';
import { takePayload } from '../bus/payload.js';
import { defaultClient } from './default.js';
import type { WhenOffline } from './outbox.js';
import type { Listener, Listening } from './shared-subscriptions.js';

export interface PublishVerbOptions extends PublishOptions {
  /** What becomes of it while the connection is lost; `reject`. */
  readonly whenOffline?: WhenOffline | undefined;
}

export interface SubscribeOptions {
  /** The queue group: each message goes to one of its members. */
  readonly queue?: string | undefined;
}

export async function publish(subject: string, data?: Payload, options: PublishVerbOptions = {}): Promise<void> {
  const { whenOffline, reply, headers } = options;
  const more = reply === undefined && headers === undefined ? undefined : { reply, headers };
  return defaultClient().publish(subject, takePayload(subject, data), whenOffline, more);
}

export function subscribe(
  subject: string,
  listener: Listener,
  { queue }: SubscribeOptions = {},
): Promise<BusSubscription> {
  let listening: Listening;
  try {
    listening = defaultClient().listen(subject, listener, queue);
  } catch (error) {
    return Promise.reject(error as Error);
  }
  const carried = listening.carried.then((): BusSubscription => listening);
  carried.catch(() => undefined); // also an error event: a caller that does not await hears of it there
  return carried;
}

/**
 * Asks, and resolves with the JSON of the answer (`undefined` for an empty one). Rejects with {@link NoRespondersError} where
 * nobody listens, {@link RequestTimeoutError} where nobody answered in time, {@link RemoteError} where the responder failed,
 * {@link NotConnectedError} where there is no connection (the first one is waited for), and as `publish` does.
 */
export async function request(subject: string, data?: Payload, timeoutMs = 5000): Promise<unknown> {
  return defaultClient().request(subject, data, timeoutMs);
}
