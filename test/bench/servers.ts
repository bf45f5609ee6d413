/** The servers, each in its own process on a free port of 127.0.0.1, started when first asked for. */
import { makeOperator } from '../../src/service/deployment/operator.js';
import { startNatsServer } from '../../src/service/local-server.js';
import type { Address, System } from './adapter.js';
import { end, start } from './children.js';

export interface Server {
  readonly address: Address;
  readonly pid: number;
  stop(): Promise<void>;
}

async function nodeServer(file: string, args: readonly string[]): Promise<Server> {
  const { child, first } = await start(file, args);
  const { port } = first as { port: number };
  return { address: { url: `ws://127.0.0.1:${port}` }, pid: child.pid ?? 0, stop: () => end(child) };
}

/** Said of nats-server in the report, once one ran. */
export let natsVersion = '';

async function natsServer(config = '', account?: Address['account']): Promise<Server> {
  const server = await startNatsServer({ config });
  natsVersion = server.version;
  const address = { url: server.wsUrl, ...(account && { account }) };
  return { address, pid: server.pid, stop: () => server.stop() };
}

/** As `slate init` has it: users by JWT alone, whose permissions stand in it. Without TLS, as the other servers. */
async function verifiedServer(): Promise<Server> {
  const { accounts, app, signing } = await makeOperator({ disk: 0, memory: 0 });
  const account = { seed: new TextDecoder().decode(signing.getSeed()), issuerAccount: app.getPublicKey() };
  return natsServer(`${accounts}max_control_line: 64KB`, account);
}

const starters: Record<System['server'], () => Promise<Server>> = {
  nats: () => natsServer(),
  'nats-verified': verifiedServer,
  'y-websocket': () => nodeServer('y-websocket-server.js', []),
  hocuspocus: () => nodeServer('hocuspocus-server.js', ['0']),
  'hocuspocus-16': () => nodeServer('hocuspocus-server.js', ['16']),
};

export const startServer = (kind: System['server']): Promise<Server> => starters[kind]();
