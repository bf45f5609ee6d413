/** The options of `connect`, and their check: a mistake is an {@link OptionError} that says what to write instead. */
import { type Clock, type Random, systemClock, systemRandom } from '../../clock.js';
import { OptionError } from '../../errors.js';
import { inboxOf, takesAnswers } from '../inbox.js';
import { checkSubject } from '../subject.js';
import type { Authenticator, Credentials, Secret } from './credentials.js';
import type { NatsConnectionLike } from './nats-connection.js';
import { type SocketFactory, systemSocket } from './socket.js';

export interface ConnectOptions {
  /**
   * Addresses of the WebSocket listener of one server, or of several servers of one cluster: `wss://host:port`,
   * `ws://host:port`, or `host:port`, which means `wss`. Required unless `connection` is given.
   */
  readonly servers?: string | readonly string[] | undefined;
  /**
   * A connection that the page has already, of nats.ws (`connect`) or of @nats-io/nats-core (`wsconnect`). It keeps
   * its own options and reconnects in its own way; it stays open when the bus closes. Excludes `servers` and every
   * kind of credentials.
   */
  readonly connection?: NatsConnectionLike | undefined;
  /**
   * Give one kind of credentials at most: `token`, `user` with `pass`, `jwt` with `seed`, or `authenticator`. A
   * function is called before each attempt, and for credentials that end also in good time before the end (V10 of
   * docs/PROTOCOL.md); `token` and `jwt` may return a promise, which is awaited for `timeout`, of a text or of a {@link
   * TokenAnswer}. What a function gives is tried anew after a refusal, in growing intervals of up to half a minute,
   * without end; a text that the server refuses closes the bus.
   */
  readonly token?: Secret | undefined;
  readonly user?: string | undefined;
  /** Needs `user`. */
  readonly pass?: string | undefined;
  /** A user's JWT, or a function that returns it, as a text or with its seed. */
  readonly jwt?: Secret | undefined;
  /** The nkey seed that signs for `jwt`, where its function gives none. A bearer token needs none. */
  readonly seed?: string | undefined;
  /** Makes any other kind of credentials, at once. */
  readonly authenticator?: Authenticator | undefined;
  /** The name of this client in the server's list of connections. */
  readonly name?: string | undefined;
  /** Milliseconds between pings; above 0. @defaultValue 20 000 */
  readonly pingInterval?: number | undefined;
  /** How many pings in a row may stay unanswered before the connection counts as lost; above 0. @defaultValue 2 */
  readonly maxPingOut?: number | undefined;
  /**
   * The longest wait in milliseconds for the server's greeting, then for its acceptance; above 0. The first attempts
   * wait less: 2 s, then 4 s, then 8 s.
   * @defaultValue 10 000
   */
  readonly timeout?: number | undefined;
  /**
   * The first tokens of the subjects on which this client expects answers, without wildcards. A server can permit them
   * to one user alone. Needed for that with a `connection`, which does not say here who the user is, and with a JWT
   * that Slate's token service did not make.
   * @defaultValue `slate.inbox.<user>` for a `user` of at most 64 letters, digits, `-` and `_`, and for the user of a
   * JWT that the token service made (its name as one token, S4); else `slate.inbox`
   */
  readonly inboxPrefix?: string | undefined;
  /** Measures time. For tests. @defaultValue the system's clock */
  readonly clock?: Clock | undefined;
  /** Spreads the attempts to connect, and makes the names of inboxes. For tests. @defaultValue the system's */
  readonly random?: Random | undefined;
  /**
   * Makes the sockets.
   * @defaultValue the `WebSocket` of the page or of Node (from 22 on); in an older Node, that of the package `ws`
   */
  readonly WebSocket?: SocketFactory | undefined;
}

/** The options, checked, with every default filled in. */
export interface Settings {
  readonly connection: NatsConnectionLike | undefined;
  /** The URLs of the servers; when there is a `connection`, the address that it names. */
  readonly servers: readonly string[];
  readonly credentials: Credentials;
  readonly name: string | undefined;
  readonly pingInterval: number;
  readonly maxPingOut: number;
  readonly timeout: number;
  readonly inboxPrefix: string;
  /** The page chose it. */
  readonly hasInboxPrefix: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly makeSocket: SocketFactory;
}

