/** A nats-server that runs one of the shipped configurations as an operator would, on free ports of 127.0.0.1. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServerConfig, serverConfig } from '../../src/service/config/server-config.js';
import { ensureNatsServer } from '../../src/service/nats-server.js';
import { freePorts } from './ports.js';
import { until } from './wait.js';

export const PASSWORDS = {
  PASSWORD: 'page-secret',
  WORKER_PASSWORD: '"4 worker"',
  DOCUMENTS_PASSWORD: 'documents-secret',
  MONITOR_PASSWORD: 'monitor-secret',
  JANITOR_PASSWORD: 'janitor-secret',
  SYSTEM_PASSWORD: 'system-secret',
};
export const USER = { user: 'slate_user', pass: 'page-secret' };
export const WORKER = { user: 'slate_worker', pass: '4 worker' };
export const DOCUMENTS = { user: 'slate_documents', pass: 'documents-secret' };
export const MONITOR = { user: 'slate_monitor', pass: 'monitor-secret' };

export interface ConfigServer extends AsyncDisposable {
  readonly wsUrl: string;
  readonly monitorUrl: string;
  readonly name: string;
  readonly pid: number;
  output(): string;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** The text with a user for each of `names`, as an operator adds one: a copy of the block of `slate_user`. */
export function withPages(text: string, names: readonly string[]): string {
  const [block = ''] = /^ {4}\{\n +# Pages\.[\s\S]*?^ {4}\}\n/m.exec(text) ?? [];
  return text.replace(block, () => [block, ...names.map((name) => block.replaceAll('slate_user', name))].join(''));
}

/**
 * `variables`: those of the file besides the listeners, such as routes. `name`: the server's name in a cluster. `edit`:
 * what the operator changes in the text.
 */
export async function startConfigured(
  config: ServerConfig,
  variables: Readonly<Record<string, string>> = {},
  name = 'slate',
  edit = (text: string) => text,
): Promise<ConfigServer> {
  const [ws, nats, monitor] = await freePorts(3);
  const dir = await mkdtemp(join(tmpdir(), 'slate-config-'));
  const text = await serverConfig(config, {
    WS_LISTEN: `127.0.0.1:${ws}`,
    NATS_LISTEN: `127.0.0.1:${nats}`,
    MONITOR_LISTEN: `127.0.0.1:${monitor}`,
    ...(config !== 'cluster-two' && { JOBS_DIR: dir }),
    ...variables,
  });
  await writeFile(join(dir, 'nats-server.conf'), edit(text));
  const program = await ensureNatsServer();
  const env = { ...process.env, ...PASSWORDS, SERVER_NAME: name };
  const child = spawn(program.path, ['-c', join(dir, 'nats-server.conf')], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const ended = once(child, 'close').then(() => rm(dir, { recursive: true, force: true }));
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
  };
  const server: ConfigServer = {
    wsUrl: `ws://127.0.0.1:${ws}`,
    monitorUrl: `http://127.0.0.1:${monitor}`,
    name,
    pid: child.pid ?? 0,
    output: () => output,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    [Symbol.asyncDispose]: () => end('SIGKILL'),
  };
  try {
    await until(() => output.includes('Server is ready') || child.exitCode !== null, {
      what: `${config} to be ready`,
      deadlineMs: 15_000,
    });
    if (child.exitCode !== null) throw new Error(`nats-server ended:\n${output}`);
  } catch (error) {
    await server.kill();
    throw error;
  }
  return server;
}

/** The servers of a cluster, each with routes to all. */
export async function startCluster(config: 'cluster-two' | 'cluster-three'): Promise<ConfigServer[]> {
  const size = config === 'cluster-two' ? 2 : 3;
  const ports = await freePorts(size);
  const routes = Object.fromEntries(ports.map((port, n) => [`ROUTE_${n + 1}`, `nats-route://127.0.0.1:${port}`]));
  const start = (port: number, n: number) =>
    startConfigured(config, { ...routes, CLUSTER_LISTEN: `127.0.0.1:${port}` }, `SBX0${n + 1}`);
  const servers = await Promise.all(ports.map(start));
  const routed = async ({ monitorUrl }: ConfigServer) => {
    const page = (await (await fetch(`${monitorUrl}/routez`)).json()) as { num_routes: number };
    return page.num_routes >= size - 1;
  };
  await until(async () => (await Promise.all(servers.map(routed))).every(Boolean), {
    what: 'routes',
    deadlineMs: 15_000,
  });
  return servers;
}
