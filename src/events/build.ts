/** Build events: the progress of the builds of a project. Listeners name the project. */
import * as v from 'valibot';
import { NatsSubjects } from '../protocol/subjects.js';
import { type ListenOptions, listen } from './feed.js';
import { base, data, id, object } from './fields.js';
import { type EventKind, names } from './kind.js';
import { type PublishEventOptions, publishEvent } from './publish.js';

/** `buildId` distinguishes several builds of one project. */
const fields = { ...base, projectId: id, buildId: v.optional(id), userId: v.optional(id) };
const message = v.optional(v.string());

export const BuildEventSchema = v.variant('type', [
  v.looseObject({ ...fields, type: v.picklist(['started', 'completed']), data }),
  v.looseObject({
    ...fields,
    type: v.literal('progress'),
    data: v.looseObject({ percent: v.pipe(v.number(), v.minValue(0), v.maxValue(100)), message }),
  }),
  v.looseObject({
    ...fields,
    type: v.literal('failed'),
    data: v.optional(v.pipe(object, v.looseObject({ error: message }))),
  }),
]);

export type BuildEvent = v.InferOutput<typeof BuildEventSchema>;

const { started, progress, completed, failed } = NatsSubjects.build;
const subject = { started, progress, completed, failed };

const kind: EventKind<BuildEvent, string> = {
  name: 'build',
  schema: BuildEventSchema,
  publishTo: ({ type, projectId }) => [subject[type](projectId)],
  subscribeTo: (projectId) => Object.values(subject).map((each) => each(projectId)),
  accepts: ({ projectId }, scope) => names('projectId', projectId, scope),
};

/** Publishes a build event. Rejects with {@link EventError} and as `publish` does. */
export function publishBuildEvent(event: BuildEvent, options?: PublishEventOptions): Promise<void> {
  return publishEvent(kind, event, options);
}

/** Calls `fn` once for each event of the builds of a project. Returns a function that unsubscribes. */
export function onBuildEvents(projectId: string, fn: (event: BuildEvent) => void, options?: ListenOptions): () => void {
  return listen(kind, projectId, fn, options);
}
