/**
 * P2, M2, M9, S3: JSON events (docs/bus.md) of programs that do not use Yjs: CollaborationEvents on the presence
 * subject, and EditorEvents on the cursor subjects. They are decoded strictly.
 */
import { ProtocolError } from '../errors.js';
import { hash } from './hash.js';
import { isTimestamp, isUserId, MAX_EVENTS, MAX_LOCATION, MAX_NAME } from './limits.js';
import { nestsDeeper } from './nesting.js';
import { fittingAnchor } from './samples-codec.js';
import { cleanFields, cleanUser, MAX_STATE_BYTES, type State } from './state.js';
import { cleanText } from './text.js';
import { decodeToken } from './token.js';

const MAX_JSON_BYTES = 64 * 1024;
/** Of events and their array; a state has 8 at most. */
const MAX_LEVELS = 32;
const utf8 = new TextDecoder('utf-8', { fatal: true });

export interface CollaborationEvent {
  readonly type: 'joined' | 'left' | 'presence';
  readonly projectId: string;
  readonly userId: string;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly data?: {
    readonly name?: string;
    readonly location?: string;
    readonly color?: string;
    /** P2: the client that a room speaks for: other rooms know it by its state. */
    readonly client?: number;
  };
}

/** What a CollaborationEvent says about a client. */
export interface JsonPresence {
  readonly client: number;
  /** `null` is the goodbye. */
  readonly state: State | null;
}

/** What an EditorEvent says about a cursor. */
export interface JsonCursor {
  readonly client: number;
  /** The event's timestamp. It spaces the positions of one message, and decides nothing else (P2). */
  readonly at: number;
  readonly userId: string;
  /** A line and column, an offset, or whatever the program writes there. */
  readonly position: unknown;
  /** The position as a pointer, where its `x` and `y` are fractions from 0 to 1. */
  readonly point?: { readonly x: number; readonly y: number; readonly anchor: string };
}

/** For which cursors a message is meant: the room that received it, and what the subject of the message says. */
export interface CursorScope {
  readonly project: string | undefined;
  readonly file: string | undefined;
  /** True for the subject that all files share: an event on it must name the room's file. */
  readonly shared?: boolean;
  /** The token of the user that the subject names, which only events of that user may use. */
  readonly user?: string;
}

/** JSON starts with `{` or `[`, and none of our binary messages does. */
export function looksLikeJson(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7b || bytes[0] === 0x5b;
}

/** Where the client ids of JSON programs begin. */
export const JSON_CLIENTS = 2 ** 32;

/** The client id of a JSON program, derived from its user id. It is beyond the 32 bits that Yjs uses. */
export function jsonClient(userId: string): number {
  return JSON_CLIENTS + hash(userId);
}

/**
 * Throws {@link ProtocolError}. `undefined` for an event outside `scope`, for one that a room sent for programs without
 * states, and for one of a type that does not concern presence.
 */
export function decodeJsonPresence(
  bytes: Uint8Array,
  scope?: Pick<CursorScope, 'project' | 'user'>,
): JsonPresence | undefined {
  const event = readObject(readJson(bytes));
  if (scope && !isInProject(event, scope)) return undefined;
  if (event.type !== 'presence' && event.type !== 'joined' && event.type !== 'left') return undefined;
  const userId = readId(event.userId);
  checkUser(userId, scope);
  readTime(event.timestamp);
  if (typeof (event.data as State | null | undefined)?.client === 'number') return undefined;
  if (event.type === 'left') return { client: jsonClient(userId), state: null };
  const data = typeof event.data === 'object' && event.data !== null ? (event.data as State) : {};
  const user = cleanUser({
    id: userId,
    name: cleanText(data.name, MAX_NAME) || userId,
    color: data.color,
    avatar: data.avatar,
  });
  const location = cleanText(data.location, MAX_LOCATION);
  return { client: jsonClient(userId), state: { user, ...(location && { location }) } };
}

/**
 * Decodes one EditorEvent or an array of them. Events of other types, and those outside `scope`, are left out. Throws
 * {@link ProtocolError}.
 */
export function decodeJsonCursors(bytes: Uint8Array, scope?: CursorScope): JsonCursor[] {
  const value = readJson(bytes);
  const all = (Array.isArray(value) ? value : [value]).map(readObject);
  const events = scope ? all.filter((event) => isWithin(event, scope)) : all;
  if (events.length > MAX_EVENTS)
    throw new ProtocolError('limit', `${events.length} events in one batch, over ${MAX_EVENTS}`);
  return events.flatMap((event) => {
    if (event.type !== 'cursor') return [];
    const userId = readId(event.userId);
    checkUser(userId, scope);
    const position = readPosition(event.data);
    const point = readPoint(position);
    return [{ client: jsonClient(userId), at: readTime(event.timestamp), userId, position, ...(point && { point }) }];
  });
}

/** P2, M2: an event that names another project is meant for others. */
function isInProject({ projectId }: State, { project }: Pick<CursorScope, 'project'>): boolean {
  return projectId == null || projectId === project;
}

/** M2, M9: looks only at the project and the file, so that invalid events for others do no harm. */
function isWithin(event: State, scope: CursorScope): boolean {
  const { fileId } = event;
  const { file, shared = false } = scope;
  if (!isInProject(event, scope)) return false;
  return shared ? (fileId ?? undefined) === file : fileId == null || file === undefined || fileId === file;
}

/** D2: the position becomes a field of a state, so it is checked and cleaned as one. */
function readPosition(data: unknown): unknown {
  const raw = typeof data === 'object' && data !== null ? (data as State).position : undefined;
  if (raw === undefined) return undefined;
  const size = JSON.stringify(raw).length;
  if (size > MAX_STATE_BYTES) throw new ProtocolError('size', `a position of ${size} bytes, over ${MAX_STATE_BYTES}`);
  return cleanFields({ position: raw }).position;
}

function readPoint(position: unknown): JsonCursor['point'] {
  if (typeof position !== 'object' || position === null) return undefined;
  const { x, y, anchor = '' } = position as State;
  const fraction = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;
  if (!fraction(x) || !fraction(y) || typeof anchor !== 'string' || fittingAnchor(anchor) !== anchor) return undefined;
  return { x, y, anchor };
}

function readJson(bytes: Uint8Array): unknown {
  if (bytes.length > MAX_JSON_BYTES)
    throw new ProtocolError('size', `${bytes.length} bytes of JSON, over ${MAX_JSON_BYTES}`);
  if (nestsDeeper(bytes, MAX_LEVELS)) throw new ProtocolError('limit', `JSON of more than ${MAX_LEVELS} levels`);
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (cause) {
    throw new ProtocolError('bytes', 'it is not JSON', { cause });
  }
}

function readObject(value: unknown): State {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as State;
  throw new ProtocolError('shape', 'an event is not an object');
}

function readId(value: unknown): string {
  if (isUserId(value)) return value;
  throw new ProtocolError('shape', 'an event has no userId');
}

/** M9, V2: a subject that names a user carries only its events. */
function checkUser(userId: string, scope: Pick<CursorScope, 'user'> | undefined): void {
  if (scope?.user === undefined || decodeToken(scope.user) === userId) return;
  throw new ProtocolError('identity', `an event of ${JSON.stringify(userId)} on the subject of another user`);
}

function readTime(value: unknown): number {
  if (isTimestamp(value)) return Math.floor(value);
  throw new ProtocolError('shape', 'an event has no timestamp');
}
