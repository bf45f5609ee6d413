/**
 * Makes the connection, and makes it again whenever it is lost (rule P7): the first attempt at once; after a loss
 * within 0 to 500 ms, so that the clients of a room do not all return in one instant; after a failure every second ±
 * 30 %; at once when the browser says that it is online; without end.
 *
 * The work is shared with the NATS client. The client decides which server is next and does the handshake; it asks
 * `open` for a socket at the beginning of each attempt. The dialer lets the attempt wait until it is due, opens the
 * socket, and closes it when no server greets in time. It never reads what a socket carries.
 */
import type { Clock, Random } from '../../clock.js';
import { AuthenticationError, ConnectionClosedError, OptionError, type SlateError } from '../../errors.js';
import { ByteCounter } from './byte-counter.js';
import type { NatsLink } from './nats-bus.js';
import type { NatsConnectionLike } from './nats-connection.js';
import { natsError } from './nats-errors.js';
import { browserOnline, type OnlineSignal } from './online.js';
import type { SocketFactory } from './socket.js';

const FIRST_TRY_MS = 500;
const RETRY_MS = 1000;
const RETRY_SPREAD = 0.3;
/** The longest wait before an attempt. */
export const LONGEST_WAIT_MS = RETRY_MS * (1 + RETRY_SPREAD);

/** The first attempt waits this long for the server's greeting, each next one twice as long, up to `timeout`. */
const FIRST_GREETING_MS = 2000;

/** Opens the socket of one attempt, when the attempt is due. The NATS clients call such a function `wsFactory`. */
export type OpenSocket = (url: string) => Promise<{ socket: WebSocket; encrypted: boolean }>;

/**
 * Tries each server once, with sockets from `open`. The connection that it resolves with reconnects through `open`
 * too.
 */
export type ConnectClient = (open: OpenSocket) => Promise<NatsConnectionLike>;

/** The bus that a dialer connects. */
export interface DialedBus {
  /** There is a connection. Called once; it reconnects by itself from then on. */
  attach(connection: NatsConnectionLike): void;
  /** An attempt failed; another follows. */
  attemptFailed(error: SlateError): void;
  /** No other attempt would help. */
  fail(fault: unknown): void;
}

export interface DialerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly servers: readonly string[];
  readonly makeSocket: SocketFactory;
  /** The longest time from opening a socket to the server's greeting, in milliseconds. */
  readonly timeout: number;
  /** @defaultValue the page's `online` event */
  readonly online?: OnlineSignal;
}

export class Dialer implements NatsLink {
  url = '';
  readonly bytes = new ByteCounter();
  readonly #options: DialerOptions;
  readonly #unsubscribe: () => void;
  #bus: DialedBus | undefined;
  #socket: WebSocket | undefined;
  #connected = false;
  #closed = false;
  /** True when the next attempt does not wait. */
  #atOnce = true;
  /** Ends the wait before an attempt; undefined while none waits. */
  #wake: (() => void) | undefined;
  /** How often the client has asked for a socket. */
  #attempts = 0;
  /** How many sockets in a row, up to the last, no server has greeted. */
  #ungreeted = 0;

  constructor(options: DialerOptions) {
    this.#options = options;
    this.#unsubscribe = (options.online ?? browserOnline)(() => this.#online());
  }

  /** Makes the first connection of `bus`: tries until there is one, or until no other attempt would help. */
  async start(bus: DialedBus, connect: ConnectClient): Promise<void> {
    this.#bus = bus;
    while (!this.#closed) {
      const attempts = this.#attempts;
      try {
        bus.attach(await connect(this.open));
        return;
      } catch (fault) {
        const error = natsError(fault, this.#options.servers);
        if (error instanceof AuthenticationError || error instanceof OptionError) bus.fail(error);
        else bus.attemptFailed(error);
        // The client's code could not be loaded, so `open` was not called and has not waited.
        if (attempts === this.#attempts) await this.#due();
      }
    }
  }

  /** The socket factory of the NATS client. Rejects with {@link ConnectionClosedError} once closed. */
  readonly open: OpenSocket = async (url) => {
    this.#attempts++;
    const due = await this.#due();
    this.abandon(); // the client may have given up on the last socket without closing it
    if (!due) throw new ConnectionClosedError();
    this.url = url.replace(/\/$/, '');
    const socket = await this.#options.makeSocket(url);
    this.#socket = socket;
    this.bytes.watch(socket);
    this.#expectGreeting(socket);
    if (this.#closed) {
      this.abandon();
      throw new ConnectionClosedError();
    }
    return { socket, encrypted: url.startsWith('wss:') };
  };

  connected(): void {
    this.#connected = true;
    this.#atOnce = false;
  }

  abandon(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    this.#wake?.();
    this.abandon();
  }

  /** Waits until the next attempt is due. Resolves with false when the dialer is closed. */
  async #due(): Promise<boolean> {
    if (this.#closed) return false;
    const ms = this.#waitMs();
    this.#connected = this.#atOnce = false;
    if (ms > 0) {
      await new Promise<void>((resolve) => {
        const cancel = this.#options.clock.after(ms, resolve);
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
      this.#wake = undefined;
    }
    return !this.#closed;
  }

  #waitMs(): number {
    const { random } = this.#options;
    if (this.#atOnce) return 0;
    if (this.#connected) return random() * FIRST_TRY_MS; // until now: the connection has just been lost
    return RETRY_MS * (1 + RETRY_SPREAD * (2 * random() - 1));
  }

  /** The network is back. A wait ends now; an attempt that began without the network is given up for a new one. */
  #online(): void {
    if (this.#wake) {
      this.#wake();
    } else if (!this.#connected) {
      this.#atOnce = true;
      this.abandon();
    }
  }

  #expectGreeting(socket: WebSocket): void {
    const { clock, timeout, servers } = this.#options;
    let greeted = false;
    let cause: unknown;
    const limit = Math.min(timeout, FIRST_GREETING_MS * 2 ** this.#ungreeted++);
    const cancel = clock.after(limit, () => socket.close());
    const onGreeting = () => {
      greeted = true;
      this.#ungreeted = 0;
      cancel();
    };
    socket.addEventListener('message', onGreeting, { once: true });
    socket.addEventListener('error', (event) => {
      cause ??= (event as { error?: unknown }).error; // Node gives the reason, a browser does not
    });
    socket.addEventListener('close', () => {
      cancel();
      if (greeted) return;
      // Both clients ignore a clean close before the greeting and would wait until their time limit.
      (socket.onerror as ((event: Event) => void) | null)?.(new Event('error'));
      // While one of several servers answers, it is no failure that another does not.
      if (this.#ungreeted >= servers.length) this.#bus?.attemptFailed(natsError(cause, servers));
    });
  }
}
