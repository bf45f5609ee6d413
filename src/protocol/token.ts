/**
 * S4: an id becomes one subject token by a reversible, injective encoding. Every character that NATS gives a meaning
 * (`.`, `*`, `>`, white space, controls) and `%` itself is written as `%XX` for each of its UTF-8 bytes.
 * The empty id is the lone token `%`, which no other id can become.
 */
import { InvalidIdError } from '../errors.js';

/** The longest token in bytes. NATS takes a protocol line of 4 KiB; a subject of ours has at most four ids. */
export const MAX_TOKEN_BYTES = 256;

const EMPTY = '%';
// Controls, all Unicode white space and format characters that hide in a log, and what NATS or the escape itself uses.
const ESCAPED = /[\p{Cc}\p{Z}\u2028\u2029\ufeff.*>%]/gu;

const hex = (byte: number) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
const utf8 = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Throws {@link InvalidIdError} for what is not a string, not well-formed Unicode, or longer than 256 bytes as a token. */
export function encodeToken(what: string, id: string): string {
  if (typeof id !== 'string') throw new InvalidIdError(what, id, 'is not a string');
  if (id === '') return EMPTY;
  if (/\p{Cs}/u.test(id)) throw new InvalidIdError(what, id, 'has half a surrogate pair, which has no UTF-8 form');
  const token = id.replace(ESCAPED, (char) => Array.from(utf8.encode(char), hex).join(''));
  if (utf8.encode(token).length > MAX_TOKEN_BYTES) {
    throw new InvalidIdError(what, id, `is longer than ${MAX_TOKEN_BYTES} bytes as a subject token`);
  }
  return token;
}

/** The id of a token; `undefined` for a token that `encodeToken` never makes. */
export function decodeToken(token: string): string | undefined {
  if (token === EMPTY) return '';
  try {
    const id = token.replace(/(?:%[0-9A-F]{2})+/g, (run) =>
      strict.decode(Uint8Array.from(run.slice(1).split('%'), (pair) => Number.parseInt(pair, 16))),
    );
    return encodeToken('', id) === token ? id : undefined;
  } catch {
    return undefined; // not UTF-8, or not an id: the caller decides what a foreign token means
  }
}
