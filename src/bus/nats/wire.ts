/**
 * The sockets of one connection, one after another: opened when the dialer says so, counted to the byte, and given up
 * when no server greets in time. It never reads what they carry. The NATS client asks for each through its socket
 * factory; what that client misses (a socket that closes before the greeting, one that never opens) is seen to here.
 */
import type { Clock } from '../../clock.js';
import { ConnectionClosedError, OptionError } from '../../errors.js';
import type { Dialer } from './dialer.js';

/** Makes a socket, in a page or in Node. What it throws is taken as final. */
export type SocketFactory = (url: string) => WebSocket | Promise<WebSocket>;

/** The first try gets this long to be greeted, each next one twice as long, up to the caller's limit. */
const FIRST_GREETING_MS = 2000;

export interface WireOptions {
  readonly clock: Clock;
  readonly dialer: Dialer;
  readonly makeSocket: SocketFactory;
  /** The longest time, in milliseconds, from opening a socket to the server's greeting. */
  readonly timeoutMs: number;
  /** A socket ended before a server greeted. */
  readonly failed: (cause: unknown) => void;
}

export class Wire {
  bytesIn = 0;
  bytesOut = 0;
  /** Where the last try went. */
  url = '';
  /** How many tries there were. */
  tries = 0;
  /** How many of them in a row, up to the last, no server has greeted. */
  ungreeted = 0;
  readonly #options: WireOptions;
  #socket: WebSocket | undefined;
  #closed = false;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  /** The socket factory of the NATS client. Rejects once closed. */
  readonly open = async (url: string): Promise<{ socket: WebSocket; encrypted: boolean }> => {
    this.tries++;
    const due = await this.#options.dialer.turn();
    this.abandon(); // the client may have given up on the last one without closing it
    if (!due) throw new ConnectionClosedError();
    this.url = url.replace(/\/$/, '');
    const socket = await this.#options.makeSocket(url);
    this.#socket = socket;
    this.#count(socket);
    this.#expectGreeting(socket);
    if (this.#closed) {
      this.abandon();
      throw new ConnectionClosedError();
    }
    return { socket, encrypted: url.startsWith('wss:') };
  };

  /** Closes the socket there is; the next try follows. */
  abandon(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** No more sockets. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#options.dialer.close();
    this.abandon();
  }

  #count(socket: WebSocket): void {
    const send = socket.send;
    socket.send = (data) => {
      this.bytesOut += (data as ArrayBuffer).byteLength;
      send.call(socket, data);
    };
    socket.addEventListener('message', ({ data }) => {
      this.bytesIn += data.byteLength ?? data.length;
    });
  }

  #expectGreeting(socket: WebSocket): void {
    const { clock, timeoutMs, failed } = this.#options;
    let greeted = false;
    let cause: unknown;
    const limit = Math.min(timeoutMs, FIRST_GREETING_MS * 2 ** this.ungreeted++);
    const cancel = clock.after(limit, () => socket.close());
    const greet = () => {
      greeted = true;
      this.ungreeted = 0;
      cancel();
    };
    socket.addEventListener('message', greet, { once: true });
    socket.addEventListener('error', (event) => {
      cause ??= (event as { error?: unknown }).error; // Node says what it was, a browser does not
    });
    socket.addEventListener('close', () => {
      cancel();
      if (greeted) return;
      (socket.onerror as ((event: Event) => void) | null)?.(new Event('error')); // the client would wait on after a clean close
      failed(cause);
    });
  }
}

/** A page's own WebSocket, or that of Node from 22 on; before that, the package `ws`. Throws {@link OptionError}. */
export async function systemSocket(url: string): Promise<WebSocket> {
  const Socket = globalThis.WebSocket ?? (await packagedSocket());
  try {
    return new Socket(url);
  } catch (cause) {
    throw new OptionError('servers', `has ${url}, which cannot be opened here (${(cause as Error).message})`, {
      cause,
    });
  }
}

async function packagedSocket(): Promise<typeof WebSocket> {
  const name = 'ws'; // not a literal in the import: a page's bundle must not hold it
  try {
    return ((await import(/* @vite-ignore */ name)) as { WebSocket: typeof WebSocket }).WebSocket;
  } catch (cause) {
    throw new OptionError('WebSocket', 'is needed where none is built in: install "ws", or use Node 22', { cause });
  }
}
