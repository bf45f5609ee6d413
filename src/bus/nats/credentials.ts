/**
 * The credentials that a client presents. A token or JWT that the page gives as a function is asked for anew before
 * each attempt, since the client itself cannot wait for an answer.
 */
import type { Clock } from '../../clock.js';
import { AuthenticationError } from '../../errors.js';

/**
 * Makes the credentials for one attempt to connect. `nonce` is the text that the server wants signed, if it wants
 * one. The authenticators of nats.ws and of @nats-io/nats-core have this type.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: the clients' own types say void
export type Authenticator = (nonce?: string) => ServerCredentials | void;

/** What the server receives: the fields of a NATS `CONNECT` message. */
export type ServerCredentials =
  | { auth_token: string }
  | { user: string; pass?: string }
  | { nkey: string; sig: string }
  | { jwt: string; nkey?: string; sig?: string };

/** A token or a JWT, or a function that returns one, now or later. */
export type Secret = string | (() => string | Promise<string>);

/** One kind of credentials, or none. */
export type Credentials =
  | Record<never, never>
  | { readonly token: Secret }
  | { readonly user: string; readonly pass: string | undefined }
  | { readonly jwt: Secret; readonly seed: string | undefined }
  | { readonly authenticator: Authenticator };

/** True where each attempt may present other credentials than the one before. */
export function areRenewed(credentials: Credentials): boolean {
  return 'authenticator' in credentials || typeof secretOf(credentials) === 'function';
}

export interface Renewal {
  readonly clock: Clock;
  /** The longest wait for an answer of the page's function, in milliseconds. */
  readonly timeout: number;
  /** For the error message. */
  readonly servers: readonly string[];
}

/**
 * Asks for the secret. Rejects with {@link AuthenticationError} where the function throws, rejects, gives no text, or
 * gives no answer in time.
 */
export async function freshSecret(credentials: Credentials, renewal: Renewal): Promise<string> {
  const secret = secretOf(credentials);
  if (typeof secret !== 'function') return secret ?? '';
  const { clock, timeout, servers } = renewal;
  let cancel = () => undefined as unknown;
  try {
    const late = new Promise<never>((_, reject) => {
      cancel = clock.after(timeout, () => reject(new Error(`no answer within ${timeout} ms`)));
    });
    const value = await Promise.race([secret(), late]);
    if (typeof value === 'string' && value !== '') return value;
    throw new Error(`the function returned ${value === '' ? 'an empty text' : typeof value}`);
  } catch (cause) {
    throw notMade(servers, cause);
  } finally {
    cancel();
  }
}

/** Credentials that could not be made, and why. */
export function notMade(servers: readonly string[], cause: unknown): AuthenticationError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AuthenticationError(servers, `they could not be made: ${reason}`, { cause });
}

function secretOf(credentials: Credentials): Secret | undefined {
  if ('token' in credentials) return credentials.token;
  return 'jwt' in credentials ? credentials.jwt : undefined;
}
