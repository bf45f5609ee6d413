/**
 * The messages of the presence lane as bytes (docs/PROTOCOL.md, section "Presence messages"). A state message is a
 * y-protocols awareness update with our trailer behind it. Every other message starts with 0x00, which a stock Yjs
 * client reads as an update of no clients.
 */
import * as encoding from 'lib0/encoding';
import { ProtocolError } from '../errors.js';
import { jsonOf, Reader } from './reader.js';
import { cleanState, MAX_STATE_BYTES, type State } from './state.js';

/** D2: how many clients one room or one message holds. */
export const MAX_CLIENTS = 1000;
/** V3: from here on a receiver chooses the ids of clients whose id on the wire another user has. */
export const ALIASES = 2 ** 33;
/** D5: no clock is larger. A client that changes its state ten times a second reaches it after 900 years. */
export const MAX_CLOCK = 2 ** 48;
/** P3: no lease is longer. Milliseconds. */
export const MAX_LEASE_MS = 180_000;
/** Leases and ages are whole multiples of this on the wire. Milliseconds. */
const LEASE_UNIT_MS = 100;

const VERSION = 1;
const HEARTBEAT = 1;
const UNREACHABLE = 2;
const ASK = 3;
const ASK_ROSTER = 4;

const ACTIVITIES = ['active', 'idle', 'away'] as const;
const KINDS = ['slate', 'yjs', 'json'] as const;
const ACTIVITY_BITS = 0b11;
const KIND_SHIFT = 2;
const DIGEST_SHIFT = 4;
/** P6: a goodbye was said in the client's name. */
const GUARDED = 2 ** 21;
/** P12: the largest digest; with it the flags of a heartbeat take three bytes. */
export const MAX_DIGEST = 2 ** 17 - 1;

/** What the user of a client does, as the client itself declares. */
export type PeerActivity = (typeof ACTIVITIES)[number];
/** What a client speaks: this protocol, y-protocols alone, or JSON events. */
export type PeerKind = (typeof KINDS)[number];

/** What we add to each client's state, because the y-protocols format has no place for it. */
export interface Terms {
  readonly activity: PeerActivity;
  readonly kind: PeerKind;
  /** How long the client counts as present after its last sign of life. Milliseconds, in steps of 100. */
  readonly leaseMs: number;
  /**
   * How long ago the sender of this message received that sign of life; 0 in a client's own message. In steps of 100
   * ms.
   */
  readonly ageMs: number;
  /** Somebody said goodbye in the name of this client, so a further goodbye is a question for it (P6). */
  readonly guarded?: boolean;
}

/** The state of one client in a state message. */
export interface StateEntry {
  readonly client: number;
  readonly clock: number;
  /** `null` is the goodbye. */
  readonly state: State | null;
  /** Absent where a stock Yjs client wrote the message. */
  readonly terms?: Terms;
}

/** P3: renews the lease of a client without its state. */
export interface HeartbeatMessage {
  readonly type: 'heartbeat';
  readonly client: number;
  /** The clock of the client's last presence state. */
  readonly clock: number;
  readonly terms: Terms;
  /** P12: of the clients that the sender holds; absent where it does not say. */
  readonly digest?: number;
}

export type PresenceMessage =
  /** P1, P5: `more` names the clients of a roster whose states did not fit. */
  | { readonly type: 'states'; readonly entries: readonly StateEntry[]; readonly more: readonly HeartbeatMessage[] }
  | HeartbeatMessage
  /** P9: `by` found that `client` no longer subscribes; `clock` is the newest that `by` knows of it. */
  | { readonly type: 'unreachable'; readonly by: number; readonly client: number; readonly clock: number }
  /** M4, P5: `by` asks for the receiver's state, or for the roster. */
  | { readonly type: 'ask'; readonly by: number }
  /** P12: `by` asks for the receiver's roster. */
  | { readonly type: 'askRoster'; readonly by: number };

/** An entry to encode. `json`: the state as JSON, from a caller that has serialised it already. */
export interface OutgoingEntry extends Required<StateEntry> {
  readonly json?: string;
}

/** P1: the state of one client; P5: the states of a roster. `more` names the clients whose states did not fit. */
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

/** P3; `digest` is that of P12, 0 where the sender does not say it. */
export function encodeHeartbeat(client: number, clock: number, terms: Terms, digest = 0): Uint8Array {
  const encoder = short(HEARTBEAT);
  encoding.writeVarUint(encoder, client);
  encoding.writeVarUint(encoder, clock);
  writeTerms(encoder, terms, digest);
  return encoding.toUint8Array(encoder);
}

/** P9. */
export function encodeUnreachable(by: number, client: number, clock: number): Uint8Array {
  const encoder = short(UNREACHABLE);
  for (const value of [by, client, clock]) encoding.writeVarUint(encoder, value);
  return encoding.toUint8Array(encoder);
}

/** M4, P5; P12: for the roster of the receiver. */
export function encodeAsk(by: number, type: 'ask' | 'askRoster' = 'ask'): Uint8Array {
  const encoder = short(type === 'ask' ? ASK : ASK_ROSTER);
  encoding.writeVarUint(encoder, by);
  return encoding.toUint8Array(encoder);
}

