/** Starts real servers for tests, on free ports of 127.0.0.1: `await using server = await natsServer({ config })`. */
import { type LocalServer, type LocalServerOptions, startNatsServer } from '../../src/service/local-server.js';
import { freePorts } from './ports.js';

export type { LocalServer, LocalServerOptions };

/**
 * Starts a `nats-server` for one test; it stops at the end of the scope that holds it. Its ports stay free while it is
 * down.
 */
export async function natsServer(options: LocalServerOptions = {}): Promise<LocalServer> {
  const [wsPort, natsPort, monitorPort] = await freePorts(3);
  return startNatsServer({ wsPort, natsPort, monitorPort, ...options });
}

/** Starts the server again after `stop()` or `kill()`, on the same ports, so that its clients find it. */
export function restarted(server: LocalServer, options: LocalServerOptions = {}): Promise<LocalServer> {
  const { wsPort, natsPort, monitorPort } = server;
  return startNatsServer({ wsPort, natsPort, monitorPort, ...options });
}
