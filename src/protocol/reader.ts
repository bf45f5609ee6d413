/**
 * D1: reads bytes that may be hostile. Every read is bounded, and whatever is wrong throws one ProtocolError. lib0's
 * decoder is not used, because it reads past the end, accepts NaN as a number, and replaces invalid UTF-8. In a crowd
 * this is the busiest code of a page, so it is written for speed. `what` names the value in the error.
 */
import { ProtocolError } from '../errors.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** ASCII text of up to this many bytes is read faster by a loop than by TextDecoder. */
const SHORT_TEXT = 24;

export class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** How many bytes have been read. */
  get position(): number {
    return this.#at;
  }

  byte(what: string): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw cutShort(what);
    this.#at++;
    return byte;
  }

  /** Two bytes, the least significant first. */
  uint16(what: string): number {
    const low = this.byte(what);
    return low + 256 * this.byte(what);
  }

  /** An unsigned integer, at most `max`, which is at most 2^53 - 1. */
  uint(what: string, max: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.#sevens(what, 0, 1);
    if (value > max) throw new ProtocolError('bytes', `${what} is ${value}, over ${max}`);
    return value;
  }

  /** A signed integer, from -(2^53 - 1) to 2^53 - 1. */
  int(what: string): number {
    const first = this.byte(what);
    const size = first < 128 ? first & 63 : this.#sevens(what, first & 63, 64);
    return first & 64 ? -size : size;
  }

  /** A UTF-8 string of at most `max` bytes. */
  text(what: string, max: number): string {
    const length = this.uint(`length of ${what}`);
    limit(what, length, max);
    return decode(this.#take(what, length), what);
  }

  /** A length, and a view of as many bytes. */
  bytes(what: string): Uint8Array {
    return this.#take(what, this.uint(`length of ${what}`));
  }

  /** A JSON text of at most `max` bytes. */
  json(what: string, max: number): unknown {
    return parse(this.text(what, max), what);
  }

  /** Throws unless the message ends here. */
  end(): void {
    if (!this.ended) throw new ProtocolError('bytes', 'there are bytes after the end');
  }

  /** Groups of seven bits, the least significant first: adds them to `value`, the first one with the weight `scale`. */
  #sevens(what: string, value: number, scale: number): number {
    let sum = value;
    for (let weight = scale; ; weight *= 128) {
      const byte = this.byte(what);
      sum += (byte & 127) * weight;
      if (sum > Number.MAX_SAFE_INTEGER || weight > Number.MAX_SAFE_INTEGER) {
        throw new ProtocolError('bytes', `${what} is too large`);
      }
      if (byte < 128) return sum;
    }
  }

  #take(what: string, length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw cutShort(what);
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

/** The value of a JSON text of at most `max` bytes. */
export function jsonOf(bytes: Uint8Array, what: string, max: number): unknown {
  limit(what, bytes.length, max);
  return parse(decode(bytes, what), what);
}

function limit(what: string, length: number, max: number): void {
  if (length > max) throw new ProtocolError('size', `${what} has ${length} bytes, over ${max}`);
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ProtocolError('bytes', `${what} is not JSON`, { cause });
  }
}

function decode(bytes: Uint8Array, what: string): string {
  const short = bytes.length <= SHORT_TEXT ? ascii(bytes) : undefined;
  if (short !== undefined) return short;
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new ProtocolError('bytes', `${what} is not UTF-8`, { cause });
  }
}

/** The error of a value that goes on past the end of the message. */
const cutShort = (what: string) => new ProtocolError('bytes', `${what} is cut short`);

/** The text of bytes that are all ASCII; `undefined` where one is not. */
function ascii(bytes: Uint8Array): string | undefined {
  let text = '';
  for (const byte of bytes) {
    if (byte > 127) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}
