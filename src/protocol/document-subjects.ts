/** Y1: the subjects of documents. They are apart from the others, because a page loads them with its first document. */
import { lastId, type Permissions } from './subjects.js';
import { decodeToken, encodeToken } from './token.js';

const DOC_LIVE = 'slate.collab.doc';
const DOC_QUESTION = 'slate.collab.docsync';
const DOC_ANSWER = 'slate.collab.docanswer';
const DOC_LOG = 'slate.collab.doclog';
const DOC_SNAPSHOT = 'slate.collab.docsnap';
const DOC_HEAD = 'slate.collab.dochead';
const DOC_BAD = 'slate.collab.docbad';

/** The queue group of the sessions that answer a question for a document: exactly one of them answers. */
export const WRITERS_QUEUE = 'writers';

/** The stream that keeps all documents of an account (Y9). */
export const DOCUMENT_STREAM = 'SLATE_DOCS';

/** What a stream of documents keeps (Y9). */
export const DOCUMENT_PATTERNS: readonly string[] = [DOC_LOG, DOC_SNAPSHOT, DOC_HEAD, DOC_BAD].map(
  (each) => `${each}.>`,
);

/** The subjects of one document (Y1, V1). */
export interface DocumentSubjects {
  /** Where this session publishes its edits. */
  readonly live: string;
  /** The edits of everyone. */
  readonly liveAll: string;
  /** Where this session asks, and where everyone does. */
  readonly question: string;
  readonly questionAll: string;
  /** Where this session answers the client that asked; in verified rooms the user who asked. */
  answer(client: number, asker?: string): string;
  /** The answers of everyone to one client of this session. */
  answersTo(client: number): string;
  /** Where this session keeps its edits, and where everyone does. */
  readonly log: string;
  readonly logAll: string;
  /** One chunk of a snapshot, and all chunks of one, and of all. */
  chunk(id: string, n: number): string;
  chunks(id: string): string;
  readonly allChunks: string;
  readonly head: string;
  /** Where messages of the history go that cannot be read. */
  readonly bad: string;
}

/** `user`: in verified rooms the id of the user; in open ones none. Throws {@link InvalidIdError}. */
export function documentSubjects(project: string, name: DocumentName, user = ''): DocumentSubjects {
  const place = `${encodeToken('project', project)}.${documentToken(name)}`;
  const who = encodeToken('user', user);
  const isOpen = user === '';
  return {
    live: `${DOC_LIVE}.${place}.${who}`,
    liveAll: `${DOC_LIVE}.${place}.*`,
    question: isOpen ? `${DOC_QUESTION}.${place}` : `${DOC_QUESTION}.${place}.${who}`,
    questionAll: isOpen ? `${DOC_QUESTION}.${place}` : `${DOC_QUESTION}.${place}.*`,
    answer: (client, asker = '') =>
      isOpen
        ? `${DOC_ANSWER}.${place}.${who}.${client}`
        : `${DOC_ANSWER}.${place}.${encodeToken('user', asker)}.${client}.${who}`,
    answersTo: (client) =>
      isOpen ? `${DOC_ANSWER}.${place}.*.${client}` : `${DOC_ANSWER}.${place}.${who}.${client}.*`,
    log: `${DOC_LOG}.${place}.${who}`,
    logAll: `${DOC_LOG}.${place}.*`,
    chunk: (id, n) => `${DOC_SNAPSHOT}.${place}.${id}.${n}`,
    chunks: (id) => `${DOC_SNAPSHOT}.${place}.${id}.*`,
    allChunks: `${DOC_SNAPSHOT}.${place}.>`,
    head: `${DOC_HEAD}.${place}`,
    bad: `${DOC_BAD}.${place}`,
  };
}

/**
 * V6: what a user may do with the documents of a project: read them, and write them. Throws {@link InvalidIdError}.
 */
export function documentPermissions(
  project: string,
  user: string,
  stream = DOCUMENT_STREAM,
): Record<'read' | 'write', Permissions> {
  const p = encodeToken('project', project);
  const u = encodeToken('user', user);
  return {
    read: {
      publish: [
        `${DOC_QUESTION}.${p}.*.${u}`,
        `$JS.API.DIRECT.GET.${stream}.${DOC_HEAD}.${p}.*`,
        `$JS.API.DIRECT.GET.${stream}.${DOC_SNAPSHOT}.${p}.*.*.*`,
        `$JS.API.CONSUMER.CREATE.${stream}.*.${DOC_LOG}.${p}.*.*`,
        `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
      ],
      subscribe: [`${DOC_LIVE}.${p}.*.*`, `${DOC_ANSWER}.${p}.*.${u}.*.*`],
    },
    write: {
      publish: [`${DOC_LIVE}.${p}.*.${u}`, `${DOC_LOG}.${p}.*.${u}`, `${DOC_ANSWER}.${p}.*.*.*.${u}`],
      subscribe: [`${DOC_QUESTION}.${p}.*.* ${WRITERS_QUEUE}`],
    },
  };
}

/** A document has the name of its file, or is a subdocument of another one, which Yjs knows by a guid. */
export type DocumentName = string | { readonly guid: string };

/** Begins the token of a subdocument. No other id makes such a token, because `%` is followed by hexadecimals there. */
const SUBDOCUMENT = '%~';

function documentToken(name: DocumentName): string {
  return typeof name === 'string' ? encodeToken('document', name) : SUBDOCUMENT + encodeToken('subdocument', name.guid);
}

/** The pattern of the heads of all documents of a project, or of all projects. Throws {@link InvalidIdError}. */
export function headsOf(project?: string): string {
  return `${DOC_HEAD}.${project === undefined ? '*' : encodeToken('project', project)}.*`;
}

/** The pattern of the logs of all documents of a project, or of all projects. Throws {@link InvalidIdError}. */
export function logsOf(project?: string): string {
  return `${DOC_LOG}.${project === undefined ? '*' : encodeToken('project', project)}.*.*`;
}

const LANES = {
  [DOC_LIVE]: 'live',
  [DOC_QUESTION]: 'question',
  [DOC_ANSWER]: 'answer',
  [DOC_LOG]: 'log',
  [DOC_SNAPSHOT]: 'chunk',
  [DOC_HEAD]: 'head',
  [DOC_BAD]: 'bad',
} as const;

/** What a subject of documents carries (Y1); `undefined` for any other subject. */
export function documentLane(subject: string): (typeof LANES)[keyof typeof LANES] | undefined {
  const prefix = subject.split('.', 3).join('.');
  return Object.hasOwn(LANES, prefix) ? LANES[prefix as keyof typeof LANES] : undefined;
}

/** The document that a subject of a history or of its head names; `undefined` for another subject. */
export function documentOf(subject: string): { readonly project: string; readonly name: DocumentName } | undefined {
  const [, , kind, projectToken = '', nameToken = ''] = subject.split('.');
  if (![DOC_LOG, DOC_SNAPSHOT, DOC_HEAD, DOC_BAD].some((each) => each.endsWith(`.${kind}`))) return undefined;
  const project = decodeToken(projectToken);
  const sub = nameToken.startsWith(SUBDOCUMENT);
  const name = decodeToken(sub ? nameToken.slice(SUBDOCUMENT.length) : nameToken);
  if (project === undefined || name === undefined) return undefined;
  return { project, name: sub ? { guid: name } : name };
}

/** The user that the subject of an edit names, live or kept: its last token (S5); the empty id in open rooms. */
export function documentUser(subject: string): string | undefined {
  return lastId(subject);
}
