/**
 * The presence lane's bytes (docs/PROTOCOL.md, section "Presence messages"): free functions, each encoder mirrored by
 * the branch of the decoder that reads it. A state message is a plain y-protocols awareness update with our trailer
 * behind it; everything else starts with 0x00, an update of no clients to a stock Yjs client.
 */
import * as encoding from 'lib0/encoding';
import { ProtocolError } from '../errors.js';
import { Reader } from './reader.js';
import { cleanState, MAX_STATE_BYTES, type State } from './state.js';

export const MAX_CLIENTS = 1000;
/** D5: beyond this a clock is a bomb. A client that changed ten times a second would need 900 years to get there. */
export const MAX_CLOCK = 2 ** 48;
/** P3: no lease is longer. Milliseconds. */
export const MAX_LEASE_MS = 180_000;
const LEASE_UNIT_MS = 100;

const VERSION = 1;
const HEARTBEAT = 1;
const UNREACHABLE = 2;
const ASK = 3;

const ACTIVITIES = ['active', 'idle', 'away'] as const;
const KINDS = ['slate', 'yjs', 'json'] as const;
const ACTIVITY_BITS = 0b11;
const KIND_SHIFT = 2;

export type PeerActivity = (typeof ACTIVITIES)[number];
export type PeerKind = (typeof KINDS)[number];

/** What the y-protocols format lacks, a client. Milliseconds, in steps of 100. */
export interface Terms {
  readonly activity: PeerActivity;
  readonly kind: PeerKind;
  /** How long after its last word the client is to be believed. */
  readonly leaseMs: number;
  /** How long ago the sender of this message heard it: 0 when it speaks for itself. */
  readonly ageMs: number;
}

export interface StateEntry {
  readonly client: number;
  readonly clock: number;
  /** `null`: gone. */
  readonly state: State | null;
  /** Absent where a stock Yjs client wrote the message. */
  readonly terms?: Terms;
}

export interface HeartbeatMessage {
  readonly type: 'heartbeat';
  readonly client: number;
  /** The clock of its last presence state. */
  readonly clock: number;
  readonly terms: Terms;
}

export type PresenceMessage =
  | { readonly type: 'states'; readonly entries: readonly StateEntry[]; readonly more: readonly HeartbeatMessage[] }
  | HeartbeatMessage
  /** P9: `by` got no answer from `client`, whose last known clock is `clock`. */
  | { readonly type: 'unreachable'; readonly by: number; readonly client: number; readonly clock: number }
  /** M4: `by` wants the receiver's state. */
  | { readonly type: 'ask'; readonly by: number };

/** An entry to encode. `json`: the state as JSON, from a caller that has serialised it already. */
export interface OutgoingEntry extends Required<StateEntry> {
  readonly json?: string;
}

/** P1: one state message, or (P5) a roster. `more` names clients whose states did not fit. */
export function encodeStates(entries: readonly OutgoingEntry[], more: readonly HeartbeatMessage[] = []): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, entries.length);
  for (const { client, clock, state, json = JSON.stringify(state) } of entries) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, json);
  }
  encoding.writeUint8(encoder, VERSION);
  for (const { terms } of entries) writeTerms(encoder, terms);
  encoding.writeVarUint(encoder, more.length);
  for (const { client, clock, terms } of more) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    writeTerms(encoder, terms);
  }
  return encoding.toUint8Array(encoder);
}

/** P3. */
export function encodeHeartbeat(client: number, clock: number, terms: Terms): Uint8Array {
  const encoder = short(HEARTBEAT);
  encoding.writeVarUint(encoder, client);
  encoding.writeVarUint(encoder, clock);
  writeTerms(encoder, terms);
  return encoding.toUint8Array(encoder);
}

/** P9. */
export function encodeUnreachable(by: number, client: number, clock: number): Uint8Array {
  const encoder = short(UNREACHABLE);
  for (const value of [by, client, clock]) encoding.writeVarUint(encoder, value);
  return encoding.toUint8Array(encoder);
}

