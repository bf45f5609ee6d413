/** Runtime events: what a session says, to those who listen to that session. */
import * as v from 'valibot';
import { type ListenOptions, listen } from './feed.js';
import { base, data, id } from './fields.js';
import { type EventKind, names } from './kind.js';
import { type PublishEventOptions, publishEvent } from './publish.js';
import { NatsSubjects } from './subjects.js';

const fields = { ...base, sessionId: id, projectId: id };

export const RuntimeEventSchema = v.variant('type', [
  v.looseObject({ ...fields, type: v.picklist(['started', 'stopped', 'status']), data }),
  v.looseObject({
    ...fields,
    type: v.literal('log'),
    /** `level`: any word; `debug`, `info`, `warn` and `error` are the usual ones. */
    data: v.looseObject({ message: v.string(), level: v.optional(v.string()) }),
  }),
  v.looseObject({ ...fields, type: v.literal('error'), data: v.looseObject({ error: v.string() }) }),
]);

export type RuntimeEvent = v.InferOutput<typeof RuntimeEventSchema>;

const { runtime } = NatsSubjects;

const kind: EventKind<RuntimeEvent, string> = {
  name: 'runtime',
  schema: RuntimeEventSchema,
  subjects: ({ type, sessionId }) => [runtime[type](sessionId)],
  heard: (sessionId) => Object.values(runtime).map((subject) => subject(sessionId)),
  accepts: ({ sessionId }, scope) => names('sessionId', sessionId, scope),
};

/** Publishes a runtime event. Rejects with {@link EventError} and as `publish` does. */
export function publishRuntimeEvent(event: RuntimeEvent, options?: PublishEventOptions): Promise<void> {
  return publishEvent(kind, event, options);
}

/**
 * Calls `fn` once for each event of a session. Returns its undo. It also listens where requests for the session's status
 * arrive (and passes those over): such a request, with nobody to answer it, times out then instead of failing at once.
 */
export function onRuntimeEvents(
  sessionId: string,
  fn: (event: RuntimeEvent) => void,
  options?: ListenOptions,
): () => void {
  return listen(kind, sessionId, fn, options);
}
