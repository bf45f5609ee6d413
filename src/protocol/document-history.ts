/**
 * Y9 to Y14: what the stream keeps of a document: entries of its log, and chunks of its snapshots; its head is in
 * document-head.ts. Each begins with a byte that says what it is. None is trusted: whatever is wrong throws one
 * ProtocolError.
 */
import {
  createEncoder,
  toUint8Array,
  writeUint8,
  writeUint8Array,
  writeVarString,
  writeVarUint,
  writeVarUint8Array,
} from 'lib0/encoding';
import { digest as sha256 } from 'lib0/hash/sha256';
import { ProtocolError } from '../errors.js';
import { MAX_STATE, type Snapshot } from './document-head.js';
import { type Part, type PartLimits, encodeParts as partsOf, readPart } from './document-parts.js';
import { Reader } from './reader.js';
import { MAX_TOKEN_BYTES } from './token.js';

/** What a seal and the format may add to the largest state. */
const SLACK = 64 * 1024;
/** The largest part or chunk, and the smallest, but for the last one, in bytes. */
export const MAX_PIECE = 48 * 1024;
export const MIN_PIECE = 1_024;
/** Those of entries in parts. */
const LIMITS: PartLimits = { whole: MAX_STATE + SLACK, part: MIN_PIECE };

const UPDATE = 1;
const PART = 2;
const SEALED = 3;
const CLAIM = 4;
/** Bit 0 of an update's flags: another user made these edits, who could not save them. */
const RESCUE = 1;

/**
 * An entry of the log: edits as a V2 update, a part of an entry that is too large for one message, a sealed one, or the
 * claim of a client id (Y20).
 */
export type LogEntry =
  | { readonly type: 'update'; readonly update: Uint8Array; readonly rescue: string | undefined }
  | ({ readonly type: 'part' } & Part)
  | { readonly type: 'sealed'; readonly bytes: Uint8Array }
  | { readonly type: 'claim'; readonly client: number };

export function encodeUpdate(update: Uint8Array, rescue?: string): Uint8Array {
  const encoder = createEncoder();
  writeUint8(encoder, UPDATE);
  writeVarUint(encoder, rescue === undefined ? 0 : RESCUE);
  if (rescue !== undefined) writeVarString(encoder, rescue);
  writeUint8Array(encoder, update);
  return toUint8Array(encoder);
}

/** Y20: the user of the subject has this client id. */
export function encodeClaim(client: number): Uint8Array {
  const encoder = createEncoder();
  writeUint8(encoder, CLAIM);
  writeVarUint(encoder, client);
  return toUint8Array(encoder);
}

export function encodeSealed(bytes: Uint8Array): Uint8Array {
  return withByte(SEALED, bytes);
}

/** Cuts an entry into parts of at most `size` bytes each, which are entries themselves. */
export function encodeParts(whole: Uint8Array, id: number, size: number): Uint8Array[] {
  return partsOf(PART, whole, id, size);
}

/** Throws {@link ProtocolError}. An update may still be none: Yjs says so. */
export function decodeEntry(bytes: Uint8Array): LogEntry {
  const reader = new Reader(bytes);
  const format = reader.byte('format');
  if (format === UPDATE) {
    const flags = reader.uint('flags');
    if (flags > RESCUE) throw new ProtocolError('shape', `the flags are ${flags}`);
    const rescue = flags & RESCUE ? reader.text('user', MAX_TOKEN_BYTES) : undefined;
    return { type: 'update', rescue, update: rest(reader, bytes) };
  }
  if (format === PART) return { type: 'part', ...readPart(reader, bytes, LIMITS) };
  if (format === SEALED) return { type: 'sealed', bytes: rest(reader, bytes) };
  if (format === CLAIM) {
    const client = reader.uint('client');
    reader.end();
    return { type: 'claim', client };
  }
  throw new ProtocolError('bytes', `an entry has the format ${format}`);
}

/** Whether an entry is sealed, by its first byte; `undefined` for one that does not tell: a part, or a claim. */
export function isSealed([format]: Uint8Array): boolean | undefined {
  return format === SEALED || format === UPDATE ? format === SEALED : undefined;
}

/** A snapshot: the updates that make it, one after another. */
export function encodeSnapshot(updates: Iterable<Uint8Array>): Uint8Array {
  const encoder = createEncoder();
  for (const update of updates) writeVarUint8Array(encoder, update);
  return toUint8Array(encoder);
}

/** The updates that make a snapshot. Throws {@link ProtocolError}. */
export function decodeSnapshot(snapshot: Uint8Array): Uint8Array[] {
  const reader = new Reader(snapshot);
  const updates: Uint8Array[] = [];
  while (!reader.ended) updates.push(reader.bytes('update'));
  return updates;
}

/** The chunks of a snapshot, each of at most `size` bytes and a byte more. */
export function encodeChunks(snapshot: Uint8Array, size: number, sealed: boolean): Uint8Array[] {
  return cut(snapshot, size).map((piece) => withByte(sealed ? SEALED : UPDATE, piece));
}

/** A chunk with its own SHA-256, so that the hash of a large snapshot is reckoned bit by bit. */
export interface HashedChunk {
  readonly chunk: Uint8Array;
  readonly hash: Uint8Array;
}

export function hashed(chunk: Uint8Array): HashedChunk {
  return { chunk, hash: sha256(chunk) };
}

/** What a head says of the chunks: the SHA-256, in hexadecimal, of their hashes one after another. */
export function snapshotHash(chunks: readonly HashedChunk[]): string {
  const hash = sha256(concat(chunks.map((each) => each.hash)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The snapshot, and whether it is sealed. Throws {@link ProtocolError} where it is not what the head says. */
export function joinChunks(chunks: readonly HashedChunk[], { bytes, sha256: wanted }: Snapshot) {
  const formats = new Set(chunks.map(({ chunk }) => chunk[0]));
  const [format] = formats;
  if (formats.size !== 1 || (format !== UPDATE && format !== SEALED)) {
    throw new ProtocolError('bytes', `the chunks have the formats ${[...formats].join(', ')}`);
  }
  const whole = concat(chunks.map(({ chunk }) => chunk.subarray(1)));
  if (whole.length !== bytes || snapshotHash(chunks) !== wanted) {
    throw new ProtocolError('bytes', 'the chunks do not make the snapshot that the head names');
  }
  return { snapshot: whole, sealed: format === SEALED };
}

function withByte(byte: number, bytes: Uint8Array): Uint8Array {
  return concat([Uint8Array.of(byte), bytes]);
}

/** The bytes that the reader has not read yet. */
function rest(reader: Reader, bytes: Uint8Array): Uint8Array {
  return bytes.subarray(reader.position);
}

function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces = Math.max(1, Math.ceil(bytes.length / size));
  return Array.from({ length: pieces }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