/** Checks the options and fills in the defaults. Throws {@link OptionError}. */
export function checkOptions(options: ConnectOptions): Settings {
  checkObject(options);
  const { connection, inboxPrefix, name } = options;
  if (name !== undefined && typeof name !== 'string') throw new OptionError('name', 'must be a string');
  if (inboxPrefix !== undefined) checkInbox(inboxPrefix);
  return {
    connection: connection === undefined ? undefined : checkConnection(connection, options),
    servers: connection === undefined ? checkServers(options.servers) : [connection.getServer()],
    credentials: checkCredentials(options),
    name,
    pingInterval: positive('pingInterval', options.pingInterval ?? 20_000),
    maxPingOut: positive('maxPingOut', options.maxPingOut ?? 2),
    timeout: positive('timeout', options.timeout ?? 10_000),
    inboxPrefix: inboxPrefix ?? inboxOf(options.user),
    hasInboxPrefix: inboxPrefix !== undefined,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    makeSocket: options.WebSocket ?? systemSocket,
  };
}

/** Throws {@link OptionError}. */
export function checkObject(options: unknown): void {
  if (typeof options === 'object' && options !== null) return;
  throw new OptionError('options', 'must be an object, such as { servers: "wss://nats.example.com:9222" }');
}

function checkConnection(connection: NatsConnectionLike, options: ConnectOptions): NatsConnectionLike {
  for (const option of ['servers', 'token', 'user', 'pass', 'jwt', 'seed', 'authenticator'] as const) {
    if (options[option] !== undefined) throw new OptionError(option, 'cannot be combined with "connection"');
  }
  if (typeof connection?.status !== 'function' || typeof connection.closed !== 'function') {
    throw new OptionError('connection', 'must be a NatsConnection of nats.ws or @nats-io/nats-core');
  }
  if (connection.isClosed()) throw new OptionError('connection', 'is closed');
  return connection;
}

function checkServers(servers: string | readonly string[] | undefined): string[] {
  const list = typeof servers === 'string' ? [servers] : servers;
  if (!Array.isArray(list) || list.length === 0) {
    throw new OptionError('servers', 'must name at least one address, such as "wss://nats.example.com:9222"');
  }
  return list.map(checkServer);
}

function checkServer(server: unknown): string {
  const has = `has ${JSON.stringify(server)}`;
  if (typeof server !== 'string' || server.trim() === '')
    throw new OptionError('servers', `${has}, which is not an address`);
  const text = server.trim();
  let url: URL;
  try {
    url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `wss://${text}`);
  } catch (cause) {
    throw new OptionError('servers', `${has}, which is not an address; write wss://host:port`, { cause });
  }
  if (url.username || url.password) {
    throw new OptionError('servers', `has credentials in the address of ${url.host}; give "user" and "pass" instead`);
  }
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') {
    throw new OptionError('servers', `${has}; it must be the server's WebSocket listener, ws:// or wss://`);
  }
  return `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}${url.search}`;
}

function checkCredentials({ token, user, pass, jwt, seed, authenticator }: ConnectOptions): Credentials {
  const kinds = Object.entries({ token, user, jwt, authenticator }).filter(([, value]) => value !== undefined);
  const [first, second] = kinds.map(([option]) => option);
  if (first && second) throw new OptionError(first, `cannot be combined with "${second}"`);
  if (pass !== undefined && user === undefined) throw new OptionError('pass', 'needs "user"');
  if (seed !== undefined && jwt === undefined) throw new OptionError('seed', 'needs "jwt"');
  if (token !== undefined) return { token: secret('token', token) };
  if (user !== undefined) {
    if (typeof user !== 'string' || user === '') throw new OptionError('user', 'must be a non-empty string');
    return { user, pass };
  }
  if (jwt !== undefined) return { jwt: secret('jwt', jwt), seed };
  if (authenticator === undefined) return {};
  if (typeof authenticator !== 'function') throw new OptionError('authenticator', 'must be a function');
  return { authenticator };
}

function secret(option: string, value: Secret): Secret {
  if (typeof value === 'function' || (typeof value === 'string' && value !== '')) return value;
  throw new OptionError(option, 'must be a non-empty string, or a function that returns one or { jwt, seed }');
}

function positive(option: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new OptionError(option, 'must be a number above 0');
}

function checkInbox(prefix: string): void {
  try {
    checkSubject(prefix);
  } catch (cause) {
    throw new OptionError('inboxPrefix', 'must be a subject without wildcards', { cause });
  }
  if (!takesAnswers(`${prefix}.`))
    throw new OptionError('inboxPrefix', 'must be below "slate.inbox", or not below "slate"');
}
