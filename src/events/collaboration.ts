/**
 * Collaboration events: who joins, leaves and is present in a project, as JSON. Rooms speak of the same on the same subjects,
 * of presence in bytes: those are passed over here, and a room takes these heartbeats for members.
 */
import * as v from 'valibot';
import { type ListenOptions, listen } from './feed.js';
import { base, id, object } from './fields.js';
import { type EventKind, names } from './kind.js';
import { type PublishEventOptions, publishEvent } from './publish.js';
import { NatsSubjects } from './subjects.js';

const text = v.nullish(v.string());

export const CollaborationEventSchema = v.looseObject({
  ...base,
  type: v.picklist(['joined', 'left', 'presence']),
  projectId: id,
  userId: id,
  /** Where the user is, for people to read, and how the user is called. */
  data: v.optional(v.pipe(object, v.looseObject({ location: text, name: text }))),
});

export type CollaborationEvent = v.InferOutput<typeof CollaborationEventSchema>;

const { collaboration } = NatsSubjects;

const kind: EventKind<CollaborationEvent, string> = {
  name: 'collab',
  schema: CollaborationEventSchema,
  fleeting: ['presence'],
  // Rooms listen on that of presence alone: there they hear who comes and goes.
  subjects: ({ type, projectId }) => [
    ...(type === 'presence' ? [] : [collaboration[type](projectId)]),
    collaboration.presence(projectId),
  ],
  heard: (projectId) => Object.values(collaboration).map((subject) => subject(projectId)),
  accepts: ({ projectId }, scope) => names('projectId', projectId, scope),
};

/** Publishes a collaboration event. Rejects with {@link EventError} and as `publish` does. */
export function publishCollaborationEvent(event: CollaborationEvent, options?: PublishEventOptions): Promise<void> {
  return publishEvent(kind, event, options);
}

/** Calls `fn` once for each event of a project's people. Returns its undo. */
export function onCollaborationEvents(
  projectId: string,
  fn: (event: CollaborationEvent) => void,
  options?: ListenOptions,
): () => void {
  return listen(kind, projectId, fn, options);
}
