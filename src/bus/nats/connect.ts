/** The way in: `openBus` gives a bus that connects by itself, `connect` waits until it has. */
import { AuthenticationError, ConnectionClosedError, OptionError } from '../../errors.js';
import type { Bus, BusStatus } from '../bus.js';
import { Dialer, LONGEST_WAIT_MS } from './dialer.js';
import { NatsBus } from './nats-bus.js';
import { natsError } from './nats-errors.js';
import { type ConnectOptions, checkOptions, type Settings } from './options.js';
import { Wire } from './wire.js';

export type { ConnectOptions };

/**
 * Connects, and waits for the first connection as long as it takes: an unreachable server is tried for ever (use
 * {@link openBus} to show that). Rejects with {@link OptionError} and {@link AuthenticationError}, which no other try would mend.
 *
 * @example const bus = await connect({ servers: 'ws://127.0.0.1:9222' });
 */
export async function connect(options: ConnectOptions): Promise<Bus> {
  const bus = openBus(options);
  await new Promise<void>((resolve, reject) => {
    const look = (status: BusStatus) => {
      if (status.type === 'closed') reject(status.error ?? new ConnectionClosedError());
      else if (status.type === 'connected') resolve();
      else return;
      stop();
    };
    const stop = bus.on('status', look);
    look(bus.status);
  });
  return bus;
}

/**
 * A bus at once, `connecting`; subscribe already, watch `status`. It ends (`closed`, with the error) only where no other
 * try would help; anything else is in the status, and one `error` event. Throws {@link OptionError}.
 */
export function openBus(options: ConnectOptions): Bus {
  const settings = checkOptions(options);
  const { clock, random, inboxPrefix, servers, connection, timeout, makeSocket } = settings;
  if (connection) {
    const bus = new NatsBus({ clock, random, inboxPrefix, servers: [connection.getServer()] });
    bus.attach(connection);
    return bus;
  }
  const dialer = new Dialer({ clock, random, abandon: () => wire.abandon() });
  /** One of several servers that is down is no news while another is up. */
  const failed = (cause: unknown) => {
    if (wire.ungreeted >= servers.length) bus.failed(cause);
  };
  const wire = new Wire({ clock, dialer, makeSocket, timeoutMs: timeout, failed });
  const bus = new NatsBus({ clock, random, inboxPrefix, servers, link: wire });
  bus.on('status', ({ type }) => {
    if (type === 'connected') dialer.connected();
  });
  void dial(bus, dialer, wire, settings);
  return bus;
}

/** Until there is a connection, or no use in trying. Later ones are the client's affair. */
async function dial(bus: NatsBus, dialer: Dialer, wire: Wire, settings: Settings): Promise<void> {
  const { timeout } = settings;
  const options = { ...settings, timeout: timeout + LONGEST_WAIT_MS, open: wire.open };
  while (bus.status.type === 'connecting') {
    const { tries } = wire;
    try {
      const { connectNats } = await import('./nats-client.js');
      bus.attach(await connectNats(options));
      return;
    } catch (fault) {
      const error = natsError(fault, settings.servers);
      if (error instanceof AuthenticationError || error instanceof OptionError) bus.fail(error);
      else bus.failed(error);
      if (wire.tries === tries) await dialer.turn(); // the client could not even be loaded: no socket, no waiting
    }
  }
}
