/** Every subject a room uses (rules S1 to S5, P9), spelled here and nowhere else. */
import { encodeToken } from './token.js';

const PRESENCE = 'slate.collab.presence';
const CURSORS = 'slate.editor.cursors.batch';
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
    alive: (client) => `${ALIVE}.${scope}.${client}`,
  };
}
