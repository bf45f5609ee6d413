/**
 * Every subject that Slate uses: those of the events, of the rooms (rules S1 to S5, P9, M9) and of dead jobs; those of
 * documents are in `document-subjects.ts`, which pages load late. No other file spells one;
 * `test/unit/protocol/subjects.test.ts` checks that. The scheme is `slate.{resource}.{action}.{identifier}`. Over 300
 * lines, because no other file may spell a subject.
 */
import { InvalidIdError } from '../errors.js';
import { decodeToken, encodeToken } from './token.js';

/** The first token of every subject. */
export const ROOT = 'slate';

// Rooms.

const ROOMS = 'slate.collab';
const PRESENCE = 'slate.collab.presence';
const JOINED = 'slate.collab.joined';
const LEFT = 'slate.collab.left';
const SYNC = 'slate.collab.sync';
const ALIVE = 'slate.collab.alive';
const ANSWER = 'slate.collab.answer';
const GONE = 'slate.collab.gone';
const CURSORS = 'slate.editor.cursors.batch';
const FILE_CURSORS = 'slate.editor.cursor';

/** The queue group of the sessions that answer a joining session: exactly one of them answers. */
export const SYNC_QUEUE = 'members';

/**
 * The subjects of one session. Where a session publishes on another subject than it subscribes to, as in verified rooms
 * (V1), the latter ends in `All`.
 */
export interface RoomSubjects {
  /** S1: presence states and heartbeats. */
  readonly presence: string;
  readonly presenceAll: string;
  /** S2: cursor batches of the people in the same file. */
  readonly cursors: string;
  readonly cursorsAll: string;
  /** S3: a joining session asks here, first on the subject of its file, then on the subject of the project. */
  readonly syncFile: string;
  readonly syncFileAll: string;
  readonly sync: string;
  readonly syncAll: string;
  /** S3: JSON events for any program; `undefined` in the lobby, because these events name a project. */
  readonly joined: string | undefined;
  readonly left: string | undefined;
  /**
   * M9: where programs that know no rooms send cursors: of one file, and of all files. `undefined` without a file, and
   * in verified rooms, because these subjects name no project (V1).
   */
  readonly fileCursors: string | undefined;
  readonly allCursors: string | undefined;
  /** V8: what a janitor reports. */
  readonly gone: string;
  /** V4: what the reply subjects of this session begin with; `undefined` in open rooms, where they are inboxes. */
  readonly answers: string | undefined;
  /** P9: to this client of this user alone: probes, questions. Open rooms need no user. */
  alive(client: number, user?: string): string;
  /** P9: where this session receives them. */
  aliveOwn(client: number): string;
  /**
   * V4: where this session may answer a question of `asker` with this reply subject; `undefined` where `asker` receives
   * no answers. Open rooms know no asker, and answer on the reply subject itself.
   */
  answerTo(reply: string, asker: string): string | undefined;
}

/**
 * Without a project: the subjects of the lobby. With a user: those of a verified room (V1), which needs a project.
 * Throws {@link InvalidIdError}.
 */
export function roomSubjects(project?: string, file?: string, user?: string): RoomSubjects {
  if (user !== undefined) return verifiedSubjects(idToken('project', project ?? ''), file ?? '', idToken('user', user));
  const p = project === undefined ? undefined : encodeToken('project', project);
  const f = file === undefined ? undefined : encodeToken('file', file);
  const scope = p ?? encodeToken('project', '');
  const presence = join(PRESENCE, p);
  const cursors = f === undefined ? join(CURSORS, p) : join(CURSORS, scope, f);
  const syncFile = join(SYNC, scope, f ?? encodeToken('file', ''));
  const sync = join(SYNC, p);
  const alive = (client: number) => `${ALIVE}.${scope}.${client}`;
  return {
    presence,
    presenceAll: presence,
    cursors,
    cursorsAll: cursors,
    syncFile,
    syncFileAll: syncFile,
    sync,
    syncAll: sync,
    joined: p && join(JOINED, p),
    left: p && join(LEFT, p),
    fileCursors: f && join(FILE_CURSORS, '*', f),
    allCursors: f && CURSORS,
    gone: `${GONE}.${scope}`,
    answers: undefined,
    alive,
    aliveOwn: alive,
    answerTo: (reply) => reply,
  };
}

