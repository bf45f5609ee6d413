/** Turns payloads into bytes, and bytes into JSON. Every bus uses it. */
import { PayloadError } from '../errors.js';
import type { Payload } from './bus.js';

const EMPTY = new Uint8Array(0);
/**
 * Short texts are written one after another into a shared block, because an allocation for each costs more than its
 * bytes.
 */
const BLOCK_BYTES = 16_384;
const MAX_TEXT_BYTES = 4_096;

const encoder = new TextEncoder();
let block: Uint8Array | undefined;
/** Where the next text begins in the block. The bytes before it are never changed again. */
let next = 0;
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Returns bytes (a view or a buffer) without copying them; writes any other value as JSON. Throws {@link
 * PayloadError}.
 */
export function encodePayload(subject: string, payload: Payload): Uint8Array {
  if (payload instanceof Uint8Array) return payload;
  if (payload === undefined) return EMPTY;
  if (ArrayBuffer.isView(payload)) return new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength);
  if (payload instanceof ArrayBuffer) return new Uint8Array(payload);
  return encodeText(toJson(subject, payload));
}

/**
 * As {@link encodePayload}, but copies bytes, so that the caller may change its own afterwards. Throws {@link
 * PayloadError}.
 */
export function takePayload(subject: string, payload: Payload): Uint8Array {
  const bytes = encodePayload(subject, payload);
  return ArrayBuffer.isView(payload) || payload instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
}

/**
 * Encodes as UTF-8. `tail` replaces the last byte of the text. Short texts share one block of memory, so nobody may
 * change the result.
 */
export function encodeText(text: string, tail?: Uint8Array): Uint8Array {
  const longest = 3 * text.length + (tail?.length ?? 0);
  if (longest > MAX_TEXT_BYTES) {
    const bytes = encoder.encode(tail ? text.padEnd(text.length + tail.length - 1) : text);
    if (tail) bytes.set(tail, bytes.length - tail.length);
    return bytes;
  }
  if (!block || next + longest > BLOCK_BYTES) {
    block = new Uint8Array(BLOCK_BYTES);
    next = 0;
  }
  const start = next;
  next += encoder.encodeInto(text, block.subarray(start)).written;
  if (tail) {
    block.set(tail, next - 1);
    next += tail.length - 1;
  }
  return block.subarray(start, next);
}

/** Throws {@link PayloadError} for a value that JSON cannot express. */
export function toJson(subject: string, payload: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(payload);
  } catch (cause) {
    throw new PayloadError(subject, 'cannot be written as JSON', { cause });
  }
  if (text === undefined) throw new PayloadError(subject, `cannot be written as JSON: it is a ${typeof payload}`);
  return text;
}

/**
 * Throws {@link PayloadError} when the bytes are not JSON in UTF-8. Takes the message and not its subject, because
 * the NATS clients decode a subject each time it is read: only an error needs it.
 */
export function decodeJson(message: { readonly subject: string; readonly data: Uint8Array }): unknown {
  const { data } = message;
  if (data.length === 0) throw new PayloadError(message.subject, 'is empty, not JSON');
  try {
    return JSON.parse(decodeText(data));
  } catch (cause) {
    throw new PayloadError(message.subject, `is not JSON (${data.length} bytes)`, { cause });
  }
}

/** Throws a `TypeError` when the bytes are not UTF-8. */
export function decodeText(data: Uint8Array): string {
  return decoder.decode(data);
}
