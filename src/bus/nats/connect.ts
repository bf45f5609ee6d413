/** Makes a bus over NATS: `openBus` returns at once, `connect` waits for the connection. */
import type { Bus } from '../bus.js';
import { whenConnected } from '../when-connected.js';
import { Dialer } from './dialer.js';
import { NatsBus } from './nats-bus.js';
import { type ConnectOptions, checkOptions } from './options.js';
import { Redialer } from './redialer.js';

export type { ConnectOptions };

/**
 * Connects, and waits for the first connection without a time limit: it tries an unreachable server again and again,
 * by rule P7 (see docs/PROTOCOL.md). Use {@link openBus} to show that state. Rejects with {@link OptionError}, and with
 * {@link AuthenticationError} for credentials that are no function, because no other attempt would help.
 *
 * @example const bus = await connect({ servers: 'ws://127.0.0.1:9222' });
 */
export async function connect(options: ConnectOptions): Promise<Bus> {
  const bus = openBus(options);
  await whenConnected(bus);
  return bus;
}

/**
 * Returns a bus at once, with the status `connecting`. You can subscribe already; watch `status` for the connection.
 * The bus closes by itself, with the error in its status, only when no other attempt would help ({@link
 * AuthenticationError}, {@link OptionError}). Any other failure is in the status and in one `error` event. Throws
 * {@link OptionError}.
 */
export function openBus(options: ConnectOptions): Bus {
  const settings = checkOptions(options);
  const { connection } = settings;
  if (connection) {
    const bus = new NatsBus(settings);
    bus.attach(connection);
    return bus;
  }
  const dialer = new Dialer(settings);
  const bus = new NatsBus(settings, dialer);
  new Redialer(settings, bus, dialer, async (attempts) => {
    const { connectNats } = await import('./nats-client.js'); // late: until now nothing needs the client
    return connectNats(settings, attempts);
  }).start();
  return bus;
}
