/** All files of a deployment, as texts: keys, credentials of the services, configurations, certificates. */
import { resolve } from 'node:path';
import type { KeyPair } from '@nats-io/jwt';
import { withVariables } from '../config/server-config.js';
import { makeCertificates } from './certificates.js';
import type { NewFile } from './files.js';
import { makeOperator } from './operator.js';
import { type Node, serverConf } from './server-conf.js';
import { appServices, credsOf, systemServices } from './service-users.js';

export interface DeploymentOptions {
  /** The folder; the configurations name files in it. */
  readonly dir: string;
  /** One name or address for each server: one server, or the three of a cluster. */
  readonly hosts: readonly string[];
  /** All on this machine, for trying it out: on ports of their own, with a certificate made for it. */
  readonly local: boolean;
  /** PEM files of the certificate for pages. Needed unless `local`. */
  readonly cert?: { readonly cert: string; readonly key: string } | undefined;
  readonly origins: readonly string[];
  /** Bytes that streams may take on the disk of a server. */
  readonly disk: number;
  /** Variables of the configurations, such as `WS_LISTEN`. */
  readonly variables: Readonly<Record<string, string>>;
  readonly env: NodeJS.ProcessEnv;
}

export interface Deployment {
  readonly files: readonly NewFile[];
  /** Paths of the configurations, from the folder. */
  readonly configurations: readonly string[];
  /** Where pages connect. */
  readonly servers: readonly string[];
}

const MEMORY = 256 * 1024 * 1024;
const WS_PORT = '9222';

/** Makes everything anew, with new keys. Rejects with {@link SlateError} without `openssl` where it needs that. */
export async function makeDeployment(options: DeploymentOptions): Promise<Deployment> {
  const { hosts, local, origins, disk, variables, env } = options;
  const inside = (path: string) => resolve(options.dir, path);
  const isCluster = hosts.length > 1;
  const nodes: Node[] = hosts.map((host, index) => ({
    name: isCluster ? `slate-${index + 1}` : 'slate',
    host,
    portOffset: local ? index : 0,
  }));
  const certificates = local || isCluster ? await makeCertificates([...new Set(hosts), ...own(local)], env) : undefined;
  const made = { ca: inside('tls/ca.pem'), cert: inside('tls/cert.pem'), key: inside('tls/key.pem') };
  const settings = {
    listen: local ? '127.0.0.1' : '0.0.0.0',
    ...(options.cert ?? made),
    routes: made,
    origins,
    storeDir: local ? inside('data') : '/var/lib/nats',
    disk,
    memory: MEMORY,
  };
  const { accounts, operator, app, system, signing } = await makeOperator({
    disk: disk * nodes.length,
    memory: MEMORY * nodes.length,
  });
  const [port] = /\d+$/.exec(variables.WS_LISTEN ?? '') ?? [WS_PORT];
  const servers = nodes.map(({ host, portOffset }) => `wss://${host}:${Number(port) + portOffset}`);
  const configurations = nodes.map((node) => {
    const path = isCluster ? `${node.name}.conf` : 'nats-server.conf';
    return file(path, withVariables(serverConf(node, nodes, settings), path, variables));
  });
  const files = [
    ...configurations,
    file('accounts.conf', accounts),
    ...Object.entries({ operator, account: app, system, signing }).map(([name, key]) =>
      secret(`keys/${name}.nk`, `${seedOf(key)}\n`),
    ),
    secret(
      'tokens.env',
      `SLATE_SIGNING_SEED=${seedOf(signing)}\nSLATE_ACCOUNT=${app.getPublicKey()}\nSLATE_PAGE_SERVER=${servers[0]}\n`,
    ),
    ...(await credsFiles(app, system)),
    ...(certificates
      ? [
          file('tls/ca.pem', certificates.ca),
          file('tls/cert.pem', certificates.cert),
          secret('tls/key.pem', certificates.key),
        ]
      : []),
  ];
  return { files, configurations: configurations.map(({ path }) => path), servers };
}

const own = (local: boolean) => (local ? ['localhost', '127.0.0.1', '::1'] : []);
const file = (path: string, text: string): NewFile => ({ path, text, secret: false });
const secret = (path: string, text: string): NewFile => ({ path, text, secret: true });
const seedOf = (key: KeyPair) => new TextDecoder().decode(key.getSeed());

async function credsFiles(app: KeyPair, system: KeyPair): Promise<NewFile[]> {
  const files: NewFile[] = [];
  for (const [name, permissions] of await appServices()) {
    files.push(secret(`creds/${name.replace('slate_', '')}.creds`, await credsOf(name, permissions, app)));
  }
  for (const [name, permissions] of systemServices()) {
    const path = name === 'system' ? name : `${name.replace('slate_', '')}-system`;
    files.push(secret(`creds/${path}.creds`, await credsOf(name, permissions, system)));
  }
  return files;
}
