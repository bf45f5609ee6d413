/**
 * Editor events: what a user does in a file, on a subject of both, to those who listen to the file, the user, or the user in
 * the file. Cursors and selections are worth nothing later: while the connection is lost they are dropped.
 */
import * as v from 'valibot';
import { OptionError } from '../errors.js';
import { type ListenOptions, listen } from './feed.js';
import { base, data, id } from './fields.js';
import type { EventKind } from './kind.js';
import { type PublishEventOptions, publishEvent } from './publish.js';
import { idToken, NatsSubjects } from './subjects.js';

const fields = { ...base, userId: id, fileId: id, projectId: v.optional(id) };

export const EditorEventSchema = v.variant('type', [
  v.looseObject({ ...fields, type: v.picklist(['opened', 'closed', 'selection']), data }),
  v.looseObject({
    ...fields,
    type: v.literal('cursor'),
    /** `position`: as the editor has it, `{ line, column }` or an offset, say. */
    data: v.looseObject({ position: v.nonOptional(v.unknown(), 'is missing') }),
  }),
]);

export type EditorEvent = v.InferOutput<typeof EditorEventSchema>;

/** What to listen to: a file, a user, or both. `projectId` leaves out events that name another project. */
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
  subjects: ({ type, userId, fileId }) => [subject[type](userId, fileId)],
  heard({ fileId, userId }) {
    if (fileId === undefined && userId === undefined) throw new OptionError('scope', 'needs a fileId or a userId');
    const token = (what: string, name: string | undefined) => (name === undefined ? '*' : idToken(what, name));
    return Object.keys(subject).map((type) => `slate.editor.${type}.${token('user', userId)}.${token('file', fileId)}`);
  },
  accepts({ userId, fileId, projectId }, scope, from) {
    if (!from.subject.endsWith(cursor(userId, fileId).slice('slate.editor.cursor'.length))) {
      return { path: 'userId', reason: 'or fileId is not that of the subject' }; // which the server lets each user use alone
    }
    return scope.projectId === undefined || projectId === undefined || projectId === scope.projectId;
  },
};

/** Publishes an editor event. Rejects with {@link EventError} and as `publish` does. */
export function publishEditorEvent(event: EditorEvent, options?: PublishEventOptions): Promise<void> {
  return publishEvent(kind, event, options);
}

/** Calls `fn` once for each event of a file (its id, or a scope). Returns its undo. Throws {@link OptionError} for an empty scope. */
export function onEditorEvents(
  scope: string | EditorScope,
  fn: (event: EditorEvent) => void,
  options?: ListenOptions,
): () => void {
  const { fileId, userId, projectId }: EditorScope = scope && typeof scope === 'object' ? scope : { fileId: scope };
  return listen(kind, { fileId, userId, projectId }, fn, options);
}