function verifiedSubjects(p: string, file: string, u: string): RoomSubjects {
  const f = encodeToken('file', file);
  const project = encodeToken('file', '');
  return {
    presence: join(PRESENCE, p, u),
    presenceAll: join(PRESENCE, p, '*'),
    cursors: join(CURSORS, p, f, u),
    cursorsAll: join(CURSORS, p, f, '*'),
    syncFile: join(SYNC, p, f, u),
    syncFileAll: join(SYNC, p, f, '*'),
    sync: join(SYNC, p, project, u),
    syncAll: join(SYNC, p, project, '*'),
    joined: join(JOINED, p, u),
    left: join(LEFT, p, u),
    fileCursors: undefined,
    allCursors: undefined,
    gone: join(GONE, p),
    answers: join(ANSWER, p, u),
    alive: (client, user = '') => join(ALIVE, p, encodeToken('user', user), `${client}`, u),
    aliveOwn: (client) => join(ALIVE, p, u, `${client}`, '*'),
    answerTo: (reply, asker) => {
      const prefix = `${join(ANSWER, p, encodeToken('user', asker))}.`;
      return reply.startsWith(prefix) && !reply.slice(prefix.length).includes('.') ? join(reply, u) : undefined;
    },
  };
}

const join = (...tokens: (string | undefined)[]) => tokens.filter((token) => token !== undefined).join('.');

/** V6: what a role needs of the server for one project: subjects and patterns to publish on, and to subscribe to. */
export interface Permissions {
  readonly publish: readonly string[];
  /** A queue group stands behind the pattern and a blank, as nats-server takes it. */
  readonly subscribe: readonly string[];
}

/** V6: what a user may do in a project: see others, be seen, point and talk. Throws {@link InvalidIdError}. */
export function roomPermissions(project: string, user: string): Record<'see' | 'appear' | 'point', Permissions> {
  const p = idToken('project', project);
  const u = idToken('user', user);
  return {
    see: {
      publish: [join(SYNC, p, '*', u), join(ALIVE, p, '*', '*', u)],
      subscribe: [
        join(PRESENCE, p, '*'),
        join(CURSORS, p, '*', '*'),
        join(JOINED, p, '*'),
        join(LEFT, p, '*'),
        join(GONE, p),
        join(ALIVE, p, u, '*', '*'),
        join(ANSWER, p, u, '>'),
      ],
    },
    appear: {
      publish: [join(PRESENCE, p, u), join(JOINED, p, u), join(LEFT, p, u), join(ANSWER, p, '*', '*', u)],
      subscribe: [`${join(SYNC, p, '*', '*')} ${SYNC_QUEUE}`],
    },
    point: { publish: [join(CURSORS, p, '*', u), join(FILE_CURSORS, u, '*')], subscribe: [] },
  };
}

/**
 * V1: the subjects of the collaboration events of a user in a verified room; without a user, patterns of everyone's.
 * Throws {@link InvalidIdError}.
 */
export function verifiedCollaboration(project: string, user?: string): Record<'joined' | 'left' | 'presence', string> {
  const p = idToken('project', project);
  const u = user === undefined ? '*' : idToken('user', user);
  return { joined: join(JOINED, p, u), left: join(LEFT, p, u), presence: join(PRESENCE, p, u) };
}

/** V8: what a janitor does in the account of the rooms; its answers, the server's, arrive on its inbox. */
export function janitorPermissions(): Permissions {
  return {
    publish: [join(ALIVE, '*', '*'), join(ALIVE, '*', '*', '*', '*'), join(GONE, '*')],
    subscribe: [PRESENCE, join(PRESENCE, '>'), join(GONE, '*')],
  };
}

/** True where a pattern reaches subjects that carry rooms, documents or answers, or that belong to the server. */
export function isReserved(pattern: string): boolean {
  return (
    [ROOMS, CURSORS, `${ROOT}.inbox`, '_INBOX'].some((prefix) => overlaps(pattern, prefix)) || /^[$*>]/.test(pattern)
  );
}

/** True where the pattern matches the prefix or anything below it. The server reads `x.*` at its end as `x.>`. */
function overlaps(pattern: string, prefix: string): boolean {
  const tokens = pattern.replace(/\*$/, '>').split('.');
  return prefix.split('.').every((token, index) => {
    const other = tokens[index];
    return other === token || other === '*' || tokens.slice(0, index + 1).includes('>');
  });
}

