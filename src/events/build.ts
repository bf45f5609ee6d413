/** Build events: how the build of a project goes, to those who listen to that project. */
import * as v from 'valibot';
import { type ListenOptions, listen } from './feed.js';
import { base, data, id, object } from './fields.js';
import { type EventKind, names } from './kind.js';
import { type PublishEventOptions, publishEvent } from './publish.js';
import { NatsSubjects } from './subjects.js';

/** `buildId` tells several builds of one project apart. */
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
  subjects: ({ type, projectId }) => [subject[type](projectId)],
  heard: (projectId) => Object.values(subject).map((each) => each(projectId)),
  accepts: ({ projectId }, scope) => names('projectId', projectId, scope),
};

/** Publishes a build event. Rejects with {@link EventError} and as `publish` does. */
export function publishBuildEvent(event: BuildEvent, options?: PublishEventOptions): Promise<void> {
  return publishEvent(kind, event, options);
}

/** Calls `fn` once for each event of a project's builds. Returns its undo. */
export function onBuildEvents(projectId: string, fn: (event: BuildEvent) => void, options?: ListenOptions): () => void {
  return listen(kind, projectId, fn, options);
}
