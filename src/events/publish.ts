/** Publishing an event of any kind: checked, named, and sent to everyone whom it concerns. */
import type { Bus } from '../bus/bus.js';
import { clientOf } from '../bus/client.js';
import { defaultClient } from '../bus/default.js';
import type { WhenOffline } from '../bus/outbox.js';
import { encodePayload } from '../bus/payload.js';
import { uniqueId } from '../id.js';
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
export async function publishEvent<E extends AnyEvent>(
  kind: EventKind<E, never>,
  event: E,
  { bus, whenOffline = kind.fleeting?.includes(event?.type) ? 'drop' : 'queue' }: PublishEventOptions = {},
  notify: readonly string[] = [],
): Promise<void> {
  checkEvent(kind, event, subjectOf(kind, event));
  const client = bus ? clientOf(bus, slateNaming) : defaultClient();
  const subjects = new Set(kind.subjects(event, notify));
  const [first = ''] = subjects;
  const bytes = encodePayload(first, event.id === undefined ? { ...event, id: uniqueId() } : event);
  await Promise.all(Array.from(subjects, (subject) => client.publish(subject, bytes, whenOffline)));
}

/** As far as it can be told of an event that may be anything. */
function subjectOf<E extends AnyEvent>(kind: EventKind<E, never>, event: E): string {
  try {
    return kind.subjects(event, [])[0] ?? '';
  } catch {
    return `slate.${kind.name}`;
  }
}
