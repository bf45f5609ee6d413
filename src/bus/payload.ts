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
  let text: string | undefined;
  try {
    text = JSON.stringify(payload);
  } catch (cause) {
    throw new PayloadError(subject, 'cannot be written as JSON', { cause });
  }
  if (text === undefined) throw new PayloadError(subject, `cannot be written as JSON: it is a ${typeof payload}`);
  return encoder.encode(text);
}

/** Throws {@link PayloadError} where the bytes are not JSON in UTF-8. */
export function decodeJson(subject: string, data: Uint8Array): unknown {
  if (data.length === 0) throw new PayloadError(subject, 'is empty, not JSON');
  try {
    return JSON.parse(decoder.decode(data));
  } catch (cause) {
    throw new PayloadError(subject, `is not JSON (${data.length} bytes)`, { cause });
  }
}
