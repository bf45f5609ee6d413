/** `slate init`: writes what a secure deployment needs, once, and says what to do next. */
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeDeployment } from '../deployment/deployment.js';
import { writeNew } from '../deployment/files.js';
import { bytes } from './amounts.js';
import { variablesOf } from './config.js';
import { UsageError } from './exit.js';
import type { Io } from './io.js';
import { safe } from './text.js';

export const INIT_HELP = `slate init [<folder>]   writes the files of a secure deployment

  slate init --local                      to try it out on this machine
  slate init --host nats.example.com --cert cert.pem --cert-key key.pem \\
    --origin https://app.example.com
  slate init --cluster 3 --host n1.example.com --host n2.example.com --host n3.example.com …

Writes into the folder (default: slate) configurations for nats-server, the accounts that sign for
users, credentials for the services, and the keys. It overwrites nothing.

Options
      --local              Everything on this machine, with a certificate for localhost made by
                           the program openssl.
      --host <name>        By which pages and other servers reach a server; give it for each.
      --cluster 3          Three servers, which keep on when one of them fails.
      --cert <file>        The certificate for pages and services (PEM), with its chain,
      --cert-key <file>    and its key. Servers read them where they are; so does every server
                           of a cluster, at the same path.
      --origin <url>       A page that may connect, such as https://app.example.com; give it
                           again for each. Needed unless --local.
      --max-file <size>    The most that streams may take on the disk of a server. Default: 10GB.
      --set <VARIABLE=value>   Sets a variable of the configurations, such as
                           WS_LISTEN=0.0.0.0:443. Give it once for each.`;

export async function init(args: string[], { stdout, env }: Io): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      local: { type: 'boolean' },
      host: { type: 'string', multiple: true },
      cluster: { type: 'string' },
      cert: { type: 'string' },
      'cert-key': { type: 'string' },
      origin: { type: 'string', multiple: true },
      'max-file': { type: 'string' },
      set: { type: 'string', multiple: true },
    },
  });
  const [dir = 'slate', ...rest] = positionals;
  if (rest.length > 0) throw new UsageError('slate init takes one folder');
  const local = values.local === true;
  const origins = originsOf(values.origin);
  if (!local && origins.length === 0) throw new UsageError('slate init needs --origin, a page that may connect');
  const { files, configurations, servers } = await makeDeployment({
    dir,
    hosts: hostsOf(values.host, values.cluster, local),
    local,
    cert: await certOf(values.cert, values['cert-key'], local),
    origins,
    disk: bytes('--max-file', values['max-file']) ?? 10e9,
    variables: variablesOf(values.set),
    env,
  });
  await writeNew(dir, files);
  stdout.write(`${nextSteps(resolve(dir), configurations, servers, local).map(safe).join('\n')}\n`);
}

function hostsOf(hosts: readonly string[] | undefined, cluster: string | undefined, local: boolean): readonly string[] {
  if (cluster !== undefined && cluster !== '3') {
    throw new UsageError('--cluster must be 3: with two, none can decide alone when the other is down');
  }
  const count = cluster === undefined ? 1 : 3;
  const given = hosts ?? (local ? new Array<string>(count).fill('localhost') : []);
  if (given.length !== count) {
    throw new UsageError(`slate init needs --host ${count === 1 ? 'once' : `${count} times`}, or --local`);
  }
  const bad = given.find((host) => !/^[-\w.:]+$/.test(host));
  if (bad !== undefined) throw new UsageError(`--host ${bad} is no name of a machine; write nats.example.com`);
  return given;
}

async function certOf(cert: string | undefined, key: string | undefined, local: boolean) {
  if (cert === undefined && key === undefined && local) return undefined;
  if (cert === undefined || key === undefined) {
    throw new UsageError('slate init needs --cert and --cert-key, or --local, which makes a certificate for localhost');
  }
  for (const file of [cert, key]) {
    await access(file).catch(({ code }: NodeJS.ErrnoException) => {
      throw new UsageError(`${file} could not be read (${code})`);
    });
  }
  return { cert: resolve(cert), key: resolve(key) };
}

/** The origins, written as browsers send them. Throws {@link UsageError}. */
export function originsOf(origins: readonly string[] = []): string[] {
  return origins.map((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url && /^https?:$/.test(url.protocol) && `${url.pathname}${url.search}` === '/') return url.origin;
    throw new UsageError(`--origin ${text} is no origin of pages; write https://app.example.com`);
  });
}

function nextSteps(
  dir: string,
  configurations: readonly string[],
  servers: readonly string[],
  local: boolean,
): string[] {
  const trust = local ? `NODE_EXTRA_CA_CERTS=${dir}/tls/ca.pem ` : '';
  const at = servers.map((server) => `-s ${server}`).join(' ');
  const replicas = servers.length > 1 ? ` --replicas ${servers.length}` : '';
  const everyone =
    servers.length > 1 && !local
      ? `Copy accounts.conf, tls/ and its own .conf to ${dir} of each server. Then `
      : 'Start the server: ';
  const steps = [
    `Keep ${dir}/keys somewhere safe, away from the servers: whoever has operator.nk or account.nk is the operator.`,
    `${everyone}${configurations.map((path) => `nats-server -c ${dir}/${path}`).join(', ')}`,
    `Keep documents: ${trust}slate docs ${at} --creds ${dir}/creds/documents.creds${replicas}`,
    `Give tokens to the users of your app: set -a; . ${dir}/tokens.env; slate tokens --authorize authorize.mjs`,
    `Watch: ${trust}slate tail ${at} --creds ${dir}/creds/monitor.creds`,
  ];
  return steps.map((step, index) => `${index + 1}. ${step}`);
}
