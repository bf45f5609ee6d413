/**
 * Runs one `nats-server` on this machine, for a demo, a test or a developer: Node only, and it listens only on
 * 127.0.0.1. It ends with the process that started it, however that one ends. Do not run a server in production this
 * way: there, nothing of Slate stands between the operator and NATS.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../clock.js';
import { PortTakenError, ServerStartError } from './errors.js';
import { ensureNatsServer, type NatsServerProgram } from './nats-server.js';
import { type Listeners, ServerProcess } from './server-process.js';

export interface LocalServerOptions {
  /** Text added at the end of the server's configuration; a key that is given again replaces ours. */
  config?: string | undefined;
  /** Text added inside our `websocket { }` block. (A block of its own in `config` would lose host and port.) */
  websocket?: string | undefined;
  /** Port of the WebSocket listener. @defaultValue 0: any free port */
  wsPort?: number | undefined;
  /** Port of the listener for other clients. @defaultValue 0: any free port */
  natsPort?: number | undefined;
  /** Port of the monitoring pages. @defaultValue 0: any free port */
  monitorPort?: number | undefined;
  /** The folder where JetStream keeps its files. @defaultValue a folder that is removed with the server */
  storeDir?: string | undefined;
  /**
   * Enables JetStream, with at most 256 MB of memory and 1 GB of files.
   * @defaultValue true where `storeDir` is given
   */
  jetstream?: boolean | undefined;
  /** The program to run. @defaultValue what `ensureNatsServer()` resolves with */
  program?: NatsServerProgram | undefined;
  /** Aborting it stops the server, also while it starts. */
  signal?: AbortSignal | undefined;
  /** Measures the time limits of starting and stopping. @defaultValue the system's clock */
  clock?: Clock | undefined;
}

export interface LocalServer extends AsyncDisposable {
  /** `ws://127.0.0.1:…`, for browsers. */
  readonly wsUrl: string;
  /** `nats://127.0.0.1:…`, for other clients. */
  readonly natsUrl: string;
  /** `http://127.0.0.1:…`, the monitoring pages. */
  readonly monitorUrl: string;
  readonly wsPort: number;
  readonly natsPort: number;
  readonly monitorPort: number;
  readonly version: string;
  /** The path of the program. */
  readonly path: string;
  readonly pid: number;
  /** Resolves when the server has ended, with its exit code (null: ended by a signal). Never rejects. */
  readonly exited: Promise<number | null>;
  /** The last 200 lines that the server printed. */
  output(): string;
  /** Ends the server in order (SIGTERM, and SIGKILL after 5 s) and waits for that. Calling it again is harmless. */
  stop(): Promise<void>;
  /** Ends the server as a crash would (SIGKILL) and waits for that. */
  kill(): Promise<void>;
}

/**
 * Starts a server and resolves when it accepts connections. Rejects with {@link ServerNotFoundError} when there is no
 * program, with {@link PortTakenError} when a given port is in use, with {@link ServerStartError} when the server does
 * not start for another reason, and with the reason of `signal`.
 */
export async function startNatsServer(options: LocalServerOptions = {}): Promise<LocalServer> {
  const { signal, clock = systemClock } = options;
  signal?.throwIfAborted();
  const program = options.program ?? (await ensureNatsServer());
  const dir = await mkdtemp(join(tmpdir(), 'slate-nats-'));
  const configFile = join(dir, 'nats-server.conf');
  await writeFile(configFile, configText(options, dir));
  const server = new ServerProcess(program.path, ['-c', configFile], dir, clock);
  const exited = server.exited.then(async (code) => {
    await rm(dir, { recursive: true, force: true });
    return code;
  });
  try {
    const listeners = await server.ready(signal);
    signal?.addEventListener('abort', () => void server.stop(), { once: true });
    return describe(server, exited, listeners, program);
  } catch (error) {
    await server.kill();
    await exited;
    throw error instanceof ServerStartError ? (portTaken(error, options) ?? error) : error;
  }
}

function describe(
  server: ServerProcess,
  exited: Promise<number | null>,
  listeners: Listeners,
  { version, path }: NatsServerProgram,
): LocalServer {
  const stop = async () => {
    await server.stop();
    await exited;
  };
  return {
    ...listeners,
    wsPort: portOf(listeners.wsUrl),
    natsPort: portOf(listeners.natsUrl),
    monitorPort: portOf(listeners.monitorUrl),
    version,
    path,
    pid: server.pid,
    exited,
    output: () => server.output(),
    stop,
    kill: async () => {
      await server.kill();
      await exited;
    },
    [Symbol.asyncDispose]: stop,
  };
}

function portOf(url: string): number {
  return Number(/:(\d+)$/.exec(url)?.[1]);
}

/** The same error, where it comes from a port that was asked for and is in use. */
function portTaken({ output }: ServerStartError, options: LocalServerOptions): PortTakenError | undefined {
  const taken = Number(/listen tcp \S+:(\d+): bind: address already in use/.exec(output)?.[1]);
  for (const [port, listener, setting] of [
    [options.wsPort, 'NATS WebSocket', 'wsPort'],
    [options.natsPort, 'NATS clients', 'natsPort'],
    [options.monitorPort, 'NATS monitoring', 'monitorPort'],
  ] as const) {
    if (port && port === taken) return new PortTakenError(port, listener, setting);
  }
  return undefined;
}

function configText(options: LocalServerOptions, dir: string): string {
  const { natsPort, wsPort, monitorPort, websocket = '', config = '', storeDir } = options;
  const port = (wanted: number | undefined) => wanted || -1; // -1: the server picks a free one
  const jetstream = options.jetstream ?? storeDir !== undefined;
  return `host: 127.0.0.1
port: ${port(natsPort)}
http: "127.0.0.1:${port(monitorPort)}"
websocket {
  host: 127.0.0.1
  port: ${port(wsPort)}
  no_tls: true
  ${websocket}
}
${jetstream ? `jetstream { store_dir: ${JSON.stringify(storeDir ?? dir)}, max_mem: 256MB, max_file: 1GB }` : ''}
${config}
`;
}
