/** `slate janitor`: tells rooms at once who has lost the connection, until it is stopped. */
import { parseArgs } from 'node:util';
import type { Bus } from '../../bus/bus.js';
import type { ConnectOptions } from '../../bus/nats/options.js';
import { isoTime, systemRandom } from '../../clock.js';
import type { SlateError } from '../../errors.js';
import { connectKnown } from '../janitor/account.js';
import { startJanitor } from '../janitor/start.js';
import type { JanitorOptions } from '../janitor/types.js';
import { whole } from './amounts.js';
import { UsageError } from './exit.js';
import { CONNECTION_FLAGS, CONNECTION_HELP, connectOptions, reach } from './flags.js';
import type { Io } from './io.js';
import { palette, safe, wantsColor } from './text.js';

export const JANITOR_HELP = `slate janitor   tells rooms at once who has lost the connection, until it is stopped

  slate janitor --user slate_janitor --system-user slate_system

The server tells its system account of every connection that ends. The janitor then asks it who
in the rooms is gone, and tells them: a crashed page is shown as stale within half a second. It
prints a line for each. Rooms do without a janitor, in two seconds. Run one or several: they need
not know of each other, and may be stopped at any time.

It needs two users: one in the account of the rooms, and one in the system account. Of connections
in the global account, where users are who are in no account, the server tells nothing.

Options
      --system-user <name>    The user in the system account. Default: SLATE_SYSTEM_USER. The
                              password is read from SLATE_SYSTEM_PASSWORD.
      --system-creds <file>   The credentials of that user, in place of --system-user.
      --probes <n>            How many clients it looks at in a second at most, 10 to 100000.
                              Default: 2000.
      --json                  One JSON object a line: time, project, user, client, ms.
${CONNECTION_HELP}`;

export async function janitor(args: string[], io: Io): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      ...CONNECTION_FLAGS,
      'system-user': { type: 'string' },
      'system-creds': { type: 'string' },
      probes: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const { stdout, stderr, env, clock, signal } = io;
  const colors = palette(wantsColor(stdout, env));
  const notes = palette(wantsColor(stderr, env));
  const note = (text: string) => stderr.write(`${notes.dim(safe(text))}\n`);
  const options: JanitorOptions = {
    probesPerSecond: whole('--probes', values.probes, 10, 100_000),
    clock,
    signal,
    onGone({ project, user, client, ms }) {
      const time = isoTime(clock.date());
      const who = `${project ?? 'the lobby'}${user === undefined ? '' : `  ${user}`}  client ${client}`;
      stdout.write(
        values.json
          ? `${safe(JSON.stringify({ time, project, user, client, ms: Math.round(ms) }))}\n`
          : `${colors.dim(time.slice(11, 23))}  ${safe(who)}  ${Math.round(ms)} ms\n`,
      );
    },
    onError: ({ name, message, count }) => note(`${name}: ${message}${count > 1 ? ` (${count} times)` : ''}`),
  };
  if (!values['system-creds'] && !values['system-user'] && !env.SLATE_SYSTEM_USER) {
    throw new UsageError('name a user of the system account with --system-user or --system-creds');
  }
  const rooms = await connectOptions(values, env);
  const system = await reach(await systemOptions(rooms.servers, values, env), io);
  const open: Bus[] = [system];
  try {
    const random = systemRandom;
    const { bus, account } = await connectKnown(system, (name) => reach({ ...rooms, name }, io), { clock, random });
    open.push(bus);
    const running = await startJanitor(bus, system, { ...options, account });
    const { server } = bus.status as { server?: string };
    note(`Watching the connections of ${account === '*' ? 'all accounts' : `the account ${account}`} at ${server}`);
    const error: SlateError | undefined = await running.closed;
    if (error) throw error;
    const { gone, ended, clients } = running.stats;
    note(`Stopped: ${gone} reported, of ${ended} connections that ended; ${clients} clients known.`);
  } finally {
    await Promise.all(open.map((each) => each.close()));
  }
}

/** The same servers, as the user who hears of connections. Rejects as `connectOptions` does. */
async function systemOptions(
  servers: ConnectOptions['servers'],
  flags: { readonly 'system-user'?: string | undefined; readonly 'system-creds'?: string | undefined },
  env: NodeJS.ProcessEnv,
): Promise<ConnectOptions> {
  const creds = flags['system-creds'];
  const user = flags['system-user'] ?? (creds === undefined ? env.SLATE_SYSTEM_USER : undefined);
  const options = await connectOptions({ user, creds }, { SLATE_PASSWORD: env.SLATE_SYSTEM_PASSWORD });
  return { ...options, servers, name: 'slate janitor, system' };
}
