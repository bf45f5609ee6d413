/**
 * Which server to connect to, and as which user: flags first, then the environment, then a server on this machine.
 * Secrets come only from the environment.
 */
import type { Bus } from '../../bus/bus.js';
import { openBus } from '../../bus/nats/connect.js';
import type { ConnectOptions } from '../../bus/nats/options.js';
import { whenConnected } from '../../bus/when-connected.js';
import { UsageError } from './exit.js';
import type { Io } from './io.js';

const DEFAULT_SERVER = 'ws://127.0.0.1:9222';
export const DEFAULT_MONITOR = 'http://127.0.0.1:8222';

/** The flags, for parseArgs. */
export const CONNECTION_FLAGS = {
  server: { type: 'string', multiple: true, short: 's' },
  user: { type: 'string', short: 'u' },
  creds: { type: 'string' },
} as const;

export const CONNECTION_HELP = `  -s, --server <url>   WebSocket address of a server; give it again for each server of
                       a cluster. Default: SLATE_SERVERS (separated by commas), or
                       ${DEFAULT_SERVER}.
  -u, --user <name>    Default: SLATE_USER. The password is read from SLATE_PASSWORD.
                       Without a user, SLATE_TOKEN is used if it is set.
      --creds <file>   Credentials that slate init wrote, in place of a user. Default:
                       SLATE_CREDS.`;

export interface ConnectionFlags {
  readonly server?: string[] | undefined;
  readonly user?: string | undefined;
  readonly creds?: string | undefined;
}

/** The addresses of a flag, else those of a variable (separated by commas), else the default. */
export function addresses(flag: string[] | undefined, variable: string | undefined, byDefault: string): string[] {
  const named = flag ?? variable?.split(',').flatMap((address) => address.trim() || []) ?? [];
  return named.length > 0 ? named : [byDefault];
}

/** Rejects with {@link UsageError} for two kinds of credentials, and {@link OptionError} for a file that holds none. */
export async function connectOptions(flags: ConnectionFlags, env: NodeJS.ProcessEnv): Promise<ConnectOptions> {
  const servers = addresses(flags.server, env.SLATE_SERVERS, DEFAULT_SERVER);
  const options = { servers, name: 'slate command' };
  if (flags.creds !== undefined && flags.user !== undefined) {
    throw new UsageError('--creds cannot be combined with --user');
  }
  const user = flags.user ?? (flags.creds === undefined ? env.SLATE_USER || undefined : undefined);
  if (user !== undefined) return { ...options, user, pass: env.SLATE_PASSWORD };
  const creds = flags.creds ?? (env.SLATE_CREDS || undefined);
  if (creds !== undefined) {
    const { readCreds } = await import('../tokens/creds.js'); // late, because few need it
    return { ...options, ...(await readCreds(creds)) };
  }
  return env.SLATE_TOKEN ? { ...options, token: env.SLATE_TOKEN } : options;
}

/**
 * Connects, and resolves with the bus. Rejects with {@link ServerUnreachableError} when no server answers in the first
 * round of attempts, with {@link AuthenticationError} and {@link OptionError}, and with the signal's reason when that
 * aborts.
 */
export async function reach(options: ConnectOptions, { clock, signal }: Io): Promise<Bus> {
  const bus = openBus({ ...options, clock });
  const failed = new AbortController();
  const unsubscribe = bus.on('status', (status) => {
    if ('error' in status && status.error) failed.abort(status.error);
  });
  try {
    await whenConnected(bus, { signal: AbortSignal.any([signal, failed.signal]) });
    return bus;
  } catch (error) {
    void bus.close();
    throw error;
  } finally {
    unsubscribe();
  }
}
