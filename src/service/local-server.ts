/**
 * Runs one `nats-server` on this machine, for a demo, a test or a developer: Node only, listeners on 127.0.0.1 alone.
 * It never outlives the process that started it, whatever ends that one. Not a way to run a server in production:
 * there, nothing of ours stands between the operator and NATS.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { type Clock, systemClock } from '../clock.js';
import { Emitter } from '../emitter.js';
import { PortTakenError, ServerStartError } from './errors.js';
import { ensureNatsServer, type NatsServerProgram } from './nats-server.js';

export interface LocalServerOptions {
  /** Text added at the end of the server's configuration; a key given again replaces ours. */
  config?: string | undefined;
  /** Text added inside our `websocket { }` block. (A block of its own in `config` would lose host and port.) */
  websocket?: string | undefined;
  /** Ports of the WebSocket, client and monitoring listeners. 0 or missing: any free port. */
  wsPort?: number | undefined;
  natsPort?: number | undefined;
  monitorPort?: number | undefined;
  /** Where JetStream keeps its files. Given alone it turns JetStream on; missing, a folder that goes with the server. */
  storeDir?: string | undefined;
  /** Default: on when `storeDir` is given. Holds at most 256 MB of memory and 1 GB of files. */
  jetstream?: boolean | undefined;
  /** The program to run. Default: what `ensureNatsServer()` gives. */
  program?: NatsServerProgram | undefined;
  /** Aborting it stops the server, and a start under way. */
  signal?: AbortSignal | undefined;
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
  readonly path: string;
  readonly pid: number;
  /** Resolves when the server has ended, however it did, to its exit code (null: by a signal). Never rejects. */
  readonly exited: Promise<number | null>;
  /** The last lines the server wrote. */
  output(): string;
  /** Ends it in order (SIGTERM, and SIGKILL after 5 s) and waits for that. Calling it again is harmless. */
  stop(): Promise<void>;
  /** Ends it as a crash would (SIGKILL) and waits for that. */
  kill(): Promise<void>;
}

const START_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 5_000;
const OUTPUT_LINES = 200;

/**
 * The shell becomes the server (`exec`, so the pid is the server's own) after leaving behind a watcher that reads a pipe
 * from us. A line means that we saw the server end; the end of the pipe means that we are gone, even by `kill -9`.
 */
const LAUNCHER = `
dir=$1; shift
{ read -r line <&3 || { kill -KILL $$; rm -rf "$dir"; }; } >/dev/null 2>&1 &
exec 3<&-
exec "$@"`;

/**
 * Starts a server and resolves when it takes connections.
 * @throws ServerNotFoundError when there is no program; PortTakenError when a given port is in use; ServerStartError else.
 */
