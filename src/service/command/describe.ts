/**
 * Describes a message of the bus for a person: JSON as it is, the bytes of rooms decoded (presence, heartbeats, cursor
 * batches) and those of documents (`describe-document.ts`), and what cannot be decoded as `bad`, with its bytes.
 * Nothing here throws.
 */

import type { BusMessage } from '../../bus/bus.js';
import { ReceivedAnchors } from '../../protocol/anchor-numbers.js';
import { type CursorBatch, decodeBatch } from '../../protocol/cursor-codec.js';
import { documentLane } from '../../protocol/document-subjects.js';
import { looksLikeJson } from '../../protocol/json-events.js';
import { decodePresence, type PresenceMessage, type Terms } from '../../protocol/presence-codec.js';
import type { State } from '../../protocol/state.js';
import { isAliveSubject, isCursorsSubject, isRoomSubject } from '../../protocol/subjects.js';
import { decodeToken } from '../../protocol/token.js';
import { describeDocument } from './describe-document.js';
import type { Description } from './description.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const MAX_HEX_BYTES = 32;
/** JSON that nests deeper can be parsed but not written again, because the call stack overflows. */
const MAX_DEPTH = 1000;

/**
 * M7: the anchors that were spelled out so far. Batches go on with their numbers alone, and whoever begins to watch
 * meanwhile still sees that a pointer moves.
 */
export class SeenAnchors extends ReceivedAnchors {
  override anchor(client: number, number: number): string {
    return super.anchor(client, number) ?? `box ${number}, not named yet`;
  }
}

/** `seen`: the anchors of the messages that were described before; it learns those of this one. */
export function describe(
  { subject, data }: Pick<BusMessage, 'subject' | 'data'>,
  seen: ReceivedAnchors = new SeenAnchors(),
): Description {
  if (data.length === 0) return { kind: isAliveSubject(subject) ? 'probe' : 'empty', data: null };
  const lane = documentLane(subject);
  if (lane !== undefined && lane !== 'head') return attempt(data, () => describeDocument(lane, data));
  const text = textOf(data);
  if (looksLikeJson(data) || (text !== undefined && /^\s*(?:["{[\d-]|true|false|null)/.test(text))) {
    const json = jsonOf(text);
    if (json) return event(subject, json.data) ?? json;
  }
  if (isRoomSubject(subject)) {
    return attempt(data, () => (isCursorsSubject(subject) ? cursors(data, seen) : presence(data)));
  }
  if (text !== undefined) return { kind: 'text', data: text, words: text };
  return { kind: 'bytes', data: hex(data, data.length), words: `${data.length} bytes ${hex(data)}` };
}

function attempt(data: Uint8Array, decode: () => Description): Description {
  try {
    return decode();
  } catch (error) {
    const reason = (error as Error).message;
    return { kind: 'bad', data: { error: reason, bytes: hex(data) }, words: `${reason} ${hex(data)}` };
  }
}

function textOf(data: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(data);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

function jsonOf(text: string | undefined): Description | undefined {
  try {
    const data: unknown = JSON.parse(text ?? '');
    return isDeeper(data, MAX_DEPTH) ? undefined : { kind: 'json', data };
  } catch {
    return undefined;
  }
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((each) => isDeeper(each, depth - 1));
}

/** A SLATE event in words: its type, and the fields that its subject does not show. `undefined` for any other JSON. */
function event(subject: string, json: unknown): Description | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { id, type, timestamp, data, ...fields } = json as Record<string, unknown>;
  if (typeof type !== 'string' || typeof timestamp !== 'number') return undefined;
  const said = new Set(subject.split('.').map((token) => decodeToken(token)));
  const more =
    typeof data === 'object' && data !== null && !Array.isArray(data) ? data : data !== undefined && { data };
  const parts = Object.entries({ ...fields, ...more })
    .filter(([, value]) => typeof value !== 'string' || !said.has(value))
    .map(([key, value]) => `${key}=${plain(value)}`);
  return { kind: 'event', data: json, words: [said.has(type) ? [] : type, ...parts].flat().join(' ') };
}

/** A single word as it is, everything else as JSON. */
function plain(value: unknown): string {
  return typeof value === 'string' && /^[\p{L}\p{N}][-\p{L}\p{N}_./:@]*$/u.test(value) ? value : JSON.stringify(value);
}

function hex(data: Uint8Array, max = MAX_HEX_BYTES): string {
  const shown = Array.from(data.subarray(0, max), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return data.length > max ? `${shown}…` : shown;
}

function presence(bytes: Uint8Array): Description {
  const message = decodePresence(bytes);
  return { kind: message.type === 'states' ? 'state' : message.type, data: message, words: say(message) };
}

function say(message: PresenceMessage): string {
  if (message.type === 'ask' || message.type === 'askRoster') return `client ${message.by} asks who is here`;
  if (message.type === 'heartbeat') return `client ${message.client} is here${terms(message.terms)}`;
  if (message.type === 'unreachable') return `client ${message.client} does not answer, says ${message.by}`;
  const entries = message.entries.map(({ client, state, terms: its }) =>
    state === null
      ? `client ${client} has left`
      : `client ${client} ${person(state)}${its ? terms(its) : ', stock Yjs'}`,
  );
  return [...entries, ...(message.more.length > 0 ? [`${message.more.length} more`] : [])].join('; ');
}

function person({ user, location, file, ...rest }: State): string {
  const { name, id } = (user ?? {}) as { name?: unknown; id?: unknown };
  const parts = [
    `is ${typeof name === 'string' ? JSON.stringify(name) : 'nobody'}${typeof id === 'string' ? ` (${id})` : ''}`,
    ...(typeof location === 'string' ? [`at ${location}`] : []),
    ...(typeof file === 'string' ? [`in ${file}`] : []),
    ...(Object.keys(rest).length > 0 ? [`with ${Object.keys(rest).join(', ')}`] : []),
  ];
  return parts.join(' ');
}

function terms({ activity, kind, leaseMs }: Terms): string {
  const words = [activity, ...(kind === 'slate' ? [] : [kind]), `for ${leaseMs / 1000} s`];
  return `, ${words.join(', ')}`;
}

function cursors(bytes: Uint8Array, seen: ReceivedAnchors): Description {
  const batch = decodeBatch(bytes, seen);
  return { kind: 'cursors', data: batch, words: motion(batch) };
}

/** M1: a batch without samples says that the pointer rests. */
function motion({ client, samples, fields, left }: CursorBatch): string {
  const last = samples.at(-1);
  const count = samples.length === 1 ? '1 point' : `${samples.length} points`;
  const at = last && `${count} to ${percent(last.x)}, ${percent(last.y)} of ${last.anchor || 'the page'}`;
  const changed = fields && `sets ${Object.keys(fields).join(', ')}`;
  const parts = [at, changed, left ? 'left' : undefined].filter((part) => part !== undefined);
  return `client ${client} ${parts.join(', ') || 'rests'}`;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}
