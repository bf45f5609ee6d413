/**
 * The connections of the page. Everything that names the same server and credentials shares one. It closes a moment
 * after its last lease was released, so that an element which is removed and put back does not reconnect.
 */
import { type Bus, OptionError, type openBus } from '../../src/index.js';
import { askToken, type PageToken, type TokenPlace } from './ask-token.js';

/** How long a connection stays open without a lease, in milliseconds. */
export const LINGER_MS = 1000;

/** What a page presents: a token, a user with a password, what a token service answers, or nothing. */
export interface PageCredentials extends TokenPlace {
  readonly token?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Where to ask for a token for `project`. */
  readonly tokenUrl?: string | undefined;
}

interface Connection {
  readonly bus: Bus;
  /** What else than the token tells connections apart. */
  readonly key: string;
  /** What the next handshake presents. */
  token: string | undefined;
  leases: number;
  closing?: ReturnType<typeof setTimeout>;
}

/** The right to use a shared connection until it is released. */
export interface Lease {
  readonly bus: Bus;
  /**
   * Gives the connection a new token for its next handshake, which comes at once where the last one failed. False where
   * it has no token to replace, or gets none.
   */
  renew(token: string | undefined): boolean;
  /** Gives up the lease. Calling it again does nothing. */
  release(): void;
}

export class Connections {
  readonly #open = new Set<Connection>();

  /**
   * Opens the connection, or shares one that is open. `server` is one WebSocket address, or several separated by white
   * space or commas; where it is empty, `answer`, which the token service gave already, names it. `open` is `openBus`,
   * which some elements load late. Throws {@link OptionError} for an address that is none, and for credentials of two
   * kinds.
   */
  lease(open: typeof openBus, server: string, credentials: PageCredentials, answer?: PageToken): Lease {
    const leased = this.find(server, credentials) ?? this.#connect(open, server, credentials, answer);
    leased.leases++;
    clearTimeout(leased.closing);
    let released = false;
    return {
      bus: leased.bus,
      renew: (next) => {
        if (!next || leased.token === undefined) return false;
        leased.token = next;
        void leased.bus.suspect();
        return true;
      },
      release: () => {
        if (released) return;
        released = true;
        if (--leased.leases === 0) leased.closing = setTimeout(() => this.#close(leased), LINGER_MS);
      },
    };
  }

  /** The open connection of these, if there is one. */
  find(server: string, credentials: PageCredentials): Connection | undefined {
    const key = keyOf(server, credentials);
    const fits = (each: Connection) => each.key === key && each.token === credentials.token;
    return [...this.#open].find((each) => fits(each) && each.bus.status.type !== 'closed');
  }

  #connect(open: typeof openBus, server: string, credentials: PageCredentials, answer?: PageToken): Connection {
    const { token, user, password, tokenUrl } = credentials;
    if (tokenUrl && (token || user)) {
      throw new OptionError('token-url', `cannot be combined with "${token ? 'token' : 'user'}"`);
    }
    const servers = (server || (answer?.server ?? '')).split(/[\s,]+/).filter(Boolean);
    let first = answer;
    const ask = () => {
      const given = first ?? askToken(tokenUrl ?? '', credentials);
      first = undefined;
      return given;
    };
    const bus = open({
      servers,
      ...(tokenUrl && { token: ask }),
      ...(token && { token: () => connection.token ?? '' }),
      ...(user && { user }),
      ...(password && { pass: password }),
    });
    const connection: Connection = { bus, key: keyOf(server, credentials), token, leases: 0 };
    this.#open.add(connection);
    return connection;
  }

  #close(connection: Connection): void {
    this.#open.delete(connection);
    connection.bus.close().catch(reportError);
  }
}

function keyOf(server: string, { user, password, tokenUrl, project }: PageCredentials): string {
  const url = tokenUrl && new URL(tokenUrl, document.baseURI).href;
  return JSON.stringify([server, user, password, url, tokenUrl && project]);
}

/**
 * One instance for the page: only so do its elements find each other's connections. It is empty when none is leased.
 */
export const connections = new Connections();
