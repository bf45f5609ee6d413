/**
 * The only file that imports nats.ws. It is imported late, so that a page that brings its own connection, or has not
 * connected yet, does not load the client. The imports are by name, so that a bundler can leave out the rest. The
 * file turns Slate's options into those of nats.ws; it holds no state.
 *
 * In the published package the import is `#nats` (scripts/build.mjs): nats.ws in Node, dist/nats-core.js for the
 * bundlers of pages. A name that is imported here is exported by scripts/nats-browser.ts.
 */
import { connect, jwtAuthenticator, tokenAuthenticator, usernamePasswordAuthenticator } from 'nats.ws';
import { AuthenticationError } from '../../errors.js';
import { LONGEST_WAIT_MS, type OpenSocket } from './dialer.js';
import type { NatsConnectionLike } from './nats-connection.js';
import type { Authenticator, Credentials, Settings } from './options.js';

/**
 * Tries each server once, in any order, with sockets from `open`. The connection that it resolves with reconnects by
 * itself, without end. Rejects with the errors of nats.ws.
 */
export async function connectNats(settings: Settings, open: OpenSocket): Promise<NatsConnectionLike> {
  const { servers, credentials, name, pingInterval, maxPingOut, timeout } = settings;
  const authenticate = authenticatorFor(credentials);
  /** Reports an error in the user's function, or a bad seed, as refused credentials with a reason. */
  const authenticator: Authenticator = (nonce) => {
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
    timeout: timeout + LONGEST_WAIT_MS, // the client's time begins before `open` waits
    maxReconnectAttempts: -1, // no limit
    waitOnFirstConnect: false, // report each failure, and do not repeat a refused password
    reconnectDelayHandler: () => 0, // the dialer waits; the client's own delay would be added to it
    ...(name !== undefined && { name }),
    ...(authenticate && { authenticator }),
    ...{ wsFactory: open }, // an option of the client's WebSocket transport that its types leave out
  });
}

function authenticatorFor(credentials: Credentials): Authenticator | undefined {
  if ('token' in credentials) return tokenAuthenticator(credentials.token);
  if ('user' in credentials) return usernamePasswordAuthenticator(credentials.user, credentials.pass);
  if ('authenticator' in credentials) return credentials.authenticator;
  if (!('jwt' in credentials)) return undefined;
  const { jwt, seed } = credentials;
  return jwtAuthenticator(jwt, seed === undefined ? undefined : new TextEncoder().encode(seed));
}
