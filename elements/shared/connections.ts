/**
 * Rooms with the same server and credentials share one connection. It closes a moment after the last room let it go,
 * so that an element which is taken out and put back does not cost a reconnect.
 */
import type { Bus, openBus } from '../../src/index.js';

export const LINGER_MS = 1000;

interface Connection {
  readonly bus: Bus;
  users: number;
  closing?: ReturnType<typeof setTimeout>;
}

const connections = new Map<string, Connection>();

export interface Lease {
  readonly bus: Bus;
  /** Lets the connection go. Idempotent. */
  release(): void;
}

/**
 * `server`: one WebSocket address, or several separated by white space or commas; `open` is `openBus`, which not every
 * element has from the start. Throws {@link OptionError}.
 */
export function lease(open: typeof openBus, server: string, token: string | undefined): Lease {
  const key = JSON.stringify([server, token]);
  let connection = connections.get(key);
  if (!connection || connection.bus.status.type === 'closed') {
    const servers = server.split(/[\s,]+/).filter(Boolean);
    connection = { bus: open(token === undefined ? { servers } : { servers, token }), users: 0 };
    connections.set(key, connection);
  }
  const held = connection;
  held.users++;
  clearTimeout(held.closing);
  let released = false;
  return {
    bus: held.bus,
    release() {
      if (released) return;
      released = true;
      if (--held.users > 0) return;
      held.closing = setTimeout(() => {
        if (connections.get(key) === held) connections.delete(key);
        held.bus.close().catch(reportError);
      }, LINGER_MS);
    },
  };
}
