/** Publishing an event of any kind: checked, named, and sent to everyone whom it concerns. */
import type { Bus } from '../bus/bus.js';
import { encodeText, toJson } from '../bus/payload.js';
import { PayloadError } from '../errors.js';
import { clientOf } from '../messaging/client.js';
import { defaultClient } from '../messaging/default.js';
import type { WhenOffline } from '../messaging/outbox.js';
import { withId } from './event-id.js';
import { type AnyEvent, checkEvent, type EventKind } from './kind.js';
import { slateNaming } from './naming.js';

export interface PublishEventOptions {
  /** What becomes of it while the connection is lost. Default `queue`; `drop` for cursors, selections and presence. */
  readonly whenOffline?: WhenOffline | undefined;
  /** The bus to publish on; the default connection's. */
  readonly bus?: Bus | undefined;
}

/**
 * Rejects with {@link EventError} for an event that breaks the rules of its kind (nothing is sent), and as `publish` does.
 * An event without an `id` is sent with one: by it listeners drop the copies that the several subjects, and a second
 * sending after a broken connection, may bring them.
 */
export function publishEvent<E extends AnyEvent>(
  kind: EventKind<E, never>,
  given: E,
  { bus, whenOffline }: PublishEventOptions = {},
  notify: readonly string[] = [],
): Promise<void> {
  try {
    const event = checkEvent(kind, given);
    const client = bus ? clientOf(bus, slateNaming) : defaultClient();
    const subjects = kind.subjects(event, notify);
    const subject = subjects[0] ?? '';
    const json = toJson(subject, event);
    if (!json.startsWith('{"')) throw new PayloadError(subject, 'is no event any more where its toJSON has written it');
    const bytes = event.id === undefined ? withId(json) : encodeText(json);
    const mode = whenOffline ?? (kind.fleeting?.includes(event.type) ? 'drop' : 'queue');
    return client.publish(subjects.length === 1 ? subjects : [...new Set(subjects)], bytes, mode);
  } catch (error) {
    return Promise.reject(error as Error);
  }
}
