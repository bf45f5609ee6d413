#!/usr/bin/env node
/**
 * `npm start`: everything a newcomer needs to see two people in one room. Installs the dependencies, finds or downloads
 * nats-server and starts it, builds the demo page and serves it. The page and the server listen on 127.0.0.1 and stop
 * with this process. With `--dev` (`npm run dev`) it serves the sources instead of a build and reloads the page on
 * changes.
 *
 * Environment variables: PORT, SLATE_WS_PORT, SLATE_NATS_PORT and SLATE_MONITOR_PORT (0 means any free port); HOST, an
 * address of this computer at which the page and NATS for browsers listen, for phones in its network; NATS_SERVER, the
 * path of nats-server; SLATE_SERVERS, addresses of running servers, to use these and start none.
 */
import { createServer as createProbe, isIP } from 'node:net';
import { buildDemo, checkNode, Failure, importTypeScript, installDependencies, main, root } from './prepare.js';

const dev = process.argv.includes('--dev');
const host = process.env.HOST || '127.0.0.1';
const stopping = new AbortController();
const { signal } = stopping;

/**
 * Stops on Ctrl-C, `kill` and a closed terminal. Called again after Vite has added its own handlers, because those
 * would exit before everything is stopped.
 */
function ownSignals() {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.removeAllListeners(name);
    process.on(name, () => stopping.abort());
  }
}

/** Stops when npm is killed: it forwards SIGINT and SIGTERM (package.json starts us with `exec`), but not SIGKILL. */
function followNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stopping.abort(), 500).unref();
}

function portFrom(setting, fallback) {
  const text = process.env[setting] || String(fallback);
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535)
    throw new Failure(`${setting} is ${JSON.stringify(text)}, which is not a port number from 0 to 65535.`);
  return port;
}

function checkHost() {
  if (isIP(host) !== 0) return;
  throw new Failure(`HOST is ${JSON.stringify(host)}, which is not an address of this computer such as 192.168.1.20.`);
}

function portInUse(port, what, setting) {
  return new Failure(
    `Port ${port} (${what}) is in use by another program.\nChoose another port: ${setting}=<port> npm start`,
  );
}

/** Fails before the build if the port of the page is in use, not after it. */
async function probePagePort(port) {
  const probe = createProbe();
  await new Promise((resolve, reject) => {
    probe.once('error', (error) => {
      if (error.code === 'EADDRINUSE') reject(portInUse(port, 'the page', 'PORT'));
      else if (error.code === 'EADDRNOTAVAIL')
        reject(new Failure(`HOST is ${host}: this computer has no such address.`));
      else reject(error);
    });
    probe.listen({ host, port }, resolve);
  });
  await new Promise((resolve) => probe.close(resolve));
}

async function startServer(ports) {
  const { ensureNatsServer } = await importTypeScript('src/service/nats-server.ts');
  const { startNatsServer } = await importTypeScript('src/service/local-server.ts');
  const program = await ensureNatsServer({ cacheDir: `${root}.cache`, log: (line) => console.log(line) });
  console.log(`Using nats-server ${program.version} from ${program.from}: ${program.path}`);
  // Two servers must not share a folder of JetStream, so each port has its own.
  const storeDir = ports.natsPort ? `${root}.cache/jetstream-${ports.natsPort}` : undefined;
  const config = 'server_name: slate'; // `slate top` shows it; the default name is a key
  const websocket = `host: ${JSON.stringify(host)}`;
  return startNatsServer({ ...ports, program, jetstream: true, storeDir, config, websocket, signal }).catch((error) => {
    const settings = { wsPort: 'SLATE_WS_PORT', natsPort: 'SLATE_NATS_PORT', monitorPort: 'SLATE_MONITOR_PORT' };
    throw error.name === 'PortTakenError' ? portInUse(error.port, error.listener, settings[error.setting]) : error;
  });
}

async function servePage(port) {
  const vite = await import('vite');
  const common = { root, configFile: `${root}vite.config.ts`, logLevel: 'warn' };
  const options = { host, port, strictPort: true };
  let page;
  if (dev) {
    page = await (await vite.createServer({ ...common, server: options })).listen();
  } else {
    console.log('Building the demo page …');
    await buildDemo(signal);
    page = await vite.preview({ ...common, preview: options });
  }
  ownSignals();
  return page;
}

function welcome(pageUrl, { wsUrl, natsUrl, monitorUrl }) {
  const addresses = [`NATS for browsers  ${wsUrl}`];
  if (natsUrl) addresses.push(`NATS for programs  ${natsUrl}`, `NATS monitoring    ${monitorUrl}`);
  return `
  Slate is running. Open this page in two windows:

    ${pageUrl}

  ${addresses.join('\n  ')}

  Press Ctrl-C to stop everything.
`;
}

async function start() {
  ownSignals();
  followNpm();
  process.stdout.on('error', () => stopping.abort()); // the terminal was closed
  checkNode();
  checkHost();
  const pagePort = portFrom('PORT', 5173);
  const ports = {
    wsPort: portFrom('SLATE_WS_PORT', 9222),
    natsPort: portFrom('SLATE_NATS_PORT', 4222),
    monitorPort: portFrom('SLATE_MONITOR_PORT', 8222),
  };
  const deployment = process.env.SLATE_SERVERS;
  await probePagePort(pagePort);
  await installDependencies(signal);
  signal.throwIfAborted();

  const server = deployment ? undefined : await startServer(ports);
  let page;
  try {
    if (server) process.env.SLATE_SERVERS = server.wsUrl; // scripts/slate-json.ts tells the page
    page = await servePage(pagePort);
    const { local, network } = page.resolvedUrls;
    console.log(welcome(local[0] ?? network[0], server ?? { wsUrl: deployment }));
    await new Promise((resolve, reject) => {
      signal.addEventListener('abort', resolve);
      if (signal.aborted) resolve();
      server?.exited.then(() => {
        if (!signal.aborted) reject(new Failure(`nats-server stopped unexpectedly. Its output:\n${server.output()}`));
      });
    });
  } finally {
    await Promise.all([page?.close(), server?.stop()]);
  }
  console.log('Stopped.');
}

await main(() =>
  start().catch((error) => {
    if (!signal.aborted) throw error;
    console.log('Stopped.');
  }),
);
process.exit();
