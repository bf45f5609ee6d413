/**
 * P2, M2, M9, S3: the JSON forms of the bus document, for clients that know nothing of Yjs: a CollaborationEvent
 * heartbeat on the presence subject, EditorEvents on the cursor subject. Read strictly, written as the document shows
 * them.
 */
import { ProtocolError } from '../errors.js';
import { hash } from './color.js';
import { fittingAnchor } from './cursor-codec.js';
import { isTimestamp, isUserId, MAX_LOCATION, MAX_NAME } from './limits.js';
import { cleanFields, cleanText, cleanUser, MAX_STATE_BYTES, type State } from './state.js';
import { decodeToken } from './token.js';

const MAX_JSON_BYTES = 64 * 1024;
const MAX_EVENTS = 256;
const utf8 = new TextDecoder('utf-8', { fatal: true });

export interface CollaborationEvent {
  readonly type: 'joined' | 'left' | 'presence';
  readonly projectId: string;
  readonly userId: string;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly data?: { readonly name?: string; readonly location?: string };
}

/** What a JSON heartbeat says of a person. */
export interface JsonPresence {
  readonly client: number;
  /** Milliseconds since the epoch: serves as the clock, so that the newest heartbeat wins. */
  readonly clock: number;
  readonly state: State | null;
}

/** A pointer or a caret of a JSON EditorEvent. `x`, `y` are there where the event gives fractions. */
export interface JsonCursor {
  readonly client: number;
  readonly clock: number;
  readonly userId: string;
  readonly position: unknown;
  readonly point?: { readonly x: number; readonly y: number; readonly anchor: string };
}

/** The room that heard a message, and what its subject says of the cursors in it. */
export interface CursorPlace {
  readonly project: string | undefined;
  readonly file: string | undefined;
  /** The subject is that of all files: an event must say that it is of the room's. */
  readonly shared?: boolean;
  /** The token of the one user whose subject it is. */
  readonly user?: string;
}

/** JSON starts with `{` or `[`; no binary message that a client of ours writes does. */
export function looksLikeJson(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7b || bytes[0] === 0x5b;
}

/** A JSON-only client has no client id; its user id makes one, beyond the 32 bits that Yjs uses. */
export function jsonClient(userId: string): number {
  return 2 ** 32 + hash(userId);
}

/** Throws {@link ProtocolError}. `undefined` for an event that says nothing of presence. */
export function decodeJsonPresence(bytes: Uint8Array): JsonPresence | undefined {
  const event = readObject(readJson(bytes));
  if (event.type !== 'presence' && event.type !== 'joined' && event.type !== 'left') return undefined;
  const userId = readId(event.userId);
  const clock = readTime(event.timestamp);
  if (event.type === 'left') return { client: jsonClient(userId), clock, state: null };
  const data = typeof event.data === 'object' && event.data !== null ? (event.data as State) : {};
  const user = cleanUser({
    id: userId,
    name: cleanText(data.name, MAX_NAME) || userId,
    color: data.color,
    avatar: data.avatar,
  });
  const location = cleanText(data.location, MAX_LOCATION);
  return { client: jsonClient(userId), clock, state: { user, ...(location && { location }) } };
}

/**
 * One EditorEvent or an array of them; those that are not of a cursor, or not for this place, are left out. Throws
 * {@link ProtocolError}.
 */
export function decodeJsonCursors(bytes: Uint8Array, place?: CursorPlace): JsonCursor[] {
  const value = readJson(bytes);
  const all = (Array.isArray(value) ? value : [value]).map(readObject);
  const events = place ? all.filter((event) => isFor(event, place)) : all;
  if (events.length > MAX_EVENTS)
    throw new ProtocolError('limit', `${events.length} events in one batch, over ${MAX_EVENTS}`);
  return events.flatMap((event) => {
    if (event.type !== 'cursor') return [];
    const userId = readId(event.userId);
    if (place?.user !== undefined && decodeToken(place.user) !== userId)
      throw new ProtocolError('identity', `a cursor of ${JSON.stringify(userId)} on the subject of another user`);
    const position = readPosition(event.data);
    const point = readPoint(position);
    return [
      { client: jsonClient(userId), clock: readTime(event.timestamp), userId, position, ...(point && { point }) },
    ];
  });
}

/** M2, M9: by what it names; what else it holds is looked at only then. */
function isFor({ projectId, fileId }: State, { project, file, shared = false }: CursorPlace): boolean {
  if (projectId != null && projectId !== project) return false;
  return shared ? (fileId ?? undefined) === file : fileId == null || file === undefined || fileId === file;
}

/** D2: it becomes a field of a state. */
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

function readTime(value: unknown): number {
  if (isTimestamp(value)) return Math.floor(value);
  throw new ProtocolError('shape', 'an event has no timestamp');
}
