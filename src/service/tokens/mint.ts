/** Mints the credentials of a member: a JWT for one user, good for minutes, and the seed that signs for it (V9). */
import { createUser, encodeUser } from '@nats-io/jwt';
import { OptionError } from '../../errors.js';
import { type AccountKey, signerOf } from './account.js';
import { type MemberOptions, memberPermissions, projectsOf } from './member-permissions.js';

/** Seconds. */
export const MIN_TTL = 10;
export const MAX_TTL = 24 * 60 * 60;
export const DEFAULT_TTL = 600;

/** What `slate init` lets a server read is 64 KB, and the client adds some hundred bytes. */
const MAX_JWT_BYTES = 60_000;

export interface MintOptions extends MemberOptions {
  readonly account: AccountKey;
  /** How many seconds the token is good for, a whole number from 10 to 86,400 (a day). @defaultValue 600 */
  readonly ttl?: number | undefined;
  /** The time from which `ttl` counts, in milliseconds since 1970. @defaultValue now */
  readonly now?: number | undefined;
}

/** What a page connects with, as JSON can hold it. */
export interface MemberToken {
  readonly jwt: string;
  /** The seed of a key made for this token alone; a secret of the page. */
  readonly seed: string;
  /** When the token ends, in milliseconds since 1970. */
  readonly expires: number;
}

/**
 * Mints a token. Mint one for each page, and short ones: a token is good until it ends, whatever becomes of its user.
 * Rejects with {@link OptionError} for a key that is no account's, a `ttl` out of range, an unknown role, and for more
 * projects than a JWT can hold (60 kB, some forty); with {@link InvalidIdError} for an empty or unusable id.
 *
 * @example await mintToken({ account: { seed, issuerAccount }, project: 'p1', user: 'ada', role: 'writer', ttl: 600 });
 */
export async function mintToken(options: MintOptions): Promise<MemberToken> {
  const { user, role, ttl = DEFAULT_TTL, now = Date.now() } = options;
  const { signer, account } = signerOf(options.account);
  checkTtl(ttl);
  const { publish, subscribe } = memberPermissions(options);
  const tags = ['slate', ...projectsOf(options).map((project) => `project:${lowerCase(project)}`), `role:${role}`];
  const exp = Math.floor(now / 1000) + ttl;
  const key = createUser();
  const isSigningKey = signer.getPublicKey() !== account;
  const jwt = await encodeUser(
    utf8(user),
    key,
    isSigningKey ? account : signer,
    { pub: written(publish), sub: written(subscribe), tags },
    { exp, ...(isSigningKey && { signer }) },
  );
  if (jwt.length > MAX_JWT_BYTES) {
    throw new OptionError('projects', `and "also" make a JWT of ${jwt.length} bytes; ${MAX_JWT_BYTES} are allowed`);
  }
  return { jwt, seed: new TextDecoder().decode(key.getSeed()), expires: exp * 1000 };
}

/** Throws {@link OptionError} unless it is a time that a token may be good for, in seconds. */
export function checkTtl(ttl: number): void {
  if (Number.isInteger(ttl) && ttl >= MIN_TTL && ttl <= MAX_TTL) return;
  throw new OptionError('ttl', `must be a whole number of seconds from ${MIN_TTL} to ${MAX_TTL}`);
}

/** The lists of a permission as they are written. */
function written<T extends Readonly<Record<string, readonly string[]>>>(lists: T): { [K in keyof T]: string[] } {
  return Object.fromEntries(Object.entries(lists).map(([key, list]) => [key, list.map(utf8)])) as {
    [K in keyof T]: string[];
  };
}

/** A text whose characters are the bytes of `text` in UTF-8: the library writes one byte for each character. */
function utf8(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

/** V9: the id as a tag keeps it, whoever writes tags in lower case. `decodeURIComponent` reads it. */
function lowerCase(id: string): string {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const escaped = (char: string) =>
    Array.from(bytes(char), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  return id.replace(/[^-a-z0-9_]/gu, escaped);
}
