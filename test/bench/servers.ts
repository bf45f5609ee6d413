/** The servers, each in its own process on a free port of 127.0.0.1, started when first asked for. */
import { startNatsServer } from '../../src/service/local-server.js';
import type { System } from './adapter.js';
import { end, start } from './children.js';

export interface Server {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

async function nodeServer(file: string, args: readonly string[]): Promise<Server> {
  const { child, first } = await start(file, args);
  const { port } = first as { port: number };
  return { url: `ws://127.0.0.1:${port}`, pid: child.pid ?? 0, stop: () => end(child) };
}

/** Said of nats-server in the report, once one ran. */
export let natsVersion = '';

async function natsServer(): Promise<Server> {
  const server = await startNatsServer({ wsPort: 0, natsPort: 0, monitorPort: 0 });
  natsVersion = server.version;
  return { url: server.wsUrl, pid: server.pid, stop: () => server.stop() };
}

const starters: Record<System['server'], () => Promise<Server>> = {
  nats: natsServer,
  'y-websocket': () => nodeServer('y-websocket-server.js', []),
  hocuspocus: () => nodeServer('hocuspocus-server.js', ['0']),
  'hocuspocus-16': () => nodeServer('hocuspocus-server.js', ['16']),
};

export const startServer = (kind: System['server']): Promise<Server> => starters[kind]();
