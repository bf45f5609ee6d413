/**
 * The subjects of the SLATE events, spelled here and nowhere else in this folder. An id becomes one token, so that a file
 * called `src/main.ts` does not fall apart into two; ids of letters, digits, `-` and `_` stand as they are.
 */
import { InvalidIdError } from '../errors.js';
import { encodeToken } from '../protocol/token.js';

/** Ids that are tokens as they stand: nearly all, and quickly told. */
export const PLAIN_ID = /^[-~\w]{1,256}$/;

/** The token of an id in an event's subject. Throws {@link InvalidIdError}. */
export function idToken(what: string, id: string): string {
  if (typeof id === 'string' && PLAIN_ID.test(id)) return id;
  if (id === '') throw new InvalidIdError(what, id, 'is empty');
  return encodeToken(what, id);
}

/** Nearly all events are about what the last one was about: its subject, made once, is known again by everyone after. */
function by<S extends string>(prefix: S, what: string): (id: string) => `${S}.${string}` {
  let last: string | undefined;
  let subject: `${S}.${string}` | undefined;
  return (id) => {
    if (subject === undefined || id !== last) {
      subject = `${prefix}.${idToken(what, id)}`;
      last = id;
    }
    return subject;
  };
}

const byUserAndFile =
  <S extends string>(prefix: S) =>
  (userId: string, fileId: string): `${S}.${string}.${string}` =>
    `${prefix}.${idToken('user', userId)}.${idToken('file', fileId)}`;

/** The subject of each event, as a function of what it is about. Each throws {@link InvalidIdError} for an id that is none. */
export const NatsSubjects = {
  project: {
    /** By the user it was created for. */
    created: by('slate.project.created', 'user'),
    updated: by('slate.project.updated', 'project'),
    deleted: by('slate.project.deleted', 'project'),
  },
  file: {
    created: by('slate.file.created', 'project'),
    /** Also of `content_changed` events. */
    updated: by('slate.file.updated', 'file'),
    deleted: by('slate.file.deleted', 'file'),
  },
  asset: {
    created: by('slate.asset.created', 'project'),
    updated: by('slate.asset.updated', 'asset'),
    deleted: by('slate.asset.deleted', 'asset'),
    component: { added: by('slate.asset.component.added', 'asset') },
  },
  runtime: {
    started: by('slate.runtime.started', 'session'),
    stopped: by('slate.runtime.stopped', 'session'),
    /** Of requests for the status as well: those expect an answer, events do not. */
    status: by('slate.runtime.status', 'session'),
    log: by('slate.runtime.log', 'session'),
    error: by('slate.runtime.error', 'session'),
  },
  build: {
    started: by('slate.build.started', 'project'),
    progress: by('slate.build.progress', 'project'),
    completed: by('slate.build.completed', 'project'),
    failed: by('slate.build.failed', 'project'),
    /** Work for a queue group. */
    jobs: () => 'slate.build.jobs' as const,
  },
  editor: {
    opened: byUserAndFile('slate.editor.opened'),
    closed: byUserAndFile('slate.editor.closed'),
    cursor: byUserAndFile('slate.editor.cursor'),
    selection: byUserAndFile('slate.editor.selection'),
    /** Of JSON arrays of editor events, and of the cursors of rooms, which are bytes. */
    cursors: { batch: () => 'slate.editor.cursors.batch' as const },
  },
  collaboration: {
    joined: by('slate.collab.joined', 'project'),
    left: by('slate.collab.left', 'project'),
    /** Of the presence of rooms as well, which is bytes. */
    presence: by('slate.collab.presence', 'project'),
  },
};
