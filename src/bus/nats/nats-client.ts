/**
 * The only file that imports nats.ws. It is imported late, so that a page that brings its own connection, or has not
 * connected yet, does not load the client. The imports are by name, so that a bundler can leave out the rest. The
 * file turns Slate's options into those of nats.ws.
 *
 * In the published package the import is `#nats` (scripts/build.mjs): nats.ws in Node, dist/nats-core.js for the
 * bundlers of pages. A name that is imported here is exported by scripts/nats-browser.ts.
 */
import { connect, jwtAuthenticator, tokenAuthenticator, usernamePasswordAuthenticator } from 'nats.ws';
import { type Authenticator, type Credentials, notMade } from './credentials.js';
import type { Attempts } from './dialer.js';
import type { NatsConnectionLike } from './nats-connection.js';
import type { Settings } from './options.js';
import { LONGEST_WAIT_MS } from './waits.js';

/**
 * Tries each server once, in any order, with sockets from `attempts`. The connection that it resolves with reconnects
 * by itself, without end. Rejects with the errors of nats.ws.
 */
export async function connectNats(settings: Settings, attempts: Attempts): Promise<NatsConnectionLike> {
  const { servers, credentials, name, pingInterval, maxPingOut, timeout } = settings;
  const authenticate = authenticatorFor(credentials, attempts);
  /** The client would close for good if it threw. */
  const authenticator: Authenticator = (nonce) => {
    try {
      const made: unknown = authenticate?.(nonce);
      if (made instanceof Promise) throw new Error('an authenticator must answer at once; "token" and "jwt" may wait');
      return made as ReturnType<Authenticator>;
    } catch (cause) {
      attempts.fail(notMade(servers, cause));
      return undefined;
    }
  };

  return connect({
    servers: [...servers],
    pingInterval,
    maxPingOut,
    // The dialer limits each step of an attempt. This limit comes after them: the client's time begins before them all.
    timeout: 3 * timeout + LONGEST_WAIT_MS,
    maxReconnectAttempts: -1, // no limit
    waitOnFirstConnect: false, // report each failure
    ignoreAuthErrorAbort: true, // the dialer decides what is final
    reconnectDelayHandler: () => 0, // the dialer waits; the client's own delay would be added to it
    ...(name !== undefined && { name }),
    ...(authenticate && { authenticator }),
    ...{ wsFactory: attempts.open }, // an option of the client's WebSocket transport that its types leave out
  });
}

function authenticatorFor(credentials: Credentials, attempts: Attempts): Authenticator | undefined {
  if ('user' in credentials) return usernamePasswordAuthenticator(credentials.user, credentials.pass);
  if ('authenticator' in credentials) return credentials.authenticator;
  if (!('jwt' in credentials) && !('token' in credentials)) return undefined;
  return (nonce) => {
    const { text = '', isJwt, seed } = attempts.ticket ?? {};
    if (!isJwt) return tokenAuthenticator(text)(nonce);
    const authenticate = jwtAuthenticator(text, seed === undefined ? undefined : new TextEncoder().encode(seed));
    // The JWT names the key already, and nats-server 2.9 ends every connection that names it again when its
    // configuration is reloaded, as for a revocation.
    const { nkey, ...rest } = authenticate(nonce) as { jwt: string; nkey?: string; sig?: string };
    return rest;
  };
}
