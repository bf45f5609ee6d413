/**
 * The connections of the page. Everything that names the same server and token shares one. It closes a moment after its
 * last lease was released, so that an element which is removed and put back does not reconnect.
 */
import type { Bus, openBus } from '../../src/index.js';

/** How long a connection stays open without a lease, in milliseconds. */
export const LINGER_MS = 1000;

interface Connection {
  readonly bus: Bus;
  leases: number;
  closing?: ReturnType<typeof setTimeout>;
}

/** The right to use a shared connection until it is released. */
export interface Lease {
  readonly bus: Bus;
  /** Gives up the lease. Calling it again does nothing. */
  release(): void;
}

export class Connections {
  readonly #open = new Map<string, Connection>();

  /**
   * Opens the connection, or shares one that is open. `server` is one WebSocket address, or several separated by
   * white space or commas. `open` is `openBus`, which some elements load late. Throws {@link OptionError} for an
   * address that is none.
   */
  lease(open: typeof openBus, server: string, token: string | undefined): Lease {
    const key = JSON.stringify([server, token]);
    let connection = this.#open.get(key);
    if (!connection || connection.bus.status.type === 'closed') {
      const servers = server.split(/[\s,]+/).filter(Boolean);
      connection = { bus: open({ servers, ...(token && { token }) }), leases: 0 };
      this.#open.set(key, connection);
    }
    const leased = connection;
    leased.leases++;
    clearTimeout(leased.closing);
    let released = false;
    return {
      bus: leased.bus,
      release: () => {
        if (released) return;
        released = true;
        if (--leased.leases === 0) leased.closing = setTimeout(() => this.#close(key, leased), LINGER_MS);
      },
    };
  }

  #close(key: string, connection: Connection): void {
    if (this.#open.get(key) === connection) this.#open.delete(key);
    connection.bus.close().catch(reportError);
  }
}

/**
 * One instance for the page: only so do its elements find each other's connections. It is empty when none is leased.
 */
export const connections = new Connections();
