/**
 * Project events. In the bus document `created` is published by user, `updated` and `deleted` by project, while
 * listeners name a user. So Slate also publishes each event by user: for its `userId` and for the users in `notify`. A
 * listener receives those, and the events of projects that it names or has received an event of.
 */
import * as v from 'valibot';
import { checkFunction } from '../emitter.js';
import { everyOf, NatsSubjects } from '../protocol/subjects.js';
import { type ListenOptions, listen } from './feed.js';
import { base, data, id } from './fields.js';
import { type EventKind, single } from './kind.js';
import { type PublishEventOptions, publishEvent } from './publish.js';
import { joinWide } from './wide.js';

export const ProjectEventSchema = v.looseObject({
  ...base,
  type: v.picklist(['created', 'updated', 'deleted']),
  projectId: id,
  /** The user who changed the project; for `created`, its owner. */
  userId: id,
  data,
});

export type ProjectEvent = v.InferOutput<typeof ProjectEventSchema>;

export interface PublishProjectOptions extends PublishEventOptions {
  /** Ids of further users who receive the event: the project's owner and members, where somebody else changes it. */
  readonly notify?: readonly string[] | undefined;
}

export interface ListenProjectOptions extends ListenOptions {
  /** Ids of existing projects of the user: `fn` receives their changes also where the publisher notifies nobody. */
  readonly projects?: readonly string[] | undefined;
}

const { project } = NatsSubjects;
const ofProject = (projectId: string): string[] => [project.updated(projectId), project.deleted(projectId)];

const kind: EventKind<ProjectEvent, string | undefined> = {
  name: 'project',
  schema: ProjectEventSchema,
  publishTo: ({ type, projectId, userId }, notify) => [
    ...(type === 'created' ? [] : [project[type](projectId)]),
    ...[userId, ...notify].map((user) => project[type](user)),
  ],
  subscribeTo: (userId) => (userId === undefined ? [] : Object.values(project).map((subject) => subject(userId))),
  // A project may have the id of a user: an event on the project's own subject is for listeners that know the project.
  accepts: ({ projectId, userId }, scope, from, knows) =>
    userId === scope || knows(projectId) || !ofProject(projectId).includes(from.subject),
  items: { of: ({ projectId }) => projectId, subscribeTo: ofProject, foreignOnly: false },
  wide: {
    join: joinWide,
    // Without a user there are only named projects, whose subjects are known.
    patterns: (userId) => (userId === undefined ? [] : [everyOf(project.updated), everyOf(project.deleted)]),
    select: (data, scope, from, knows) =>
      single(
        data,
        from,
        ({ userId, projectId }) => userId === scope || (typeof projectId === 'string' && knows(projectId)),
        ({ userId, projectId }) => [projectId, userId],
      ),
  },
};

/**
 * Publishes a project event by project and by user. Rejects with {@link EventError} and as `publish` does.
 *
 * ```ts
 * const event = { type: 'updated', projectId: 'p1', userId: 'ada', timestamp: Date.now() } as const;
 * await publishProjectEvent(event, { notify: ['bob'] });
 * ```
 */
export function publishProjectEvent(event: ProjectEvent, options: PublishProjectOptions = {}): Promise<void> {
  return publishEvent(kind, event, options, options.notify);
}

/**
 * Calls `fn` once for each event of a user's projects: events that the user causes or is notified of, and every change
 * of the projects in `options.projects` and of projects that `fn` received an event of. Without a user: the changes of
 * the projects in `options.projects`. Returns a function that unsubscribes.
 */
export function onProjectEvents(
  userId: string | undefined,
  fn: (event: ProjectEvent) => void,
  options: ListenProjectOptions = {},
): () => void {
  const { projects = [] } = options;
  checkFunction('fn', fn);
  // A user may have the id of a project.
  const named = (event: ProjectEvent) => projects.includes(event.projectId) && fn(event);
  return listen(kind, userId, userId === undefined ? named : fn, options, projects);
}
