/** Payloads to bytes and bytes to JSON, the same for every bus. */
import { PayloadError } from '../errors.js';
import type { Payload } from './bus.js';

const EMPTY = new Uint8Array(0);
/** Texts are written one behind another into blocks: memory of its own costs a text of usual size more than its bytes do. */
const BLOCK_BYTES = 16_384;
const MAX_TEXT_BYTES = 4_096;

const encoder = new TextEncoder();
let block: Uint8Array | undefined;
/** Where the next text begins in the block. What was written before is never touched again. */
let next = 0;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Bytes (any view or buffer of them) go out as they are, not copied. Throws {@link PayloadError}. */
export function encodePayload(subject: string, payload: Payload): Uint8Array {
  if (payload instanceof Uint8Array) return payload;
  if (payload === undefined) return EMPTY;
  if (ArrayBuffer.isView(payload)) return new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength);
  if (payload instanceof ArrayBuffer) return new Uint8Array(payload);
  return encodeText(toJson(subject, payload));
}

/** As {@link encodePayload}, but the bytes are ours: what their owner does to his does not matter. Throws {@link PayloadError}. */
export function takePayload(subject: string, payload: Payload): Uint8Array {
  const bytes = encodePayload(subject, payload);
  return ArrayBuffer.isView(payload) || payload instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
}

/** UTF-8; `tail` takes the place of the last byte. Small texts share memory with others, in which nothing is ever changed. */
export function encodeText(text: string, tail?: Uint8Array): Uint8Array {
  const room = 3 * text.length + (tail?.length ?? 0);
  if (room > MAX_TEXT_BYTES) {
    const bytes = encoder.encode(tail ? text.padEnd(text.length + tail.length - 1) : text);
    if (tail) bytes.set(tail, bytes.length - tail.length);
    return bytes;
  }
  if (!block || next + room > BLOCK_BYTES) {
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

/** Throws {@link PayloadError} for what JSON has no word for. */
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

/** Throws {@link PayloadError} where the bytes are not JSON in UTF-8. Its subject, which costs a decoding, is read only for that. */
export function decodeJson(message: { readonly subject: string; readonly data: Uint8Array }): unknown {
  const { data } = message;
  if (data.length === 0) throw new PayloadError(message.subject, 'is empty, not JSON');
  try {
    return JSON.parse(decodeText(data));
  } catch (cause) {
    throw new PayloadError(message.subject, `is not JSON (${data.length} bytes)`, { cause });
  }
}

/** Throws a `TypeError` where the bytes are not UTF-8. */
export function decodeText(data: Uint8Array): string {
  return decoder.decode(data);
}
