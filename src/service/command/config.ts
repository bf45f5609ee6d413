/** `slate config`: prints a server configuration that ships with Slate. */
import { parseArgs } from 'node:util';
import { SERVER_CONFIGS, type ServerConfig, serverConfig } from '../config/server-config.js';
import { UsageError } from './exit.js';
import type { Io } from './io.js';

export const CONFIG_HELP = `slate config <name>   prints a configuration for nats-server

  slate config single > nats-server.conf
  slate config cluster-three --set WS_LISTEN=0.0.0.0:443 > nats-server.conf

Names: ${SERVER_CONFIGS.join(', ')}

Options
      --set <VARIABLE=value>   Sets a variable of the file. Give it once for each variable.

Passwords are not written into the file: the server reads them from its environment.`;

export async function config(args: string[], { stdout }: Io): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { set: { type: 'string', multiple: true } },
  });
  const [name = '', ...rest] = positionals;
  if (rest.length > 0 || !SERVER_CONFIGS.includes(name as ServerConfig)) {
    throw new UsageError(`slate config needs one name: ${SERVER_CONFIGS.join(', ')}`);
  }
  stdout.write(await serverConfig(name as ServerConfig, variablesOf(values.set)));
}

/** `VARIABLE=value` of each `--set`. Throws {@link UsageError}. */
export function variablesOf(pairs: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [variable, ...value] = pair.split('=');
      if (value.length === 0) throw new UsageError(`--set ${pair} has no value; write --set VARIABLE=value`);
      return [variable, value.join('=')] as const;
    }),
  );
}
