/** A nats-server that runs what `slate init` writes, on free ports, and connections to it over TLS. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, jwtAuthenticator, type NatsConnection } from 'nats.ws';
import { WebSocket } from 'ws';
import { makeDeployment } from '../../src/service/deployment/deployment.js';
import { writeNew } from '../../src/service/deployment/files.js';
import { ensureNatsServer } from '../../src/service/nats-server.js';
import type { AccountKey } from '../../src/service/tokens/account.js';
import { freePorts } from './ports.js';
import { until } from './wait.js';

export interface DeployedServer extends AsyncDisposable {
  /** `wss://localhost:…`. */
  readonly url: string;
  readonly pid: number;
  output(): string;
  /** Has the server read its configuration again. */
  reload(): Promise<void>;
}

/** Starts a server with a configuration of a deployment; it ends at the end of the scope that holds it. */
export async function runConfiguration(path: string): Promise<DeployedServer> {
  const { path: program } = await ensureNatsServer();
  const child = spawn(program, ['-c', path], { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const ended = once(child, 'close');
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const count = (words: string) => output.split(words).length - 1;
  try {
    await until(() => output.includes('Server is ready') || child.exitCode !== null, { deadlineMs: 30_000 });
    if (child.exitCode !== null) throw new Error(`nats-server ended:\n${output}`);
  } catch (error) {
    await stop();
    throw error;
  }
  const [, port] = /WS_LISTEN: ".*:(\d+)"/.exec(await readFile(path, 'utf8')) ?? [];
  return {
    url: `wss://localhost:${port}`,
    pid: child.pid ?? 0,
    output: () => output,
    async reload() {
      const before = count('Reloaded server configuration');
      child.kill('SIGHUP');
      await until(() => count('Reloaded server configuration') > before, { what: 'the reload', deadlineMs: 30_000 });
    },
    [Symbol.asyncDispose]: stop,
  };
}

export interface Deployed extends DeployedServer {
  /** The folder of the deployment. */
  readonly dir: string;
  /** What signs tokens: a signing key, and its account. */
  readonly account: AccountKey;
  readonly ca: string;
}

/** The ports of a configuration, as variables that are free now. */
export async function freeListeners(): Promise<Record<string, string>> {
  const [ws, nats, monitor] = await freePorts(3);
  return {
    WS_LISTEN: `127.0.0.1:${ws}`,
    NATS_LISTEN: `127.0.0.1:${nats}`,
    MONITOR_LISTEN: `127.0.0.1:${monitor}`,
  };
}

/** One server for this machine. */
export async function deploy(): Promise<Deployed> {
  const dir = await mkdtemp(join(tmpdir(), 'slate-deployment-'));
  const { files } = await makeDeployment({
    dir,
    hosts: ['localhost'],
    local: true,
    origins: [],
    disk: 1e8,
    variables: await freeListeners(),
    env: process.env,
  });
  await writeNew(dir, files);
  const server = await runConfiguration(join(dir, 'nats-server.conf'));
  return {
    ...server,
    dir,
    ca: join(dir, 'tls/ca.pem'),
    account: await accountIn(dir),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** What `tokens.env` of a folder holds. */
export async function environmentIn(dir: string): Promise<Record<string, string>> {
  const lines = (await readFile(join(dir, 'tokens.env'), 'utf8')).trim().split('\n');
  return Object.fromEntries(lines.map((line) => line.split('=') as [string, string]));
}

export async function accountIn(dir: string): Promise<AccountKey> {
  const { SLATE_SIGNING_SEED = '', SLATE_ACCOUNT } = await environmentIn(dir);
  return { seed: SLATE_SIGNING_SEED, issuerAccount: SLATE_ACCOUNT };
}

/** Sockets that trust the authority of a deployment, for both clients of NATS and for a bus. */
export async function sockets(ca: string) {
  const trusted = await readFile(ca);
  const socket = (url: string) => new WebSocket(url, { ca: trusted }) as unknown as globalThis.WebSocket;
  return { socket, wsFactory: async (url: string) => ({ socket: socket(url), encrypted: true }) };
}

/** A connection of nats.ws, with nothing of Slate around it, and what the server refuses it. */
export async function rawClient(
  { url, ca }: Pick<Deployed, 'url' | 'ca'>,
  { jwt, seed }: { jwt: string; seed: string },
): Promise<{ nc: NatsConnection; refused: string[] }> {
  const { wsFactory } = await sockets(ca);
  const authenticator = jwtAuthenticator(jwt, new TextEncoder().encode(seed));
  const nc = await connect({ servers: url, authenticator, reconnect: false, ...{ wsFactory } });
  const refused: string[] = [];
  void (async () => {
    for await (const { permissionContext } of nc.status()) {
      if (permissionContext) refused.push(`${permissionContext.operation} ${permissionContext.subject}`);
    }
  })();
  return { nc, refused };
}
