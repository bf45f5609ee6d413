/**
 * The only file that imports nats.ws. It is itself imported late: a page that brings its own connection, or has not
 * connected yet, loads neither; and a bundler sees by the names here what of that client is used. It turns our options
 * into those of that client; it holds no state.
 */
import {
  type Authenticator,
  connect,
  jwtAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from 'nats.ws';
import { AuthenticationError } from '../../errors.js';
import type { NatsConnectionLike } from './nats-connection.js';
import type { Credentials } from './options.js';
import type { Wire } from './wire.js';

export type { Authenticator };

export interface NatsClientOptions {
  readonly servers: readonly string[];
  readonly credentials: Credentials;
  readonly name: string | undefined;
  readonly pingInterval: number;
  readonly maxPingOut: number;
  /** Milliseconds from the beginning of the wait before a try to the end of the handshake. */
  readonly timeout: number;
  readonly open: Wire['open'];
}

/** Tries each server once, in any order; the connection it resolves with reconnects for ever. Rejects as nats.ws does. */
export async function connectNats(options: NatsClientOptions): Promise<NatsConnectionLike> {
  const { servers, credentials, name, pingInterval, maxPingOut, timeout, open } = options;

  const authenticator = (): Authenticator | undefined => {
    if ('token' in credentials) return tokenAuthenticator(credentials.token);
    if ('user' in credentials) return usernamePasswordAuthenticator(credentials.user, credentials.pass);
    if ('authenticator' in credentials) return credentials.authenticator;
    if (!('jwt' in credentials)) return undefined;
    const { jwt, seed } = credentials;
    return jwtAuthenticator(jwt, seed === undefined ? undefined : new TextEncoder().encode(seed));
  };
  const authenticate = authenticator();
  /** A fault in the page's function, or a bad seed, is a refusal with a reason, not a mystery. */
  const guarded: Authenticator = (nonce) => {
    try {
      return authenticate?.(nonce);
    } catch (cause) {
      throw new AuthenticationError(servers, `they could not be made: ${(cause as Error).message}`, { cause });
    }
  };

  return connect({
    servers: [...servers],
    pingInterval,
    maxPingOut,
    timeout,
    maxReconnectAttempts: -1,
    waitOnFirstConnect: false, // so that each failure is seen, and a refused password is not tried for ever
    reconnectDelayHandler: () => 0, // the waiting is done by the wire: this client tries at once after a long peace
    ...(name !== undefined && { name }),
    ...(authenticate && { authenticator: guarded }),
    ...{ wsFactory: open }, // an option of the WebSocket transport that the client's types leave out
  });
}