/** V8: what a janitor hears: the presence of every room, open and verified, and what other janitors report. */
export const janitorHears = () => ({ presence: [PRESENCE, join(PRESENCE, '>')], gone: join(GONE, '*') });

/** Of whom a presence subject is: nobody's in an open room, and of no project in the lobby. */
export interface PresencePlace {
  readonly project: string | undefined;
  readonly user: string | undefined;
}

/** The place that a presence subject names; `undefined` where it is none, or a token stands for nothing. */
export function presencePlace(subject: string): PresencePlace | undefined {
  const tokens = subject.slice(PRESENCE.length + 1).split('.');
  if (subject === PRESENCE) return { project: undefined, user: undefined };
  const [project, user] = tokens.map((token) => decodeToken(token));
  if (project === undefined || tokens.length > 2 || (tokens.length === 2 && !user)) return undefined;
  return { project, user };
}

/** M9: the token of the user in a subject of one file's cursors. */
export function cursorUser(subject: string): string {
  return subject.slice(FILE_CURSORS.length + 1, subject.lastIndexOf('.'));
}

/** True where rooms send bytes: presence messages or cursor batches. */
export function isRoomSubject(subject: string): boolean {
  return [PRESENCE, SYNC, ALIVE, ANSWER, GONE, CURSORS].some((prefix) => isBelow(prefix, subject));
}

/** True where rooms send cursor batches. */
export function isCursorsSubject(subject: string): boolean {
  return isBelow(CURSORS, subject);
}

/** True for the alive subject of a client, where an empty message is a probe (P9). */
export function isAliveSubject(subject: string): boolean {
  return isBelow(ALIVE, subject) && [5, 7].includes(subject.split('.').length);
}

/** V4: true where members of a verified room answer, the last token being who does. */
export function isAnswer(subject: string): boolean {
  return isBelow(ANSWER, subject);
}

const isBelow = (prefix: string, subject: string) => `${subject}.`.startsWith(`${prefix}.`);

// Events.

/** Ids that are tokens as they are. Nearly all ids match, and the test is quick. */
const PLAIN_ID = /^[-~\w]{1,256}$/;

/** The token of an id in the subject of an event. Throws {@link InvalidIdError}; also for the empty id. */
export function idToken(what: string, id: string): string {
  if (typeof id === 'string' && PLAIN_ID.test(id)) return id;
  if (id === '') throw new InvalidIdError(what, id, 'is empty');
  return encodeToken(what, id);
}

/**
 * Makes the subjects of one id. It remembers the last one, because consecutive events are mostly about the same thing.
 */
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

/**
 * The subject of each event, as a function of the ids that it contains. An id becomes one token (S4), so that a file
 * named `src/main.ts` does not become two. Each function throws {@link InvalidIdError} for an id that cannot become a
 * token.
 */
export const NatsSubjects = /* @__PURE__ */ eventSubjects();

function eventSubjects() {
  return {
    project: {
      /** By the user for whom it was created. */
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
      /** Also of requests for the status: a request expects an answer, an event does not. */
      status: by('slate.runtime.status', 'session'),
      log: by('slate.runtime.log', 'session'),
      error: by('slate.runtime.error', 'session'),
    },
    build: {
      started: by('slate.build.started', 'project'),
      progress: by('slate.build.progress', 'project'),
      completed: by('slate.build.completed', 'project'),
      failed: by('slate.build.failed', 'project'),
      /** Jobs for a queue group. */
      jobs: () => 'slate.build.jobs' as const,
    },
    editor: {
      opened: byUserAndFile('slate.editor.opened'),
      closed: byUserAndFile('slate.editor.closed'),
      cursor: byUserAndFile(FILE_CURSORS),
      selection: byUserAndFile('slate.editor.selection'),
      /** JSON arrays of editor events, and the cursors of rooms, which are bytes. */
      cursors: { batch: (): typeof CURSORS => CURSORS },
    },
    collaboration: {
      joined: by(JOINED, 'project'),
      left: by(LEFT, 'project'),
      /** Also of the presence of rooms, which is bytes. */
      presence: by(PRESENCE, 'project'),
    },
  };
}

