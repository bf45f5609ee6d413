/**
 * A Vite plugin that tells the demo page where NATS is: `GET /slate.json` answers `{"servers": ["ws://…"]}`, in
 * development and in preview, so that nobody has to edit a file. Each request reads the addresses again. Besides,
 * `network` is the address of this computer in its network, where it has one.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { networkInterfaces } from 'node:os';
import type { Plugin } from 'vite';

/** The addresses in `SLATE_SERVERS`, separated by commas; else the local server on port `SLATE_WS_PORT` or 9222. */
export function serversOfEnvironment(env: NodeJS.ProcessEnv = process.env): string[] {
  const given = (env.SLATE_SERVERS ?? '').split(',').map((server) => server.trim());
  const servers = given.filter((server) => server !== '');
  return servers.length > 0 ? servers : [`ws://127.0.0.1:${env.SLATE_WS_PORT || 9222}`];
}

export function slateJson(servers: () => readonly string[] = serversOfEnvironment): Plugin {
  const answer = (_request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('content-type', 'application/json');
    response.setHeader('cache-control', 'no-store');
    response.end(JSON.stringify({ servers: servers(), network: networkAddress() }));
  };
  return {
    name: 'slate-json',
    configureServer: (server) => void server.middlewares.use('/slate.json', answer),
    configurePreviewServer: (server) => void server.middlewares.use('/slate.json', answer),
  };
}

/** The first address of this computer that others in its network can use. */
function networkAddress(): string | undefined {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}
