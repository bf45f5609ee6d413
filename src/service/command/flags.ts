/** Where and as whom to connect: flags first, then the environment, then this machine. Secrets come by the environment alone. */
import type { Bus } from '../../bus/bus.js';
import { openBus } from '../../bus/nats/connect.js';
import type { ConnectOptions } from '../../bus/nats/options.js';
import type { Io } from './io.js';

const DEFAULT_SERVER = 'ws://127.0.0.1:9222';
export const DEFAULT_MONITOR = 'http://127.0.0.1:8222';

/** For parseArgs. */
export const CONNECTION_FLAGS = {
  server: { type: 'string', multiple: true, short: 's' },
  user: { type: 'string', short: 'u' },
} as const;

export const CONNECTION_HELP = `  -s, --server <url>   WebSocket address of a server, more than one for a cluster.
                       Else SLATE_SERVERS (separated by commas), else ${DEFAULT_SERVER}.
  -u, --user <name>    Else SLATE_USER. The password is SLATE_PASSWORD.
                       SLATE_TOKEN is a token instead.`;

export interface ConnectionFlags {
  readonly server?: string[] | undefined;
  readonly user?: string | undefined;
}

export function connectOptions(flags: ConnectionFlags, env: NodeJS.ProcessEnv): ConnectOptions {
  const named = flags.server ?? env.SLATE_SERVERS?.split(',').flatMap((server) => server.trim() || []) ?? [];
  const user = flags.user ?? (env.SLATE_USER || undefined);
  return {
    servers: named.length > 0 ? named : DEFAULT_SERVER,
    name: 'slate command',
    ...(user !== undefined && { user, pass: env.SLATE_PASSWORD }),
    ...(user === undefined && env.SLATE_TOKEN ? { token: env.SLATE_TOKEN } : {}),
  };
}

/**
 * A connected bus. Rejects with {@link ServerUnreachableError} when no server answers to the first round of tries, and as
 * `connect` does; with the signal's reason when it is aborted.
 */
export function reach(options: ConnectOptions, { clock, signal }: Io): Promise<Bus> {
  const bus = openBus({ ...options, clock });
  return new Promise<Bus>((resolve, reject) => {
    const giveUp = (error: unknown) => {
      end();
      void bus.close();
      reject(error);
    };
    const onAbort = () => giveUp(signal.reason);
    const look = () => {
      const { status } = bus;
      if (status.type === 'connected') {
        end();
        resolve(bus);
      } else if ('error' in status && status.error) giveUp(status.error);
    };
    const stop = bus.on('status', look);
    const end = () => {
      stop();
      signal.removeEventListener('abort', onAbort);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else look();
  });
}