export async function startNatsServer(options: LocalServerOptions = {}): Promise<LocalServer> {
  options.signal?.throwIfAborted();
  const program = options.program ?? (await ensureNatsServer());
  const dir = await mkdtemp(join(tmpdir(), 'slate-nats-'));
  const configFile = join(dir, 'nats-server.conf');
  await writeFile(configFile, configText(options, dir));

  // A session of its own: Ctrl-C in the terminal is for us, and we stop the server in order.
  const child = spawn('sh', ['-c', LAUNCHER, 'sh', dir, program.path, '-c', configFile], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const server = new Child(child, dir, options.clock ?? systemClock);
  try {
    const listeners = await server.ready(options);
    options.signal?.addEventListener('abort', () => void server.stop(), { once: true });
    return server.describe(listeners, program);
  } catch (error) {
    await server.kill();
    throw error;
  }
}

interface Listeners {
  wsUrl: string;
  natsUrl: string;
  monitorUrl: string;
}

class Child {
  /** Its exit code, once all that it wrote has been read. */
  readonly exited: Promise<number | null>;
  readonly #lines: string[] = [];
  readonly #emitter = new Emitter<{ line: string }>();
  #failure: Error | undefined;

  constructor(
    readonly process: ChildProcess,
    readonly dir: string,
    readonly clock: Clock,
  ) {
    const watcher = process.stdio[3] as Writable;
    watcher.on('error', (error) => this.#lines.push(`(the watcher is gone: ${error.message})`));
    process.once('exit', () => watcher.end('\n'));
    this.exited = new Promise<number | null>((resolve) => {
      process.once('close', resolve);
      process.once('error', (error) => {
        this.#failure = error;
        resolve(null);
      });
    }).then(async (code) => {
      await rm(dir, { recursive: true, force: true });
      return code;
    });
    let rest = '';
    process.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        this.#lines.push(line);
        if (this.#lines.length > OUTPUT_LINES) this.#lines.shift();
        this.#emitter.emit('line', line);
      }
    });
  }

  output(): string {
    return this.#lines.join('\n');
  }

  /** Where the server says that it listens, once it says that it is ready. */
  async ready(options: LocalServerOptions): Promise<Listeners> {
    const found: Partial<Listeners> = {};
    const undo: (() => void)[] = [];
    try {
      await new Promise<void>((resolve, reject) => {
        const onLine = (line: string) => {
          const [, what, at] = /(monitor|websocket clients|client connections) on (\S+:\d+)$/.exec(line) ?? [];
          if (what === 'monitor') found.monitorUrl = `http://${at}`;
          if (what === 'websocket clients') found.wsUrl = `${at}`;
          if (what === 'client connections') found.natsUrl = `nats://${at}`;
          if (line.includes('Server is ready')) resolve();
        };
        const onTimeout = () =>
          reject(new ServerStartError(`it was not ready within ${START_TIMEOUT_MS / 1000} s`, this.output()));
        const onAbort = () => reject(options.signal?.reason);
        undo.push(this.#emitter.on('line', onLine));
        undo.push(this.clock.after(START_TIMEOUT_MS, onTimeout));
        options.signal?.addEventListener('abort', onAbort, { once: true });
        if (options.signal?.aborted) onAbort();
        undo.push(() => options.signal?.removeEventListener('abort', onAbort));
        void this.exited.then((code) => reject(this.#startError(code, options)));
      });
    } finally {
      for (const fn of undo) fn();
    }
    const { wsUrl, natsUrl, monitorUrl } = found;
    if (!wsUrl || !natsUrl || !monitorUrl) {
      throw new ServerStartError('it did not name all its listeners', this.output());
    }
    return { wsUrl, natsUrl, monitorUrl };
  }

  #startError(code: number | null, options: LocalServerOptions): Error {
    const taken = Number(/listen tcp \S+:(\d+): bind: address already in use/.exec(this.output())?.[1]);
    for (const [port, listener, setting] of [
      [options.wsPort, 'NATS WebSocket', 'wsPort'],
      [options.natsPort, 'NATS clients', 'natsPort'],
      [options.monitorPort, 'NATS monitoring', 'monitorPort'],
    ] as const) {
      if (port && port === taken) return new PortTakenError(port, listener, setting);
    }
    if (this.#failure) return new ServerStartError(this.#failure.message, '', { cause: this.#failure });
    return new ServerStartError(`it ended with ${code === null ? 'a signal' : `code ${code}`}`, this.output());
  }

  async stop(): Promise<void> {
    this.process.kill('SIGTERM');
    const cancel = this.clock.after(STOP_TIMEOUT_MS, () => this.process.kill('SIGKILL'));
    await this.exited;
    cancel();
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.exited;
  }

  describe(listeners: Listeners, program: NatsServerProgram): LocalServer {
    return {
      ...listeners,
      wsPort: portOf(listeners.wsUrl),
      natsPort: portOf(listeners.natsUrl),
      monitorPort: portOf(listeners.monitorUrl),
      version: program.version,
      path: program.path,
      pid: this.process.pid ?? 0,
      exited: this.exited,
      output: () => this.output(),
      stop: () => this.stop(),
      kill: () => this.kill(),
      [Symbol.asyncDispose]: () => this.stop(),
    };
  }
}

function portOf(url: string): number {
  return Number(/:(\d+)$/.exec(url)?.[1]);
}

function configText(options: LocalServerOptions, dir: string): string {
  const port = (wanted: number | undefined) => wanted || -1; // the server itself picks a free one
  const jetstream = options.jetstream ?? options.storeDir !== undefined;
  return `host: 127.0.0.1
port: ${port(options.natsPort)}
http: "127.0.0.1:${port(options.monitorPort)}"
websocket {
  host: 127.0.0.1
  port: ${port(options.wsPort)}
  no_tls: true
  ${options.websocket ?? ''}
}
${jetstream ? `jetstream { store_dir: ${JSON.stringify(options.storeDir ?? dir)}, max_mem: 256MB, max_file: 1GB }` : ''}
${options.config ?? ''}
`;
}
