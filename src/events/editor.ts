/**
 * Editor events: what a user does in a file. Their subjects contain the user and the file; listeners name one of the
 * two, or both. Of cursors and selections only the last is worth anything: while the connection is lost it alone waits.
 */
import * as v from 'valibot';
import { EventError, OptionError } from '../errors.js';
import { MAX_EVENTS } from '../protocol/limits.js';
import {
  batchPatterns,
  batchPlace,
  editorPattern,
  isCursorsSubject,
  isEditorSubject,
  NatsSubjects,
} from '../protocol/subjects.js';
import { type ListenOptions, listen } from './feed.js';
import { base, data, id } from './fields.js';
import type { EventKind } from './kind.js';
import { type PublishEventOptions, publishEvent } from './publish.js';
import { joinWide } from './wide.js';

const fields = { ...base, userId: id, fileId: id, projectId: v.optional(id) };

export const EditorEventSchema = v.variant('type', [
  v.looseObject({ ...fields, type: v.picklist(['opened', 'closed', 'selection']), data }),
  v.looseObject({
    ...fields,
    type: v.literal('cursor'),
    /** `position`: in the form of the editor, such as `{ line, column }` or an offset. */
    data: v.looseObject({ position: v.nonOptional(v.unknown(), 'is missing') }),
  }),
]);

export type EditorEvent = v.InferOutput<typeof EditorEventSchema>;

/** A file, a user, or both. With `projectId`, events that name another project are left out. */
export interface EditorScope {
  readonly fileId?: string | undefined;
  readonly userId?: string | undefined;
  readonly projectId?: string | undefined;
}

const { opened, closed, cursor, selection } = NatsSubjects.editor;
const subject = { opened, closed, cursor, selection };

const kind: EventKind<EditorEvent, EditorScope> = {
  name: 'editor',
  schema: EditorEventSchema,
  fleeting: ['cursor', 'selection'],
  publishTo: ({ type, userId, fileId }) => [subject[type](userId, fileId)],
  subscribeTo({ fileId, userId }) {
    if (fileId === undefined && userId === undefined) throw new OptionError('scope', 'needs a fileId or a userId');
    return Object.keys(subject).map((type) => editorPattern(type, userId, fileId));
  },
  accepts({ userId, fileId, projectId }, scope, from) {
    if (!isCursorsSubject(from.subject) && !isEditorSubject(from.subject, userId, fileId)) {
      // A server may reserve the subjects of a user for that user: the event must not name another one.
      return { path: 'userId', reason: 'or fileId is not the one in the subject' };
    }
    return scope.projectId === undefined || projectId === undefined || projectId === scope.projectId;
  },
  wide: {
    join: joinWide,
    patterns: ({ projectId, fileId }) => batchPatterns(projectId, fileId),
    select(data, scope, { subject }) {
      const place = batchPlace(subject);
      const events = (Array.isArray(data) ? data : [data]).filter(
        (event) => agrees(event, scope) && agrees(event, place) && event.fileId !== undefined,
      );
      if (events.length > MAX_EVENTS) {
        throw new EventError(subject, '', `it is one of ${events.length} in one message, over ${MAX_EVENTS}`);
      }
      return events;
    },
  },
};

/** M2: true where an event names nothing else than the scope does. It need not name a project. */
function agrees(event: unknown, { fileId, userId, projectId }: EditorScope): event is Partial<EditorEvent> {
  if (typeof event !== 'object' || event === null) return false;
  const named = event as Readonly<Record<string, unknown>>;
  return (
    (fileId === undefined || named.fileId === fileId) &&
    (userId === undefined || named.userId === userId) &&
    (projectId === undefined || named.projectId == null || named.projectId === projectId)
  );
}

/** Publishes an editor event. Rejects with {@link EventError} and as `publish` does. */
export function publishEditorEvent(event: EditorEvent, options?: PublishEventOptions): Promise<void> {
  return publishEvent(kind, event, options);
}

/**
 * Calls `fn` once for each event of a file (given by its id) or of a scope. Returns a function that unsubscribes.
 * Throws {@link OptionError} for a scope without a file and a user.
 */
export function onEditorEvents(
  scope: string | EditorScope,
  fn: (event: EditorEvent) => void,
  options?: ListenOptions,
): () => void {
  const { fileId, userId, projectId }: EditorScope = scope && typeof scope === 'object' ? scope : { fileId: scope };
  return listen(kind, { fileId, userId, projectId }, fn, options);
}
