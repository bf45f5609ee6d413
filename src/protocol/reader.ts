/**
 * Strict reading of hostile bytes: every read is bounded, and whatever is wrong becomes one ProtocolError. lib0's
 * decoder alone would read past limits, allocate what a length claims, and decode broken UTF-8 as U+FFFD.
 */
import * as decoding from 'lib0/decoding';
import { ProtocolError } from '../errors.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class Reader {
  readonly #decoder: decoding.Decoder;

  constructor(bytes: Uint8Array) {
    this.#decoder = decoding.createDecoder(bytes);
  }

  get ended(): boolean {
    return !decoding.hasContent(this.#decoder);
  }

  /** How many bytes have been read. */
  get position(): number {
    return this.#decoder.pos;
  }

  byte(what: string): number {
    if (this.ended) throw new ProtocolError('bytes', `${what} is missing`);
    return decoding.readUint8(this.#decoder);
  }

  /** An unsigned integer of at most `max` (2^53 - 1 at most). */
  uint(what: string, max: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.#read(what, decoding.readVarUint);
    if (value > max) throw new ProtocolError('bytes', `${what} is ${value}, over ${max}`);
    return value;
  }

  int(what: string): number {
    return this.#read(what, decoding.readVarInt);
  }

  /** A UTF-8 string of at most `max` bytes. */
  text(what: string, max: number): string {
    const length = this.uint(`length of ${what}`);
    if (length > max) throw new ProtocolError('size', `${what} has ${length} bytes, over ${max}`);
    const { arr, pos } = this.#decoder;
    if (pos + length > arr.length) throw new ProtocolError('bytes', `${what} is cut short`);
    this.#decoder.pos += length;
    try {
      return utf8.decode(arr.subarray(pos, pos + length));
    } catch (cause) {
      throw new ProtocolError('bytes', `${what} is not UTF-8`, { cause });
    }
  }

  /** A view of as many bytes as their length says. */
  bytes(what: string): Uint8Array {
    const length = this.uint(`length of ${what}`);
    const { arr, pos } = this.#decoder;
    if (pos + length > arr.length) throw new ProtocolError('bytes', `${what} is cut short`);
    this.#decoder.pos += length;
    return arr.subarray(pos, pos + length);
  }

  json(what: string, max: number): unknown {
    const text = this.text(what, max);
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new ProtocolError('bytes', `${what} is not JSON`, { cause });
    }
  }

  /** The message must end here. */
  end(): void {
    if (!this.ended) throw new ProtocolError('bytes', 'there are bytes after the end');
  }

  /** lib0 reads a signed integer past the end as 0, and one of two hundred bytes as NaN, which passes every limit. */
  #read(what: string, read: (decoder: decoding.Decoder) => number): number {
    let cause: unknown;
    try {
      const value = read(this.#decoder);
      if (Number.isSafeInteger(value) && this.#decoder.pos <= this.#decoder.arr.length) return value;
    } catch (error) {
      cause = error;
    }
    throw new ProtocolError('bytes', `${what} is cut short or too large`, { cause });
  }
}
