/**
 * The connections of the page. Everything that names the same server and token shares one. It closes a moment after its
 * last lease was released, so that an element which is removed and put back does not reconnect.
 */
import type { Bus, openBus } from '../../src/index.js';

/** How long a connection stays open without a lease, in milliseconds. */
export const LINGER_MS = 1000;

interface Connection {
  readonly bus: Bus;
  readonly server: string;
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
   * Opens the connection, or shares one that is open. `server` is one WebSocket address, or several separated by
   * white space or commas. `open` is `openBus`, which some elements load late. Throws {@link OptionError} for an
   * address that is none.
   */
  lease(open: typeof openBus, server: string, token: string | undefined): Lease {
    const leased = this.#find(server, token) ?? this.#connect(open, server, token);
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

  #find(server: string, token: string | undefined): Connection | undefined {
    return [...this.#open].find(
      (each) => each.server === server && each.token === token && each.bus.status.type !== 'closed',
    );
  }

  #connect(open: typeof openBus, server: string, token: string | undefined): Connection {
    const servers = server.split(/[\s,]+/).filter(Boolean);
    const bus = open({ servers, ...(token && { token: () => connection.token ?? '' }) });
    const connection: Connection = { bus, server, token, leases: 0 };
    this.#open.add(connection);
    return connection;
  }

  #close(connection: Connection): void {
    this.#open.delete(connection);
    connection.bus.close().catch(reportError);
  }
}

/**
 * One instance for the page: only so do its elements find each other's connections. It is empty when none is leased.
 */
export const connections = new Connections();
