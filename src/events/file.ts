/**
 * File events. `created` goes to the project, the others to the file; a listener is a project. So ours go to the project's
 * subject of the same action too. Of a file that another program speaks of, the file's own subjects are heard as well.
 */
import * as v from 'valibot';
import { type ListenOptions, listen } from './feed.js';
import { base, data, id } from './fields.js';
import type { EventKind } from './kind.js';
import { type PublishEventOptions, publishEvent } from './publish.js';
import { NatsSubjects } from './subjects.js';

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
  /** Files that exist already and may be changed by programs that publish on the file's subject alone. */
  readonly files?: readonly string[] | undefined;
}

const { file } = NatsSubjects;

const kind: EventKind<FileEvent, string> = {
  name: 'file',
  schema: FileEventSchema,
  subjects({ type, fileId, projectId }) {
    if (type === 'created') return [file.created(projectId)];
    const subject = type === 'deleted' ? file.deleted : file.updated; // which is "file content changed"
    return [subject(fileId), subject(projectId)];
  },
  heard: (projectId) => Object.values(file).map((subject) => subject(projectId)),
  accepts: ({ projectId }, scope) => projectId === scope, // a file of another project may have the same id
  items: {
    of: ({ fileId }) => fileId,
    heard: (fileId) => [file.updated(fileId), file.deleted(fileId)],
    foreignOnly: true,
  },
};

/** Publishes a file event. Rejects with {@link EventError} and as `publish` does. */
export function publishFileEvent(event: FileEvent, options?: PublishEventOptions): Promise<void> {
  return publishEvent(kind, event, options);
}

/** Calls `fn` once for each event of a project's files. Returns its undo. */
export function onFileEvents(
  projectId: string,
  fn: (event: FileEvent) => void,
  options: ListenFileOptions = {},
): () => void {
  return listen(kind, projectId, fn, options, options.files);
}
