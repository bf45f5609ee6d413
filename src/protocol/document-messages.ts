/**
 * The messages of the live lane of documents as bytes (docs/PROTOCOL.md, Y2). Those of the sync protocol of y-protocols
 * begin with 0, 1 or 2; ours begin with 16 or more, and a stock client skips them.
 */
import * as encoding from 'lib0/encoding';
import { ProtocolError } from '../errors.js';
import { HASH_BYTES, hex, type Part, readPart, unhex } from './document-parts.js';
import { Reader } from './reader.js';

const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;
/** The first byte of a part (Y5) on the live lane. */
export const PART = 16;
const DIGEST = 17;
const LOOK = 18;
const KEPT = 19;

/** A lineage (Y16) has at most as many bytes. */
export const MAX_LINEAGE_BYTES = 64;
const SAVED = 1;

/** Y6: what a member says of its document, so that others find out whether theirs is the same. */
export interface DigestMessage {
  readonly type: 'digest';
  /** 16 hexadecimal digits. */
  readonly digest: string;
  /** All of the document is in the history. */
  readonly saved: boolean;
  /** The document's lineage; empty without a history. */
  readonly lineage: string;
}

export type DocumentMessage =
  /** `vector`: the sender's state vector, of well-formed bytes. */
  | { readonly type: 'step1'; readonly vector: Uint8Array }
  /** `update`: in Yjs's V1 encoding, not checked yet. */
  | { readonly type: 'step2' | 'update'; readonly update: Uint8Array }
  | { readonly type: 'part'; readonly part: Part }
  | DigestMessage
  /** The head has moved (Y15, Y17). */
  | { readonly type: 'look' }
  /** Everything of `client` below `clock` is in the history (Y9). */
  | { readonly type: 'kept'; readonly client: number; readonly clock: number };

export interface Question {
  /** The asker's state vector. */
  readonly vector: Uint8Array;
  /** The id of the asker's document; `undefined` where a stock client asks. */
  readonly client: number | undefined;
}

export const encodeStep1 = (vector: Uint8Array) => encodeSync(STEP_1, vector);
export const encodeStep2 = (update: Uint8Array) => encodeSync(STEP_2, update);
export const encodeUpdate = (update: Uint8Array) => encodeSync(UPDATE, update);

/** Y4: a step 1 that tells where the answer goes. */
export function encodeQuestion(vector: Uint8Array, client: number): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeUint8Array(encoder, encodeStep1(vector));
  encoding.writeVarUint(encoder, client);
  return encoding.toUint8Array(encoder);
}

export function encodeDigest({ digest, saved, lineage }: Omit<DigestMessage, 'type'>): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, DIGEST);
  encoding.writeUint8Array(encoder, unhex(digest));
  encoding.writeUint8(encoder, saved ? SAVED : 0);
  encoding.writeVarString(encoder, lineage);
  return encoding.toUint8Array(encoder);
}

export const encodeLook = () => Uint8Array.of(LOOK);

export function encodeKept(client: number, clock: number): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, KEPT);
  encoding.writeVarUint(encoder, client);
  encoding.writeVarUint(encoder, clock);
  return encoding.toUint8Array(encoder);
}

/** Reads any message of the live lane, whole, or throws {@link ProtocolError}. Bytes are views of the message. */
export function decodeDocumentMessage(bytes: Uint8Array): DocumentMessage {
  const reader = new Reader(bytes);
  const kind = reader.byte('kind');
  const message = readMessage(kind, reader, bytes);
  if (kind !== PART) reader.end();
  return message;
}

function readMessage(kind: number, reader: Reader, bytes: Uint8Array): DocumentMessage {
  if (kind === STEP_1) return { type: 'step1', vector: checkedVector(reader.bytes('state vector')) };
  if (kind === STEP_2 || kind === UPDATE) {
    return { type: kind === STEP_2 ? 'step2' : 'update', update: reader.bytes('update') };
  }
  if (kind === PART) return { type: 'part', part: readPart(reader, bytes) };
  if (kind === LOOK) return { type: 'look' };
  if (kind === KEPT) return { type: 'kept', client: reader.uint('client'), clock: reader.uint('clock') };
  if (kind !== DIGEST) throw new ProtocolError('bytes', `message kind ${kind} is not known`);
  const digest = hex(Uint8Array.from({ length: HASH_BYTES }, () => reader.byte('digest')));
  const saved = (reader.byte('flags') & SAVED) !== 0;
  return { type: 'digest', digest, saved, lineage: reader.text('lineage', MAX_LINEAGE_BYTES) };
}

/** Y5: reads what several parts make: a message of the sync protocol. Throws {@link ProtocolError}. */
export function decodeWhole(bytes: Uint8Array): DocumentMessage {
  const message = decodeDocumentMessage(bytes);
  if (message.type === 'update' || message.type === 'step2' || message.type === 'step1') return message;
  throw new ProtocolError('bytes', `the whole of several parts is a ${message.type}`);
}

/** Reads a question, whole, or throws {@link ProtocolError}. */
export function decodeQuestion(bytes: Uint8Array): Question {
  const reader = new Reader(bytes);
  const kind = reader.byte('kind');
  if (kind !== STEP_1) throw new ProtocolError('bytes', `a question of the kind ${kind}`);
  const vector = checkedVector(reader.bytes('state vector'));
  const client = reader.ended ? undefined : reader.uint('client');
  reader.end();
  return { vector, client };
}

/** Y3: whether an update holds nothing but deletions. Of an update that this session has made. */
export const holdsNoStructs = (update: Uint8Array) => update[0] === 0;

/** A state vector names each client once, with a clock. */
function checkedVector(bytes: Uint8Array): Uint8Array {
  const reader = new Reader(bytes);
  const clients = new Set<number>();
  const count = reader.uint('number of clients', bytes.length);
  for (let i = 0; i < count; i++) {
    clients.add(reader.uint('client'));
    reader.uint('clock');
  }
  reader.end();
  if (clients.size < count) throw new ProtocolError('shape', 'a state vector names a client twice');
  return bytes;
}

function encodeSync(kind: number, bytes: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, kind);
  encoding.writeVarUint8Array(encoder, bytes);
  return encoding.toUint8Array(encoder);
}
