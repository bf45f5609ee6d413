#!/usr/bin/env node
/**
 * `npm start`: everything a newcomer needs to see two people meet. Installs the dependencies, finds or fetches
 * nats-server and starts it, builds the demo page and serves it. All of it listens on 127.0.0.1, and all of it ends with
 * this process. `--dev` (`npm run dev`) serves the sources instead, with reload on change.
 *
 * Settings: PORT, SLATE_WS_PORT, SLATE_NATS_PORT, SLATE_MONITOR_PORT (0: any free port), NATS_SERVER (the program), and
 * SLATE_SERVERS, addresses of a running deployment, to use that and start no server.
 */
import { createServer as createProbe } from 'node:net';
import { buildDemo, checkNode, Failure, importTypeScript, installDependencies, main, root } from './prepare.js';

const dev = process.argv.includes('--dev');
const host = '127.0.0.1';
const stopping = new AbortController();
const { signal } = stopping;

/** Ctrl-C, `kill`, and a closed terminal. Called again once Vite has added its own, which would exit before we are done. */
function ownSignals() {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.removeAllListeners(name);
    process.on(name, () => stopping.abort());
  }
}

/** npm passes on SIGINT and SIGTERM (to us, because package.json says `exec`), but not its own death. */
function followNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stopping.abort(), 500).unref();
}

function portFrom(setting, fallback) {
  const text = process.env[setting] || String(fallback);
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) throw new Failure(`${setting} is no port number: ${JSON.stringify(text)}.`);
  return port;
}

function taken(port, what, setting) {
  return new Failure(
    `Port ${port} (${what}) is taken by another program.\nChoose another: ${setting}=<port> npm start`,
  );
}

/** Fails where the page's port is taken: known before the build, not after it. */
async function probePagePort(port) {
  const probe = createProbe();
  await new Promise((resolve, reject) => {
    probe.once('error', (error) => reject(error.code === 'EADDRINUSE' ? taken(port, 'the page', 'PORT') : error));
    probe.listen({ host, port }, resolve);
  });
  await new Promise((resolve) => probe.close(resolve));
}

async function startServer(ports) {
  const { ensureNatsServer } = await importTypeScript('src/service/nats-server.ts');
  const { startNatsServer } = await importTypeScript('src/service/local-server.ts');
  const program = await ensureNatsServer({ cacheDir: `${root}.cache`, log: (line) => console.log(line) });
  console.log(`Using nats-server ${program.version} from ${program.from}: ${program.path}`);
  // Two servers must not share a store.
  const storeDir = ports.natsPort ? `${root}.cache/jetstream-${ports.natsPort}` : undefined;
  const config = 'server_name: slate'; // for `slate top`, in place of a key
  return startNatsServer({ ...ports, program, jetstream: true, storeDir, config, signal }).catch((error) => {
    const settings = { wsPort: 'SLATE_WS_PORT', natsPort: 'SLATE_NATS_PORT', monitorPort: 'SLATE_MONITOR_PORT' };
    throw error.name === 'PortTakenError' ? taken(error.port, error.listener, settings[error.setting]) : error;
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

async function start() {
  ownSignals();
  followNpm();
  process.stdout.on('error', () => stopping.abort()); // the terminal is gone: nobody reads
  checkNode();
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
    if (server) process.env.SLATE_SERVERS = server.wsUrl; // what the page is told, see scripts/slate-json.ts
    page = await servePage(pagePort);
    console.log(`
  Slate is running. Open this page in two windows:

    ${page.resolvedUrls.local[0]}

  NATS for browsers  ${server?.wsUrl ?? deployment}${
    server &&
    `
  NATS for others    ${server.natsUrl}
  NATS monitoring    ${server.monitorUrl}`
  }

  Ctrl-C stops everything.
`);
    await new Promise((resolve, reject) => {
      signal.addEventListener('abort', resolve);
      if (signal.aborted) resolve();
      server?.exited.then(() => {
        if (!signal.aborted) reject(new Failure(`nats-server ended by itself. Its last words:\n${server.output()}`));
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