/** M4. */
export function encodeAsk(by: number): Uint8Array {
  const encoder = short(ASK);
  encoding.writeVarUint(encoder, by);
  return encoding.toUint8Array(encoder);
}

/**
 * Reads any message of the presence lane but a JSON one. States come out clean (D2, D3). Throws {@link ProtocolError};
 * a message is taken whole or not at all.
 */
export function decodePresence(bytes: Uint8Array): PresenceMessage {
  const reader = new Reader(bytes);
  const count = reader.uint('number of clients');
  if (count > MAX_CLIENTS) throw new ProtocolError('limit', `${count} clients in one message, over ${MAX_CLIENTS}`);
  return count === 0 ? readShort(reader) : readStates(reader, count);
}

function readStates(reader: Reader, count: number): PresenceMessage {
  const raw: { client: number; clock: number; state: State | null }[] = [];
  for (let i = 0; i < count; i++) {
    const client = reader.uint('client');
    const clock = readClock(reader);
    const value = reader.json('state', MAX_STATE_BYTES);
    raw.push({ client, clock, state: value === null ? null : cleanState(value, client) });
  }
  if (reader.ended) return { type: 'states', entries: raw, more: [] };
  const version = reader.byte('version');
  if (version < VERSION) throw new ProtocolError('bytes', `version ${version} is not known`);
  const entries = raw.map((entry) => ({ ...entry, terms: readTerms(reader) }));
  const more: HeartbeatMessage[] = [];
  const length = reader.uint('number of further clients', MAX_CLIENTS);
  for (let i = 0; i < length; i++) more.push(readHeartbeat(reader));
  if (version === VERSION) reader.end(); // a later version may add fields here
  return { type: 'states', entries, more };
}

function readShort(reader: Reader): PresenceMessage {
  const kind = reader.uint('kind');
  let message: PresenceMessage;
  if (kind === HEARTBEAT) message = readHeartbeat(reader);
  else if (kind === ASK) message = { type: 'ask', by: reader.uint('client') };
  else if (kind === UNREACHABLE) {
    message = {
      type: 'unreachable',
      by: reader.uint('client'),
      client: reader.uint('client'),
      clock: readClock(reader),
    };
  } else throw new ProtocolError('bytes', `message kind ${kind} is not known`);
  reader.end();
  return message;
}

function readHeartbeat(reader: Reader): HeartbeatMessage {
  return { type: 'heartbeat', client: reader.uint('client'), clock: readClock(reader), terms: readTerms(reader) };
}

function readClock(reader: Reader): number {
  const clock = reader.uint('clock');
  if (clock > MAX_CLOCK) throw new ProtocolError('clock', `clock ${clock} is over ${MAX_CLOCK}`);
  return clock;
}

function writeTerms(encoder: encoding.Encoder, { activity, kind, leaseMs, ageMs }: Terms): void {
  const flags = ACTIVITIES.indexOf(activity) | (KINDS.indexOf(kind) << KIND_SHIFT);
  encoding.writeVarUint(encoder, flags);
  encoding.writeVarUint(encoder, Math.round(leaseMs / LEASE_UNIT_MS));
  encoding.writeVarUint(encoder, Math.round(ageMs / LEASE_UNIT_MS));
}

function readTerms(reader: Reader): Terms {
  const flags = reader.uint('flags');
  const activity = ACTIVITIES[flags & ACTIVITY_BITS];
  const kind = KINDS[(flags >> KIND_SHIFT) & 0b11];
  if (!activity || !kind) throw new ProtocolError('bytes', `flags ${flags} are not known`);
  const leaseMs = Math.min(reader.uint('lease') * LEASE_UNIT_MS, MAX_LEASE_MS);
  const ageMs = reader.uint('age') * LEASE_UNIT_MS;
  return { activity, kind, leaseMs, ageMs };
}

function short(kind: number): encoding.Encoder {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, 0);
  encoding.writeVarUint(encoder, kind);
  return encoder;
}
