/**
 * Makes the connection, and makes it again whenever it is lost (rule P7): the first attempt at once; after a loss
 * within 0 to 500 ms, so that the clients of a room do not all return in one instant; after a failure every second ±
 * 30 %, and after refused credentials that are asked for anew in growing intervals; all later in a crowd; at once when
 * the network may be back; without end.
 *
 * The work is shared with the NATS client. The client decides which server is next and speaks with it; it asks
 * `open` for a socket at the beginning of each attempt. The dialer lets the attempt wait until it is due, asks for
 * fresh credentials, opens the socket, watches the handshake (`handshake.ts`), and alone says why an attempt failed.
 */
import type { Clock, Random } from '../../clock.js';
import { AuthenticationError, ConnectionClosedError, OptionError, SlateError } from '../../errors.js';
import { nextTask } from '../../next-task.js';
import { ByteCounter } from './byte-counter.js';
import { type Credentials, type Ticket, Tickets } from './credentials.js';
import { watchHandshake } from './handshake.js';
import type { NatsConnectionLike } from './nats-connection.js';
import { natsError, serverError } from './nats-errors.js';
import type { NatsLink } from './nats-link.js';
import type { SocketFactory } from './socket.js';
import { crowdWait, growingWait, spreadOf } from './waits.js';

const FIRST_TRY_MS = 500;

/**
 * An attempt is not given up for a new one before this time, in milliseconds: a page that loads has signs (`pageshow`)
 * while it connects.
 */
const YOUNG_MS = 1000;
/** The first attempt waits this long for each answer of the server, each next one twice as long, up to `timeout`. */
const FIRST_ANSWER_MS = 2000;

/** Opens the socket of one attempt, when the attempt is due. The NATS clients call such a function `wsFactory`. */
export type OpenSocket = (url: string) => Promise<{ socket: WebSocket; encrypted: boolean }>;

/** What the client needs for its attempts. */
export interface Attempts {
  readonly open: OpenSocket;
  /** What the attempt under way presents; undefined before there is one. */
  readonly ticket: Ticket | undefined;
  /** Ends the attempt under way, because of this error. */
  readonly fail: (error: SlateError) => void;
}

/**
 * Tries each server once, with sockets from `open`. The connection that it resolves with reconnects through `open`
 * too.
 */
export type ConnectClient = (attempts: Attempts) => Promise<NatsConnectionLike>;

/** The bus that a dialer connects. */
export interface DialedBus {
  /** How many others return when all connections are lost at once. */
  readonly crowdSize?: number;
  /** There is a connection. Called once; it reconnects by itself from then on. */
  attach(connection: NatsConnectionLike): void;
  /** The server accepted these credentials. Before `attach`, and again with every reconnection. */
  accepted?(ticket: Ticket): void;
  /** An attempt failed; another follows. */
  attemptFailed(error: SlateError): void;
  /** No other attempt would help. */
  fail(fault: unknown): void;
}

export interface DialerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly servers: readonly string[];
  readonly credentials: Credentials;
  readonly makeSocket: SocketFactory;
  /**
   * The longest time in milliseconds from opening a socket to the server's greeting, from there to its acceptance, and
   * for an answer of the page's function for credentials.
   */
  readonly timeout: number;
}

/** What a dialer has in common with others of the same bus. */
export interface Shared {
  readonly tickets: Tickets;
  readonly bytes: ByteCounter;
}

export class Dialer implements NatsLink, Attempts {
  url = '';
  ticket: Ticket | undefined;
  readonly bytes: ByteCounter;
  readonly tickets: Tickets;
  readonly renews: boolean;
  /** Whom it tells. */
  bus: DialedBus | undefined;
  readonly #options: DialerOptions;
  /** What the first attempt presents, where the page was asked already. */
  #given: Ticket | undefined;
  #attached = false;
  /** Ends the last socket. */
  #end: (() => void) | undefined;
  #error: SlateError | undefined;
  #connected = false;
  #closed = false;
  /** True when the next attempt does not wait. */
  #atOnce = true;
  /** An attempt that ends now was given up for another, and has not failed. */
  #hurried = false;
  /** The page is put away: no attempt is made before `hurry`. */
  #resting = false;
  /** Ends the wait before an attempt; undefined while none waits. */
  #wake: (() => void) | undefined;
  /** When the attempt under way began, on the clock. */
  #openedAt = 0;
  /** How often the client has asked for a socket. */
  #attempts = 0;
  /** How many attempts in a row, up to the last, have failed, and have been refused for their credentials. */
  #failures = 0;
  #refusals = 0;

  constructor(options: DialerOptions, shared?: Shared, given?: Ticket) {
    this.#options = options;
    this.tickets = shared?.tickets ?? new Tickets(options);
    this.bytes = shared?.bytes ?? new ByteCounter();
    this.renews = this.tickets.renews;
    this.#given = given;
  }

