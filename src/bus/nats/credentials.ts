/**
 * The credentials that a client presents. A token or JWT that the page gives as a function is asked for anew before
 * each attempt, since the client itself cannot wait for an answer.
 */
import type { Clock } from '../../clock.js';
import { AuthenticationError } from '../../errors.js';
import type { Identity } from '../bus.js';
import { readJwt } from './jwt.js';

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

/** A JWT and what belongs to it, as a token service answers. Other fields are ignored. */
export interface TokenAnswer {
  /** A user's JWT. */
  readonly jwt: string;
  /** The nkey seed that signs for the JWT. A bearer token needs none. */
  readonly seed?: string | undefined;
  /** When it ends, in milliseconds since 1970; needed where the JWT does not say so itself. */
  readonly expires?: number | undefined;
}

/**
 * A token or a JWT, or a function that returns one, now or later: as a text, or as a {@link TokenAnswer}, which is
 * presented as a JWT wherever it was given.
 */
export type Secret = string | (() => string | TokenAnswer | Promise<string | TokenAnswer>);

/** One kind of credentials, or none. */
export type Credentials =
  | Record<never, never>
  | { readonly token: Secret }
  | { readonly user: string; readonly pass: string | undefined }
  | { readonly jwt: Secret; readonly seed: string | undefined }
  | { readonly authenticator: Authenticator };

/** What one attempt presents. */
export interface Ticket {
  /** The token or the JWT; empty for other credentials. */
  readonly text: string;
  readonly isJwt: boolean;
  readonly seed: string | undefined;
  /** When the client received it first, on its clock. */
  readonly receivedAt: number;
  /** How long it holds from then on, in milliseconds; undefined where nothing says so, or nobody can renew it. */
  readonly lifeMs: number | undefined;
  readonly identity: Identity | undefined;
}

export interface TicketOptions {
  readonly clock: Clock;
  readonly credentials: Credentials;
  /** The longest wait for an answer of the page's function, in milliseconds. */
  readonly timeout: number;
  /** For the error message. */
  readonly servers: readonly string[];
}

/** The tickets of one bus, one after another. */
export class Tickets {
  /** True where each attempt may present other credentials than the one before. */
  readonly renews: boolean;
  readonly #options: TicketOptions;
  readonly #secret: Secret | undefined;
  #last: Ticket | undefined;
  /** Whom the server accepted first. */
  #user: string | undefined;

  constructor(options: TicketOptions) {
    const { credentials } = options;
    this.#options = options;
    this.#secret = 'token' in credentials ? credentials.token : 'jwt' in credentials ? credentials.jwt : undefined;
    this.renews = 'authenticator' in credentials || typeof this.#secret === 'function';
  }

  /**
   * Asks for the next. Rejects with {@link AuthenticationError} where the function throws, rejects, gives nothing that
   * can be presented or that of another user, or gives no answer in time.
   */
  async next(): Promise<Ticket> {
    const secret = this.#secret;
    try {
      const ticket = this.#read(typeof secret === 'function' ? await this.#inTime(secret) : (secret ?? ''));
      const user = ticket.identity?.user;
      if (this.#user !== undefined && user !== this.#user) {
        throw new Error(`they are those of ${JSON.stringify(user)}, not of ${JSON.stringify(this.#user)} as before`);
      }
      this.#last = ticket;
      return ticket;
    } catch (cause) {
      if (cause instanceof AuthenticationError) throw cause; // it says more
      throw notMade(this.#options.servers, cause);
    }
  }

  /** The server accepted the ticket: from now on they are all of this user. */
  accepted({ identity }: Ticket): void {
    this.#user ??= identity?.user;
  }

  async #inTime(secret: Exclude<Secret, string>): Promise<unknown> {
    const { clock, timeout } = this.#options;
    let cancel = () => undefined as unknown;
    try {
      const late = new Promise<never>((_, reject) => {
        cancel = clock.after(timeout, () => reject(new Error(`no answer within ${timeout} ms`)));
      });
      const given = await Promise.race([secret(), late]);
      if (given === '') throw new Error('the function returned an empty text');
      return given;
    } finally {
      cancel();
    }
  }

  #read(given: unknown): Ticket {
    const { credentials, clock } = this.#options;
    const isText = typeof given === 'string';
    const { jwt, seed, expires } = (isText ? { jwt: given } : (given ?? {})) as { [K in keyof TokenAnswer]: unknown };
    if (typeof jwt !== 'string' || (jwt === '' && !isText)) {
      const what = given === null ? 'null' : typeof given;
      throw new Error(`the function returned ${what === 'object' ? 'an object without a text "jwt"' : what}`);
    }
    if (seed !== undefined && typeof seed !== 'string') throw new Error('the "seed" of the answer is no text');
    const last = this.#last?.text === jwt ? this.#last : undefined;
    const receivedAt = last?.receivedAt ?? clock.now();
    const isJwt = !isText || 'jwt' in credentials;
    const { iat, exp, identity } = isJwt ? readJwt(jwt) : ({} as ReturnType<typeof readJwt>);
    const end = exp === undefined ? (typeof expires === 'number' ? expires : undefined) : exp * 1000;
    const start = exp === undefined || iat === undefined ? clock.date() : iat * 1000;
    return {
      text: jwt,
      isJwt,
      seed: seed ?? ('seed' in credentials ? credentials.seed : undefined),
      receivedAt,
      lifeMs: last ? last.lifeMs : this.renews && end !== undefined && end > start ? end - start : undefined,
      identity,
    };
  }
}

/** Credentials that could not be made, and why. */
export function notMade(servers: readonly string[], cause: unknown): AuthenticationError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AuthenticationError(servers, `they could not be made: ${reason}`, { cause });
}
