/**
 * S4: encodes an id as one token of a subject, so that it can be decoded, and two ids never get the same token. Each
 * character that has a meaning in NATS (`.`, `*`, `>`, white space, controls), and `%` itself, becomes `%XX` for each
 * of its UTF-8 bytes. The empty id becomes `%` alone.
 */
import { InvalidIdError } from './errors.js';

/** The longest token, in bytes. NATS accepts protocol lines of 4 KiB, and a subject of ours has at most four ids. */
export const MAX_TOKEN_BYTES = 256;

const EMPTY = '%';
// Control characters, all Unicode white space, the byte order mark, and the characters that NATS or the escape uses.
const ESCAPED = /[\p{Cc}\p{Z}\u2028\u2029\ufeff.*>%]/gu;

const hex = (byte: number) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
const utf8 = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * `what` names the id in the error. Throws {@link InvalidIdError} for an id that is not a string, not well-formed
 * Unicode, or longer than 256 bytes as a token.
 */
export function encodeToken(what: string, id: string): string {
  if (typeof id !== 'string') throw new InvalidIdError(what, id, 'is not a string');
  if (id === '') return EMPTY;
  if (/\p{Cs}/u.test(id)) throw new InvalidIdError(what, id, 'has half a surrogate pair, which has no UTF-8 form');
  const token = id.replace(ESCAPED, (char) => Array.from(utf8.encode(char), hex).join(''));
  if (token.length * 3 > MAX_TOKEN_BYTES && utf8.encode(token).length > MAX_TOKEN_BYTES) {
    throw new InvalidIdError(
      what,
      id,
      `is longer than ${MAX_TOKEN_BYTES} bytes as a subject token; for the address of a page take roomOf(address)`,
    );
  }
  return token;
}

/** Whether a value is the id of something: it has a token, and is not the empty id, which stands for nothing. */
export function isId(value: unknown): value is string {
  try {
    // A token is never shorter than its id, and escaping a long one takes long.
    return (value as string).length <= MAX_TOKEN_BYTES && encodeToken('', value as string) !== EMPTY;
  } catch {
    return false;
  }
}

/** The id that a token stands for; `undefined` for a token that `encodeToken` never makes. */
export function decodeToken(token: string): string | undefined {
  if (token === EMPTY) return '';
  try {
    const id = token.replace(/(?:%[0-9A-F]{2})+/g, (run) =>
      strict.decode(Uint8Array.from(run.slice(1).split('%'), (pair) => Number.parseInt(pair, 16))),
    );
    return encodeToken('', id) === token ? id : undefined;
  } catch {
    return undefined; // not UTF-8, or not an id
  }
}