/**
 * The subjects of the events of a resource. With `'*'`: the pattern that looks as if it matched them all, and matches
 * none.
 */
export type EventSubject<Resource extends string, Rest extends string = string> = `slate.${Resource}.${Rest}`;

/** Subjects that look like those of events and carry something else. */
export type OtherSubject = ReturnType<typeof NatsSubjects.build.jobs> | `slate.editor.cursors.${string}`;

/** What the subjects of a resource begin with: all that is known of the subject of an event that cannot be read. */
export function resourceSubject(resource: string): string {
  return `${ROOT}.${resource}`;
}

/** The pattern of everything that a function of {@link NatsSubjects} with one id makes. */
export function everyOf(subject: (id: string) => string): string {
  return `${subject('-').slice(0, -1)}*`;
}

/** The id that the last token of a subject stands for. */
export function lastId(subject: string): string | undefined {
  return decodeToken(subject.slice(subject.lastIndexOf('.') + 1));
}

/** M2, M9: the patterns of the batches of cursors in a project, a file, or both. Throws {@link InvalidIdError}. */
export function batchPatterns(projectId: string | undefined, fileId: string | undefined): string[] {
  const project = projectId === undefined ? '*' : idToken('project', projectId);
  const file = fileId === undefined ? '*' : idToken('file', fileId);
  return [CURSORS, `${CURSORS}.${project}`, `${CURSORS}.${project}.${file}`];
}

/** The project and the file that the subject of a batch of cursors names; the empty id in the lobby. */
export function batchPlace(subject: string): { projectId?: string | undefined; fileId?: string | undefined } {
  const [projectId, fileId] = subject
    .slice(CURSORS.length + 1)
    .split('.')
    .map((token) => (token === '' ? undefined : decodeToken(token)));
  return { projectId, fileId };
}

/** The pattern of a kind of editor events: of one user, in one file, or both. Throws {@link InvalidIdError}. */
export function editorPattern(type: string, userId: string | undefined, fileId: string | undefined): string {
  const token = (what: string, id: string | undefined) => (id === undefined ? '*' : idToken(what, id));
  return `slate.editor.${type}.${token('user', userId)}.${token('file', fileId)}`;
}

/** True for the subject of an editor event of this user in this file. */
export function isEditorSubject(subject: string, userId: string, fileId: string): boolean {
  return subject.endsWith(NatsSubjects.editor.cursor(userId, fileId).slice(FILE_CURSORS.length));
}

/** The tokens of every subject of an event, with `*` for each id. */
export function eventShapes(): string[][] {
  return functionsIn(NatsSubjects)
    .filter((subject) => subject.length > 0)
    .map((subject) => subject('-', '-').replaceAll('-', '*').split('.'));
}

type SubjectOf = (...ids: string[]) => string;

function functionsIn(branch: object): SubjectOf[] {
  return Object.values(branch).flatMap((each) =>
    typeof each === 'function' ? (each as SubjectOf) : functionsIn(each),
  );
}

// Jobs.

/** A durable job that failed for good is kept under this prefix and the subject that it had. */
export const DEAD_PREFIX = 'slate.dead.';

// Watching.

/** Every subject of Slate, and of programs that follow its scheme. */
export const EVERYTHING = 'slate.>';

/** Patterns of everything that Slate sends, without the {@link QUESTIONS} of rooms. */
export function watchedPatterns(): string[] {
  const resources = new Set(eventShapes().map(([, resource]) => resource));
  resources.delete('collab'); // where rooms ask their questions
  const events = Array.from(resources, (resource) => `slate.${resource}.>`);
  return ['slate.*', ...events, `${DEAD_PREFIX}>`, PRESENCE, `${PRESENCE}.>`, `${JOINED}.>`, `${LEFT}.>`];
}

/**
 * Examples of the subjects on which rooms ask and answer. The server tells a room when nobody subscribes there, and a
 * pattern that matches one of these keeps it from doing so.
 */
export const QUESTIONS: readonly string[] = [
  `${ALIVE}.p.0`,
  SYNC,
  `${SYNC}.p`,
  `${SYNC}.p.f.u`,
  `${ALIVE}.p.u.0.u`,
  `${ANSWER}.p.u.q.u`,
];
