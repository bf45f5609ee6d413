/** `slate revoke`: ends tokens before their time. */
import { parseArgs } from 'node:util';
import { revokeAll, revokeKeys } from '../deployment/revoke.js';
import { UsageError } from './exit.js';
import type { Io } from './io.js';
import { safe } from './text.js';

export const REVOKE_HELP = `slate revoke [<folder>]   ends tokens before their time

  slate revoke --key UDXU4RC…
  slate revoke slate --all

Writes into accounts.conf of a folder of slate init (default: slate) which tokens servers refuse
from now on. Copy it to each server, and have them read it: nats-server --signal reload. They end
the connections that have such a token.

Options
      --key <key>   The token that slate tokens has printed with this key; give it again for each.
      --all         Every token that was signed with tokens.env: it gets a new key. Start slate tokens
                    anew with it. Services go on.`;

export async function revoke(args: string[], { stdout, clock }: Io): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { key: { type: 'string', multiple: true }, all: { type: 'boolean' } },
  });
  const [dir = 'slate', ...rest] = positionals;
  if (rest.length > 0) throw new UsageError('slate revoke takes one folder');
  const { key: keys = [], all = false } = values;
  if (all === keys.length > 0) throw new UsageError('slate revoke needs either --key or --all');
  const bad = keys.find((key) => !/^U[A-Z2-7]{55}$/.test(key));
  if (bad !== undefined) throw new UsageError(`--key ${bad} is no public key of a user, U and 55 characters`);
  const path = await (all ? revokeAll(dir) : revokeKeys(dir, keys, clock.date()));
  const more = all ? ' Then start slate tokens anew: tokens.env has a new key.' : '';
  stdout.write(`${safe(path)} is written. Copy it to each server, then: nats-server --signal reload.${more}\n`);
}
