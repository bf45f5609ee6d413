/** Runtime events: what happens in a runtime session. Listeners name the session. */
import * as v from 'valibot';
import { NatsSubjects } from '../protocol/subjects.js';
import { type ListenOptions, listen } from './feed.js';
import { base, data, id } from './fields.js';
import { type EventKind, names } from './kind.js';
import { type PublishEventOptions, publishEvent } from './publish.js';

const fields = { ...base, sessionId: id, projectId: id };

export const RuntimeEventSchema = v.variant('type', [
  v.looseObject({ ...fields, type: v.picklist(['started', 'stopped', 'status']), data }),
  v.looseObject({
    ...fields,
    type: v.literal('log'),
    /** `level`: any text; usually `debug`, `info`, `warn` or `error`. */
    data: v.looseObject({ message: v.string(), level: v.optional(v.string()) }),
  }),
  v.looseObject({ ...fields, type: v.literal('error'), data: v.looseObject({ error: v.string() }) }),
]);

export type RuntimeEvent = v.InferOutput<typeof RuntimeEventSchema>;

const { runtime } = NatsSubjects;

const kind: EventKind<RuntimeEvent, string> = {
  name: 'runtime',
  schema: RuntimeEventSchema,
  publishTo: ({ type, sessionId }) => [runtime[type](sessionId)],
  subscribeTo: (sessionId) => Object.values(runtime).map((subject) => subject(sessionId)),
  accepts: ({ sessionId }, scope) => names('sessionId', sessionId, scope),
};

/** Publishes a runtime event. Rejects with {@link EventError} and as `publish` does. */
export function publishRuntimeEvent(event: RuntimeEvent, options?: PublishEventOptions): Promise<void> {
  return publishEvent(kind, event, options);
}

/**
 * Calls `fn` once for each event of a session. Returns a function that unsubscribes. Requests for the status of the
 * session arrive on the subject of an event; `fn` does not receive them. But the server sees a subscription there, so a
 * request that nobody answers then rejects after its time limit, and not at once.
 */
export function onRuntimeEvents(
  sessionId: string,
  fn: (event: RuntimeEvent) => void,
  options?: ListenOptions,
): () => void {
  return listen(kind, sessionId, fn, options);
}
