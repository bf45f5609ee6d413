/**
 * Y5: a message that is too large for one payload goes as parts, each of which says what the whole is: its length and
 * hash. The history writes its large entries in the same way.
 */
import * as encoding from 'lib0/encoding';
import { digest } from 'lib0/hash/sha256';
import { ProtocolError } from '../errors.js';
import type { Reader } from './reader.js';

/** What a reader takes. */
export interface PartLimits {
  /** The most bytes of the whole. */
  readonly whole: number;
  /** The fewest bytes of a part on the average. */
  readonly part: number;
}

/** The longest message that goes as one payload, and the most bytes of one part. */
export const PART_BYTES = 48 * 1024;
/** Parts have as many bytes on the average at least: more of them would cost more than they carry. */
const MIN_PART_BYTES = 64;
/** The largest message that may go in parts. */
export const MAX_WHOLE_BYTES = 64 * 1024 * 1024;
/** How many bytes of a SHA-256 are sent, here and in a digest (Y6). */
export const HASH_BYTES = 8;

/** Those of the live lane; the history has its own. */
const LIVE: PartLimits = { whole: MAX_WHOLE_BYTES, part: MIN_PART_BYTES };

export interface Part {
  /** Chosen by the sender at random, the same for all parts of one message. */
  readonly id: number;
  /** From 0 to `count` - 1. */
  readonly index: number;
  readonly count: number;
  /** The length of the whole message, in bytes. */
  readonly total: number;
  /** The first 8 bytes of the whole message's SHA-256, in hexadecimal. */
  readonly hash: string;
  /** A view of the bytes of this part; never empty. */
  readonly bytes: Uint8Array;
}

/** The first 8 bytes of the SHA-256 of `bytes`, in hexadecimal. */
export function shortHash(bytes: Uint8Array): string {
  return hex(digest(bytes).subarray(0, HASH_BYTES));
}

export const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The bytes that {@link hex} wrote. */
export const unhex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

/** Cuts a message into parts of at most `max` bytes, which begin with the byte `kind`. `id`: a new random number. */
export function encodeParts(kind: number, whole: Uint8Array, id: number, max = PART_BYTES): Uint8Array[] {
  const hash = digest(whole).subarray(0, HASH_BYTES);
  const count = Math.ceil(whole.length / max);
  return Array.from({ length: count }, (_, index) => {
    const encoder = encoding.createEncoder();
    encoding.writeUint8(encoder, kind);
    for (const value of [id, index, count, whole.length]) encoding.writeVarUint(encoder, value);
    encoding.writeUint8Array(encoder, hash);
    encoding.writeUint8Array(encoder, whole.subarray(index * max, (index + 1) * max));
    return encoding.toUint8Array(encoder);
  });
}

/** Reads a part behind its first byte, to the end of `message`. Throws {@link ProtocolError}. */
export function readPart(reader: Reader, message: Uint8Array, limits = LIVE): Part {
  const id = reader.uint('id of a part');
  const index = reader.uint('number of a part');
  const count = reader.uint('number of parts');
  const total = reader.uint('length of the whole');
  const hash = hex(Uint8Array.from({ length: HASH_BYTES }, () => reader.byte('hash')));
  const bytes = message.subarray(reader.position);
  if (total > limits.whole) throw new ProtocolError('size', `the whole has ${total} bytes, over ${limits.whole}`);
  if (count > Math.max(1, Math.ceil(total / limits.part)))
    throw new ProtocolError('limit', `${count} parts of ${total} bytes`);
  if (index >= count) throw new ProtocolError('bytes', `part ${index} of ${count}`);
  if (bytes.length === 0 || bytes.length > total) throw new ProtocolError('bytes', 'a part of another length');
  return { id, index, count, total, hash, bytes };
}

/** The whole that all its parts make, in their order. Throws {@link ProtocolError} where it is not what was cut. */
export function joinParts(parts: readonly Part[]): Uint8Array {
  const [first] = parts;
  const length = parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (!first || length !== first.total) throw wrongWhole(); // before the memory for it is taken
  const whole = new Uint8Array(length);
  let at = 0;
  for (const { bytes } of parts) {
    whole.set(bytes, at);
    at += bytes.length;
  }
  if (shortHash(whole) !== first.hash) throw wrongWhole();
  return whole;
}

const wrongWhole = () => new ProtocolError('bytes', 'parts do not make the whole that they were cut from');
