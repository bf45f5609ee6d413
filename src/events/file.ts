/**
 * File events. In the bus document `created` is published by project and the other types by file, while listeners name
 * a project. So Slate publishes the others by project, too, and subscribes to the subjects of files that other programs
 * name.
 */
import * as v from 'valibot';
import { everyOf, NatsSubjects } from '../protocol/subjects.js';
import { type ListenOptions, listen } from './feed.js';
import { base, data, id } from './fields.js';
import { type EventKind, single } from './kind.js';
import { type PublishEventOptions, publishEvent } from './publish.js';
import { joinWide } from './wide.js';

export const FileEventSchema = v.looseObject({
  ...base,
  type: v.picklist(['created', 'updated', 'deleted', 'content_changed']),
  fileId: id,
  projectId: id,
  userId: id,
  data,
});

export type FileEvent = v.InferOutput<typeof FileEventSchema>;

export interface ListenFileOptions extends ListenOptions {
  /** Ids of existing files that other programs may change, where those publish by file only. */
  readonly files?: readonly string[] | undefined;
}

const { file } = NatsSubjects;

const kind: EventKind<FileEvent, string> = {
  name: 'file',
  schema: FileEventSchema,
  publishTo({ type, fileId, projectId }) {
    if (type === 'created') return [file.created(projectId)];
    const subject = type === 'deleted' ? file.deleted : file.updated; // "file content changed" in the bus document
    return [subject(fileId), subject(projectId)];
  },
  subscribeTo: (projectId) => Object.values(file).map((subject) => subject(projectId)),
  accepts: ({ projectId }, scope) => projectId === scope, // a file of another project may have the same id
  items: {
    of: ({ fileId }) => fileId,
    subscribeTo: (fileId) => [file.updated(fileId), file.deleted(fileId)],
    foreignOnly: true,
  },
  wide: {
    join: joinWide,
    patterns: () => [everyOf(file.updated), everyOf(file.deleted)],
    select: (data, scope, from) =>
      single(
        data,
        from,
        (event) => event.projectId === scope,
        (event) => [event.fileId, scope],
      ),
  },
};

/** Publishes a file event. Rejects with {@link EventError} and as `publish` does. */
export function publishFileEvent(event: FileEvent, options?: PublishEventOptions): Promise<void> {
  return publishEvent(kind, event, options);
}

/** Calls `fn` once for each event of the files of a project. Returns a function that unsubscribes. */
export function onFileEvents(
  projectId: string,
  fn: (event: FileEvent) => void,
  options: ListenFileOptions = {},
): () => void {
  return listen(kind, projectId, fn, options, options.files);
}
