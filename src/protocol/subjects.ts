/** Every subject a room uses (rules S1 to S5, P9, M9), spelled here and nowhere else. */
import { encodeToken } from './token.js';

const PRESENCE = 'slate.collab.presence';
const CURSORS = 'slate.editor.cursors.batch';
const FILE_CURSORS = 'slate.editor.cursor';
const SYNC = 'slate.collab.sync';
const ALIVE = 'slate.collab.alive';

/** The queue group of the members that answer a joiner's question: exactly one does. */
export const SYNC_QUEUE = 'members';

export interface RoomSubjects {
  /** S1: presence states and beats. */
  readonly presence: string;
  /** S2: cursor batches of the people in the same file. */
  readonly cursors: string;
  /** S3: a joiner's question, first to those in the same file, then to all. */
  readonly syncFile: string;
  readonly sync: string;
  /** S3: JSON events for anyone; `undefined` in the lobby, which has no project to name in them. */
  readonly joined: string | undefined;
  readonly left: string | undefined;
  /** M9: where programs that know no rooms send cursors: one file's, and everyone's. `undefined` without a file. */
  readonly fileCursors: string | undefined;
  readonly allCursors: string | undefined;
  /** P9: what only this client hears: probes, questions, resting pointers. */
  alive(client: number): string;
}

/** Throws {@link InvalidIdError}. Without a project: the lobby, on the bare subjects. */
export function roomSubjects(project?: string, file?: string): RoomSubjects {
  const p = project === undefined ? undefined : encodeToken('project', project);
  const f = file === undefined ? undefined : encodeToken('file', file);
  const join = (...tokens: (string | undefined)[]) => tokens.filter((token) => token !== undefined).join('.');
  const scope = p ?? encodeToken('project', '');
  return {
    presence: join(PRESENCE, p),
    cursors: f === undefined ? join(CURSORS, p) : join(CURSORS, scope, f),
    syncFile: join(SYNC, scope, f ?? encodeToken('file', '')),
    sync: join(SYNC, p),
    joined: p && join('slate.collab.joined', p),
    left: p && join('slate.collab.left', p),
    fileCursors: f && join(FILE_CURSORS, '*', f),
    allCursors: f && CURSORS,
    alive: (client) => `${ALIVE}.${scope}.${client}`,
  };
}

/** M9: the token of the user whose subject of a file's cursors this is. */
export function cursorUser(subject: string): string {
  return subject.slice(FILE_CURSORS.length + 1, subject.lastIndexOf('.'));
}