/**
 * Reads any message of the presence lane that is not JSON, whole, or throws {@link ProtocolError}. States come out
 * clean (D2, D3). With `refuse`, which a roster is read with (P5), an entry that is refused is handed to it and left
 * out; only a message that cannot be taken apart throws.
 */
export function decodePresence(bytes: Uint8Array, refuse?: (error: ProtocolError) => void): PresenceMessage {
  const reader = new Reader(bytes);
  const count = reader.uint('number of clients');
  if (count > MAX_CLIENTS) throw new ProtocolError('limit', `${count} clients in one message, over ${MAX_CLIENTS}`);
  return count === 0 ? readShort(reader) : readStates(reader, count, refuse);
}

function readStates(reader: Reader, count: number, refuse?: (error: ProtocolError) => void): PresenceMessage {
  const raw: { client: number; clock: number; text: Uint8Array }[] = [];
  for (let i = 0; i < count; i++) {
    raw.push({ client: reader.uint('client'), clock: reader.uint('clock'), text: reader.bytes('state') });
  }
  const bare = reader.ended; // as a stock Yjs client writes it
  const version = bare ? VERSION : reader.byte('version');
  if (version < VERSION) throw new ProtocolError('bytes', `version ${version} is not known`);
  const entries: StateEntry[] = [];
  for (const { client, clock, text } of raw) {
    const terms = bare ? undefined : readTerms(reader);
    attempt(refuse, () => {
      const value = jsonOf(text, 'state', MAX_STATE_BYTES);
      const state = value === null ? null : cleanState(value, client);
      entries.push({ client, clock: checked(clock), state, ...(terms && { terms: terms().terms }) });
    });
  }
  const more: HeartbeatMessage[] = [];
  for (let left = bare ? 0 : reader.uint('number of further clients', MAX_CLIENTS); left > 0; left--) {
    const heartbeat = readHeartbeat(reader);
    attempt(refuse, () => more.push(heartbeat()));
  }
  if (version === VERSION) reader.end(); // a later version may add fields here
  return { type: 'states', entries, more };
}

/** Does something with one part of a message. With `refuse`, a part that is refused costs no more than itself (D1). */
export function attempt(refuse: ((error: ProtocolError) => void) | undefined, part: () => void): void {
  try {
    part();
  } catch (error) {
    if (!refuse || !(error instanceof ProtocolError)) throw error;
    refuse(error);
  }
}

function readShort(reader: Reader): PresenceMessage {
  const kind = reader.uint('kind');
  let message: PresenceMessage;
  if (kind === HEARTBEAT) message = readHeartbeat(reader)();
  else if (kind === ASK || kind === ASK_ROSTER) {
    message = { type: kind === ASK ? 'ask' : 'askRoster', by: reader.uint('client') };
  } else if (kind === UNREACHABLE) {
    message = {
      type: 'unreachable',
      by: reader.uint('client'),
      client: reader.uint('client'),
      clock: checked(reader.uint('clock')),
    };
  } else throw new ProtocolError('bytes', `message kind ${kind} is not known`);
  reader.end();
  return message;
}

/** Takes a heartbeat off the message. What it returns checks the heartbeat. */
function readHeartbeat(reader: Reader): () => HeartbeatMessage {
  const [client, clock, terms] = [reader.uint('client'), reader.uint('clock'), readTerms(reader)];
  return () => ({ type: 'heartbeat', client, clock: checked(clock), ...terms() });
}

function checked(clock: number): number {
  if (clock > MAX_CLOCK) throw new ProtocolError('clock', `clock ${clock} is over ${MAX_CLOCK}`);
  return clock;
}

function writeTerms(encoder: encoding.Encoder, terms: Terms, digest = 0): void {
  const { activity, kind, leaseMs, ageMs, guarded } = terms;
  const flags =
    (guarded ? GUARDED : 0) |
    ACTIVITIES.indexOf(activity) |
    (KINDS.indexOf(kind) << KIND_SHIFT) |
    (digest << DIGEST_SHIFT);
  encoding.writeVarUint(encoder, flags);
  encoding.writeVarUint(encoder, Math.round(leaseMs / LEASE_UNIT_MS));
  encoding.writeVarUint(encoder, Math.round(ageMs / LEASE_UNIT_MS));
}

/** Takes terms off the message. What it returns checks them. */
function readTerms(reader: Reader): () => Pick<HeartbeatMessage, 'terms' | 'digest'> {
  const [flags, lease, age] = [reader.uint('flags'), reader.uint('lease'), reader.uint('age')];
  return () => {
    const activity = ACTIVITIES[flags & ACTIVITY_BITS];
    const kind = KINDS[(flags >> KIND_SHIFT) & 0b11];
    if (!activity || !kind) throw new ProtocolError('bytes', `flags ${flags} are not known`);
    const leaseMs = Math.min(lease * LEASE_UNIT_MS, MAX_LEASE_MS);
    const digest = Math.floor(flags / 2 ** DIGEST_SHIFT) % (MAX_DIGEST + 1);
    const guarded = (flags & GUARDED) !== 0 && { guarded: true };
    return {
      terms: { activity, kind, leaseMs, ageMs: age * LEASE_UNIT_MS, ...guarded },
      ...(digest > 0 && { digest }),
    };
  };
}

/** The start of a short message. */
function short(kind: number): encoding.Encoder {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, 0);
  encoding.writeVarUint(encoder, kind);
  return encoder;
}