  /** Makes the first connection of `bus`: tries until there is one, or until no other attempt would help. */
  async start(bus: DialedBus, connect: ConnectClient): Promise<void> {
    this.bus = bus;
    while (!this.#closed) {
      const attempts = this.#attempts;
      try {
        const connection = await connect(this);
        this.#attached = true;
        if (this.#closed) void connection.close(); // it would ask for sockets for ever, and gets none
        bus.attach(connection);
        return;
      } catch (fault) {
        if (attempts !== this.#attempts) continue; // the failure of each attempt is reported already
        // The client's code could not be loaded, so `open` was not called and has not waited.
        this.#failed(natsError(fault, this.#options.servers));
        await this.#due();
      }
    }
  }

  /** The socket factory of the NATS client. Rejects with {@link ConnectionClosedError} once closed. */
  readonly open: OpenSocket = async (url) => {
    this.#attempts++;
    const due = await this.#due();
    this.abandon(); // the client may have given up on the last socket without closing it
    if (!due) await this.#refuse();
    this.url = url.replace(/\/$/, '');
    this.#openedAt = this.#options.clock.now();
    try {
      this.ticket = this.#given ?? (await this.tickets.next());
      this.#given = undefined;
      const socket = await this.#options.makeSocket(url);
      this.bytes.watch(socket);
      this.#watch(socket);
      if (!this.#closed) return { socket, encrypted: url.startsWith('wss:') };
    } catch (fault) {
      this.#failed(fault instanceof SlateError ? fault : natsError(fault, this.#options.servers));
      throw fault;
    }
    this.abandon();
    return this.#refuse();
  };

  /** A task later: the client asks again at once until it is closed itself, and would let nothing else run. */
  async #refuse(): Promise<never> {
    await nextTask();
    throw new ConnectionClosedError();
  }

  /** Later, because the client may be reading what it received, and would overlook the end. */
  readonly fail = (error: SlateError): void => {
    this.#error = error;
    const end = this.#end;
    void nextTask().then(() => end?.());
  };

  abandon(): void {
    const end = this.#end;
    this.#end = undefined;
    end?.();
  }

  /** The next attempt does not wait; one that may have begun without the network is given up for it. */
  hurry(): void {
    this.#resting = false;
    if (this.#wake) {
      this.#wake();
    } else if (!this.#connected) {
      this.#atOnce = true;
      if (this.#options.clock.now() - this.#openedAt >= YOUNG_MS) this.#giveUp();
    }
  }

  rest(): void {
    this.#resting = true;
    this.#connected = false;
    this.#giveUp();
  }

  /** Ends the attempt under way, or the connection, which is no failure. */
  #giveUp(): void {
    this.#hurried = true;
    this.abandon();
    this.#hurried = false;
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
    this.abandon();
  }

  /** Waits until the next attempt is due. Resolves with false when the dialer is closed. */
  async #due(): Promise<boolean> {
    if (this.#closed) return false;
    const ms = this.#waitMs();
    this.#connected = this.#atOnce = false;
    if (ms > 0) await this.#pause((resume) => this.#options.clock.after(ms, resume));
    if (this.#resting && !this.#closed) await this.#pause(() => () => undefined);
    return !this.#closed;
  }

  /** Resolves at `hurry` and `close`, or before that when `until` resumes; it returns what calls that off. */
  async #pause(until: (resume: () => void) => () => void): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = until(resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    this.#wake = undefined;
  }

  #waitMs(): number {
    const { random } = this.#options;
    if (this.#atOnce) return 0;
    const others = this.bus?.crowdSize ?? 0;
    // Connected until now: it has just been lost.
    if (this.#connected) return random() * Math.max(FIRST_TRY_MS, spreadOf(others, 'first'));
    const alone = growingWait(this.#refusals, random);
    return spreadOf(others, 'next') > alone ? crowdWait(others, this.#failures, random) : alone;
  }

  #watch(socket: WebSocket): void {
    const { clock, timeout, servers } = this.#options;
    this.#error = undefined;
    const limitMs = Math.min(timeout, FIRST_ANSWER_MS * 2 ** this.#failures);
    const limit = () => clock.after(limitMs, () => end());
    let cancel = limit();
    const end = watchHandshake(socket, {
      greeted: () => {
        cancel();
        cancel = limit();
      },
      accepted: () => {
        cancel();
        this.#connected = true;
        this.#atOnce = false;
        this.#failures = this.#refusals = 0;
        if (this.ticket) {
          this.tickets.accepted(this.ticket);
          this.bus?.accepted?.(this.ticket);
        }
      },
      failed: (said, cause) => {
        cancel();
        if (this.#hurried) return;
        const error = said === undefined ? natsError(cause, servers) : serverError(said, servers, cause);
        this.#failed(this.#error ?? error);
      },
    });
    this.#end = end;
  }

  #failed(error: SlateError): void {
    const { servers } = this.#options;
    const refused = error instanceof AuthenticationError;
    this.#failures++;
    this.#refusals = refused ? this.#refusals + 1 : 0;
    // While one of several servers answers, it is no failure that another does not.
    if (this.#closed || this.#failures < servers.length) return;
    const final = (refused && !this.renews) || (error instanceof OptionError && !this.#attached);
    if (final) this.bus?.fail(error);
    else this.bus?.attemptFailed(error);
  }
}
