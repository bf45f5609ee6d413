/**
 * Strict reading of hostile bytes: every read is bounded, and whatever is wrong becomes one ProtocolError. Written out
 * rather than on lib0's decoder, which reads past the end, takes NaN for a number, and replaces broken UTF-8; and
 * because a crowd's cursors make it the busiest code of a page.
 */
import { ProtocolError } from '../errors.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Up to this many bytes, plain ASCII is read faster by hand than by the platform's decoder. */
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

  /** Two bytes, the less significant first. */
  uint16(what: string): number {
    const low = this.byte(what);
    return low + 256 * this.byte(what);
  }

  /** An unsigned integer of at most `max` (2^53 - 1 at most). */
  uint(what: string, max: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.#sevens(what, 0, 1);
    if (value > max) throw new ProtocolError('bytes', `${what} is ${value}, over ${max}`);
    return value;
  }

  /** Sign and magnitude, at most 2^53 - 1 both ways. */
  int(what: string): number {
    const first = this.byte(what);
    const size = first < 128 ? first & 63 : this.#sevens(what, first & 63, 64);
    return first & 64 ? -size : size;
  }

  /** A UTF-8 string of at most `max` bytes. */
  text(what: string, max: number): string {
    const length = this.uint(`length of ${what}`);
    if (length > max) throw new ProtocolError('size', `${what} has ${length} bytes, over ${max}`);
    const bytes = this.#take(what, length);
    const short = length <= SHORT_TEXT ? ascii(bytes) : undefined;
    if (short !== undefined) return short;
    try {
      return utf8.decode(bytes);
    } catch (cause) {
      throw new ProtocolError('bytes', `${what} is not UTF-8`, { cause });
    }
  }

  /** A view of as many bytes as their length says. */
  bytes(what: string): Uint8Array {
    return this.#take(what, this.uint(`length of ${what}`));
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

  /** Groups of seven bits, the least significant first, from `scale` on; `value` is what came before. */
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

const cutShort = (what: string) => new ProtocolError('bytes', `${what} is cut short`);

function ascii(bytes: Uint8Array): string | undefined {
  let text = '';
  for (const byte of bytes) {
    if (byte > 127) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}
