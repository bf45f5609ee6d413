/**
 * Collaboration events: who joins, leaves and is present in a project, as JSON. Rooms publish and read these events,
 * too, and publish bytes on the same subject, which are left out here. What a room accepts, a listener accepts: both
 * have the limits of `protocol/limits.ts`.
 */
import * as v from 'valibot';
import { natsIdentity } from '../messaging/default.js';
import { isTimestamp, isUserId, MAX_USER_ID } from '../protocol/limits.js';
import { lastId, NatsSubjects, verifiedCollaboration } from '../protocol/subjects.js';
import { type ListenOptions, listen } from './feed.js';
import { base, id, object } from './fields.js';
import { type EventKind, names } from './kind.js';
import { type PublishEventOptions, publishEvent } from './publish.js';

const text = v.nullish(v.string());
const type = v.picklist(['joined', 'left', 'presence']);
const timestamp = v.pipe(
  v.number(),
  v.check((value) => isTimestamp(value), 'must be milliseconds since 1970, above 0 and below 2^48'),
);

export const CollaborationEventSchema = v.looseObject({
  ...base,
  type,
  timestamp,
  projectId: id,
  /** 1 to 256 characters, as in a room. */
  userId: v.custom<string>(isUserId, `must be a text of 1 to ${MAX_USER_ID} characters`),
  /** `location`: where the user is, for people to read. `name`: how the user is called. */
  data: v.optional(v.pipe(object, v.looseObject({ location: text, name: text }))),
});

export type CollaborationEvent = v.InferOutput<typeof CollaborationEventSchema>;

export interface VerifiedOption {
  /**
   * Of the verified room of the project, where the subject of an event says whose it is (docs/PROTOCOL.md, V1).
   * @defaultValue true where the credentials of `bus` name a user of verified rooms, as far as it is connected
   */
  readonly verified?: boolean | undefined;
}

const { collaboration } = NatsSubjects;

const open: EventKind<CollaborationEvent, string> = {
  name: 'collab',
  schema: CollaborationEventSchema,
  tolerates: ['id', 'data', 'data.location', 'data.name'],
  fleeting: ['presence'],
  // Rooms subscribe to the subject of presence only, so they receive there who joins and leaves.
  publishTo: ({ type, projectId }) => [
    ...(type === 'presence' ? [] : [collaboration[type](projectId)]),
    collaboration.presence(projectId),
  ],
  subscribeTo: (projectId) => Object.values(collaboration).map((subject) => subject(projectId)),
  accepts: ({ projectId }, scope) => names('projectId', projectId, scope),
};

const verified: EventKind<CollaborationEvent, string> = {
  ...open,
  publishTo: ({ type, projectId, userId }) => {
    const subjects = verifiedCollaboration(projectId, userId);
    return [...new Set([subjects[type], subjects.presence])];
  },
  subscribeTo: (projectId) => Object.values(verifiedCollaboration(projectId)),
  accepts(event, scope, { subject }) {
    const ofProject = open.accepts(event, scope, { subject }, () => false);
    return ofProject === true ? names('userId', event.userId, lastId(subject) ?? '') : ofProject;
  },
};

function kindFor(options: (VerifiedOption & ListenOptions) | undefined): EventKind<CollaborationEvent, string> {
  const identity = options?.bus ? options.bus.identity : natsIdentity();
  return (options?.verified ?? identity !== undefined) ? verified : open;
}

/**
 * Publishes a collaboration event. Rejects as `publish` does, and with {@link EventError} for: a `userId` that is not 1
 * to 256 characters; a `projectId` or an `id` that is not 1 to 256 bytes of well-formed text; a `timestamp` that is not
 * above 0 and below 2^48; a `location` or a `name` that is not a text. Rooms show the first 64 characters of the name
 * and the first 256 of the location, and refuse messages of more than 64 KiB.
 */
export function publishCollaborationEvent(
  event: CollaborationEvent,
  options?: PublishEventOptions & VerifiedOption,
): Promise<void> {
  return publishEvent(kindFor(options), event, options);
}

/**
 * Calls `fn` once for each event of the people in a project. Returns a function that unsubscribes. `fn` receives the
 * events that a room of the project accepts: an `id`, `data`, `location` or `name` that is not valid is left out, and
 * in a verified room so is an event of another user than its subject names.
 */
export function onCollaborationEvents(
  projectId: string,
  fn: (event: CollaborationEvent) => void,
  options?: ListenOptions & VerifiedOption,
): () => void {
  return listen(kindFor(options), projectId, fn, options);
}
