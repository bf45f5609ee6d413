/**
 * Project events, and who hears of them. `created` goes to the user it was created for, `updated` and `deleted` to the project;
 * a listener is a user. So each event is copied to the same action of everyone concerned: of its `userId`, and of whom the
 * publisher names in `notify`. A listener hears those, and the projects it was told of or has heard of.
 */
import * as v from 'valibot';
import { type ListenOptions, listen } from './feed.js';
import { base, data, id } from './fields.js';
import type { EventKind } from './kind.js';
import { type PublishEventOptions, publishEvent } from './publish.js';
import { NatsSubjects } from './subjects.js';

export const ProjectEventSchema = v.looseObject({
  ...base,
  type: v.picklist(['created', 'updated', 'deleted']),
  projectId: id,
  /** Who did it; of `created`, whose it is. */
  userId: id,
  data,
});

export type ProjectEvent = v.InferOutput<typeof ProjectEventSchema>;

export interface PublishProjectOptions extends PublishEventOptions {
  /** Users who are to hear of it besides its `userId`: the project's owner and members, where someone else changes it. */
  readonly notify?: readonly string[] | undefined;
}

export interface ListenProjectOptions extends ListenOptions {
  /** Projects of the user that exist already: their changes are heard though the publisher named nobody. */
  readonly projects?: readonly string[] | undefined;
}

const { project } = NatsSubjects;
const ofProject = (projectId: string): string[] => [project.updated(projectId), project.deleted(projectId)];

const kind: EventKind<ProjectEvent, string | undefined> = {
  name: 'project',
  schema: ProjectEventSchema,
  subjects: ({ type, projectId, userId }, notify) => [
    ...(type === 'created' ? [] : [project[type](projectId)]),
    ...[userId, ...notify].map((user) => project[type](user)),
  ],
  heard: (userId) => (userId === undefined ? [] : Object.values(project).map((subject) => subject(userId))),
  // A project may have the name of a user: what came on the project's own subject is for those who know the project.
  accepts: ({ projectId, userId }, scope, from, knows) =>
    userId === scope || knows(projectId) || !ofProject(projectId).includes(from.subject),
  items: { of: ({ projectId }) => projectId, heard: ofProject, foreignOnly: false },
};

/**
 * Publishes a project event, to its subject and to everyone concerned. Rejects with {@link EventError} and as `publish` does.
 *
 * ```ts
 * await publishProjectEvent({ type: 'updated', projectId: 'p1', userId: 'ada', timestamp: Date.now() }, { notify: ['bob'] });
 * ```
 */
export function publishProjectEvent(event: ProjectEvent, options: PublishProjectOptions = {}): Promise<void> {
  return publishEvent(kind, event, options, options.notify);
}

/**
 * Calls `fn` once for each event of a user's projects: those the user causes, those the user is notified of, and every change
 * of the projects in `options.projects` or heard of before. Without a user: the changes of those projects. Returns its undo.
 */
export function onProjectEvents(
  userId: string | undefined,
  fn: (event: ProjectEvent) => void,
  options: ListenProjectOptions = {},
): () => void {
  const { projects = [] } = options;
  const named = (event: ProjectEvent) => projects.includes(event.projectId) && fn(event); // a user may be called like one of them
  return listen(kind, userId, userId === undefined ? named : fn, options, projects);
}
