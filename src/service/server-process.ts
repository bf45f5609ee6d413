/** The process of a local `nats-server`: spawns it, reads what it prints, and ends it. It never outlives its owner. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import type { Clock } from '../clock.js';
import { Emitter } from '../emitter.js';
import { ServerStartError } from './errors.js';

/** Where the server listens. */
export interface Listeners {
  readonly wsUrl: string;
  readonly natsUrl: string;
  readonly monitorUrl: string;
}

const START_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 5_000;
const OUTPUT_LINES = 200;

/**
 * The shell becomes the server (`exec`, so that the pid is the server's own) and leaves behind a watcher that reads a
 * pipe from us. A line on the pipe means that the server has ended; the end of the pipe means that we have, even by
 * `kill -9`.
 */
const LAUNCHER = `
dir=$1; shift
{ read -r line <&3 || { kill -KILL $$; rm -rf "$dir"; }; } >/dev/null 2>&1 &
exec 3<&-
exec "$@"`;

export class ServerProcess {
  readonly pid: number;
  /**
   * Resolves with the exit code (null: ended by a signal) when the process has ended and all its output has been read.
   */
  readonly exited: Promise<number | null>;
  readonly #process: ChildProcess;
  readonly #clock: Clock;
  readonly #lines: string[] = [];
  readonly #events = new Emitter<{ line: string }>();
  #failure: Error | undefined;

  /** `dir`: a folder that the watcher removes where we no longer can. */
  constructor(program: string, args: readonly string[], dir: string, clock: Clock) {
    this.#clock = clock;
    // In a session of its own: Ctrl-C in the terminal reaches us alone, and we stop the server in order.
    const child = spawn('sh', ['-c', LAUNCHER, 'sh', dir, program, ...args], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#process = child;
    this.pid = child.pid ?? 0;
    const watcher = child.stdio[3] as Writable;
    watcher.on('error', (error) => this.#lines.push(`(the watcher has ended: ${error.message})`));
    child.once('exit', () => watcher.end('\n'));
    this.exited = new Promise((resolve) => {
      child.once('close', resolve);
      child.once('error', (error) => {
        this.#failure = error;
        resolve(null);
      });
    });
    let rest = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#receive(line);
    });
  }

  output(): string {
    return this.#lines.join('\n');
  }

  /**
   * Resolves with the listeners, once the server has printed them and that it is ready. Rejects with {@link
   * ServerStartError} where it ends before or takes too long, and with the signal's reason when that aborts.
   */
  async ready(signal: AbortSignal | undefined): Promise<Listeners> {
    const found = new Map<string, string>();
    const cleanups: (() => void)[] = [];
    try {
      await new Promise<void>((resolve, reject) => {
        const onLine = (line: string) => {
          const [, listener, at = ''] = /(monitor|websocket clients|client connections) on (\S+:\d+)$/.exec(line) ?? [];
          if (listener) found.set(listener, at);
          if (line.includes('Server is ready')) resolve();
        };
        const onTimeout = () => reject(this.#startError(`it was not ready within ${START_TIMEOUT_MS / 1000} s`));
        const onAbort = () => reject(signal?.reason);
        cleanups.push(this.#events.on('line', onLine));
        cleanups.push(this.#clock.after(START_TIMEOUT_MS, onTimeout));
        signal?.addEventListener('abort', onAbort, { once: true });
        cleanups.push(() => signal?.removeEventListener('abort', onAbort));
        if (signal?.aborted) onAbort();
        void this.exited.then((code) => {
          reject(this.#startError(`it ended with ${code === null ? 'a signal' : `code ${code}`}`));
        });
      });
    } finally {
      for (const cleanup of cleanups) cleanup();
    }
    const [ws, nats, monitor] = ['websocket clients', 'client connections', 'monitor'].map((key) => found.get(key));
    if (!ws || !nats || !monitor) throw this.#startError('it did not name all its listeners');
    return { wsUrl: ws, natsUrl: `nats://${nats}`, monitorUrl: `http://${monitor}` };
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    const cancelTimer = this.#clock.after(STOP_TIMEOUT_MS, () => this.#process.kill('SIGKILL'));
    await this.exited;
    cancelTimer();
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.exited;
  }

  #receive(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > OUTPUT_LINES) this.#lines.shift();
    this.#events.emit('line', line);
  }

  #startError(reason: string): ServerStartError {
    const cause = this.#failure;
    return cause ? new ServerStartError(cause.message, '', { cause }) : new ServerStartError(reason, this.output());
  }
}
