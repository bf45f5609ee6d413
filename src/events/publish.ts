/** Publishes an event of any kind: checks it, gives it an id, and sends it to everyone concerned. */
import type { Bus } from '../bus/bus.js';
import { encodeText, toJson } from '../bus/payload.js';
import { PayloadError } from '../errors.js';
import { clientOf } from '../messaging/client.js';
import { defaultClient } from '../messaging/default.js';
import type { WhenOffline } from '../messaging/outbox-limits.js';
import { withId } from './fast/index.js';
import { type AnyEvent, checkEvent, type EventKind } from './kind.js';
import { slateNaming } from './naming.js';

export interface PublishEventOptions {
  /**
   * What happens to the event while the connection is lost.
   * @defaultValue 'queue'; 'latest' for cursors, selections and presence
   */
  readonly whenOffline?: WhenOffline | undefined;
  /** The bus to publish on. @defaultValue the bus of the default connection */
  readonly bus?: Bus | undefined;
}

/**
 * Rejects with {@link EventError} for an event that breaks the rules of its kind (nothing is sent then), and as
 * `publish` does. An event without an `id` is sent with one. By the id listeners drop the copies that arrive on several
 * subjects, or because an event was sent again after a lost connection.
 */
export function publishEvent<E extends AnyEvent>(
  kind: EventKind<E, never>,
  given: E,
  { bus, whenOffline }: PublishEventOptions = {},
  notify: readonly string[] = [],
): Promise<void> {
  try {
    const event = checkEvent(kind, given);
    const { outbox } = bus ? clientOf(bus, slateNaming) : defaultClient();
    const subjects = kind.publishTo(event, notify);
    const subject = subjects[0] ?? '';
    const json = toJson(subject, event);
    if (!json.startsWith('{"'))
      throw new PayloadError(subject, 'is not an event any more: its toJSON wrote another value');
    const bytes = event.id === undefined ? withId(json) : encodeText(json);
    const mode = whenOffline ?? (kind.fleeting?.includes(event.type) ? 'latest' : 'queue');
    // One program may publish for several users.
    const key = mode === 'latest' ? `${subject} ${(event as { readonly userId?: string }).userId}` : undefined;
    return outbox.publish(subjects.length === 1 ? subjects : [...new Set(subjects)], bytes, mode, undefined, key);
  } catch (error) {
    return Promise.reject(error as Error);
  }
}
