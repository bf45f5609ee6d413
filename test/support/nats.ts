/** Real servers for tests: `await using server = await natsServer({ config })`. Each on free ports of 127.0.0.1. */
import { type LocalServer, type LocalServerOptions, startNatsServer } from '../../src/service/local-server.js';

export type { LocalServer };

/** A `nats-server` of this test's own; it ends with the scope that holds it. */
export function natsServer(options: LocalServerOptions = {}): Promise<LocalServer> {
  return startNatsServer(options);
}

/** The same server again after `stop()` or `kill()`: same ports, so its clients find it. */
export function restarted(server: LocalServer, options: LocalServerOptions = {}): Promise<LocalServer> {
  const { wsPort, natsPort, monitorPort } = server;
  return startNatsServer({ wsPort, natsPort, monitorPort, ...options });
}
