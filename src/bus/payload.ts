/** Payloads to bytes and bytes to JSON, the same for every bus. */
import { PayloadError } from '../errors.js';
import type { Payload } from './bus.js';

const EMPTY = new Uint8Array(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Bytes (any view or buffer of them) go out as they are, not copied. Throws {@link PayloadError}. */
export function encodePayload(subject: string, payload: Payload): Uint8Array {
  if (payload instanceof Uint8Array) return payload;
  if (payload === undefined) return EMPTY;
  if (ArrayBuffer.isView(payload)) return new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength);
  if (payload instanceof ArrayBuffer) return new Uint8Array(payload);
  return encoder.encode(toJson(subject, payload));
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
    return JSON.parse(decoder.decode(data));
  } catch (cause) {
    throw new PayloadError(message.subject, `is not JSON (${data.length} bytes)`, { cause });
  }
}
