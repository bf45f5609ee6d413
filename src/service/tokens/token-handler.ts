/**
 * V11: an endpoint for tokens, to put into an app's own server: `createServer(tokenHandler({ account, authorize }))`.
 * This file decides what is answered; `node-http.ts` reads and writes it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fromSeed } from '@nats-io/jwt';
import { type Clock, systemClock } from '../../clock.js';
import { OptionError, SlateError } from '../../errors.js';
import { type AccountKey, signerOf } from './account.js';
import { type Authorize, authorized, checkAuthorize } from './authorize.js';
import { checkTtl, DEFAULT_TTL, type MemberToken, mintToken } from './mint.js';
import { addressOf, BodyError, type Reply, readJson, send } from './node-http.js';
import { allowedOrigin, checkOrigins } from './origins.js';
import { RateLimit } from './rate-limit.js';

export interface TokenHandlerOptions {
  readonly account: AccountKey;
  /** Says who asks, by the login of the app. */
  readonly authorize: Authorize;
  /** How many seconds tokens are good for, 10 to 86,400. @defaultValue 600 */
  readonly ttl?: number | undefined;
  /** Given to pages with the token: where they connect. */
  readonly server?: string | undefined;
  /**
   * Other pages than those of this server's own origin that may ask, such as `https://app.example.com`.
   * @defaultValue none
   */
  readonly origins?: readonly string[] | undefined;
  /** Questions a minute from one address, above 0. @defaultValue 120 */
  readonly perAddress?: number | undefined;
  /** Tokens a minute for one user, above 0. @defaultValue 30 */
  readonly perUser?: number | undefined;
  /**
   * Whether a proxy of one's own stands before this server and names the address in `X-Forwarded-For`. Otherwise
   * whoever asks could name any. @defaultValue false
   */
  readonly behindProxy?: boolean | undefined;
  /** The longest wait for `authorize`, in milliseconds, above 0. @defaultValue 10 000 */
  readonly timeoutMs?: number | undefined;
  /** Called with each token that is given; it holds no secret. */
  readonly onToken?: ((given: GivenToken) => void) | undefined;
  /** Called where `authorize` fails. The page is told only that something did. */
  readonly onError?: ((error: SlateError) => void) | undefined;
  /** For tests. @defaultValue the system's clock */
  readonly clock?: Clock | undefined;
}

export interface GivenToken {
  readonly user: string;
  readonly role: string;
  /** The public key of the token, by which it can be revoked. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** As `http.createServer`, Express and others take it. */
export type TokenHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Answers a POST of `{project}` with `{jwt, seed, expires, server?}`; where it gives none, with `{error}`. Throws
 * {@link OptionError}.
 */
export function tokenHandler(options: TokenHandlerOptions): TokenHandler {
  const { account, authorize, ttl = DEFAULT_TTL, server, origins = [], behindProxy = false } = options;
  const { perAddress = 120, perUser = 30, timeoutMs = 10_000, clock = systemClock, onToken, onError } = options;
  signerOf(account);
  checkAuthorize(authorize);
  checkTtl(ttl);
  checkOrigins(origins);
  for (const [option, value] of Object.entries({ perAddress, perUser, timeoutMs })) {
    if (!(Number.isFinite(value) && value > 0)) throw new OptionError(option, 'must be a number above 0');
  }
  const addresses = new RateLimit(perAddress, clock);
  const users = new RateLimit(perUser, clock);

  async function answer(request: IncomingMessage): Promise<Reply> {
    if (request.method === 'OPTIONS') return { status: 204, headers: PREFLIGHT };
    if (request.method !== 'POST') return refusal(405, 'ask for a token with POST', { Allow: 'POST, OPTIONS' });
    const address = addressOf(request, behindProxy);
    const wait = addresses.take(address);
    if (wait > 0) return tooOften(wait);
    const body = await readJson(request);
    const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const grant = await authorized(authorize, { headers, body, address }, { clock, timeoutMs });
    if (!grant) return refusal(401, 'log in first, or ask for what you may see');
    const userWait = users.take(grant.user);
    if (userWait > 0) return tooOften(userWait);
    const { user, role, project, projects, also } = grant;
    const token = await mintToken({ user, role, project, projects, also, account, ttl, now: clock.date() });
    onToken?.({ user, role, key: publicKeyOf(token), expires: token.expires });
    return { status: 200, body: { ...token, ...(server !== undefined && { server }) } };
  }

  return async (request, response) => {
    const origin = allowedOrigin(request, origins);
    const reply = origin === false ? refusal(403, 'this page may not ask here') : await answer(request).catch(failure);
    send(response, reply, origin || undefined);
  };

  function failure(error: unknown): Reply {
    if (error instanceof BodyError) return refusal(error.status, error.message);
    const reason = error instanceof Error ? error.message : String(error);
    onError?.(new SlateError(`No token was given, because authorize failed: ${reason}`, { cause: error }));
    return refusal(500, 'the login could not be checked; try again later');
  }
}

const PREFLIGHT = {
  'Access-Control-Allow-Methods': 'POST',
  'Access-Control-Allow-Headers': 'Content-Type, Authorization',
  'Access-Control-Max-Age': '600',
};

const refusal = (status: number, error: string, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  body: { error },
  headers,
});

const tooOften = (seconds: number) =>
  refusal(429, 'too many questions; ask again later', { 'Retry-After': `${seconds}` });

const publicKeyOf = ({ seed }: MemberToken) => fromSeed(new TextEncoder().encode(seed)).getPublicKey();
