/**
 * The bus over a NATS connection that is there or will be: `attach` brings it. It knows neither how a connection is
 * made (`connect.ts`) nor which client library made it (`nats-connection.ts` is the shape).
 */
import type { Clock, Random } from '../../clock.js';
import { ConnectionClosedError, PermissionError, type SlateError } from '../../errors.js';
import { BaseBus, DEFAULT_MAX_PAYLOAD } from '../base-bus.js';
import type { BusStats, PublishOptions } from '../bus.js';
import type { Subscription } from '../subscription.js';
import {
  type NatsConnectionLike,
  type NatsMessageLike,
  type NatsSubscriptionLike,
  readStatus,
} from './nats-connection.js';
import { forbidden, natsError } from './nats-errors.js';
import { NatsMessage } from './nats-message.js';

/** What makes connections of our own; missing where the page brought its connection. */
export interface NatsLink {
  /** Bytes on the socket, both ways, since the bus was made. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** The address in use. */
  readonly url: string;
  /** Closes the socket there is; another try follows. */
  abandon(): void;
  /** Stops trying and closes what is open. */
  close(): void;
}

export interface NatsBusOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly inboxPrefix?: string | undefined;
  /** For the words of errors. */
  readonly servers: readonly string[];
  readonly link?: NatsLink | undefined;
}

/** Turns of the microtask queue in which either client hands on a status; they take 5 at the most, so this is ample. */
const STATUS_TURNS = 20;

export class NatsBus extends BaseBus {
  readonly #options: NatsBusOptions;
  readonly #natives = new Map<Subscription, NatsSubscriptionLike>();
  #connection: NatsConnectionLike | undefined;
  #statuses: { stop?: () => void } | undefined;
  #connects = 0;
  #messagesIn = 0;
  #messagesOut = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  constructor(options: NatsBusOptions) {
    super(options.clock, options.random, options.inboxPrefix);
    this.#options = options;
  }

  get maxPayload(): number {
    return this.#connection?.info?.max_payload ?? DEFAULT_MAX_PAYLOAD;
  }

  get stats(): BusStats {
    const { link } = this.#options;
    return {
      messagesIn: this.#messagesIn,
      messagesOut: this.#messagesOut,
      bytesIn: link?.bytesIn ?? this.#bytesIn,
      bytesOut: link?.bytesOut ?? this.#bytesOut,
    };
  }

  /** The connection, once: it reconnects by itself from here on. */
  attach(connection: NatsConnectionLike): void {
    this.#connection = connection;
    if (this.status.type === 'closed') {
      void this.shut(); // closed while it was being made
      return;
    }
    const statuses = connection.status();
    this.#statuses = statuses as { stop?: () => void };
    for (const subscription of this.subscriptions) this.carry(subscription);
    void this.#watch(statuses);
    void connection.closed().then((fault) => this.fail(fault));
    // A connection of the page's may be between two servers just now: only a server's greeting says it is not.
    if (connection.info) this.#connected();
    else this.setStatus({ type: 'reconnecting' });
  }

  /** The connection is over for good, `fault` says why: there was none yet, or the client gave up. */
  fail(fault: unknown): void {
    const error = fault ? natsError(fault, this.#options.servers) : undefined;
    if (this.end(error)) void this.shut();
  }

  /** An attempt to connect failed, and another will be made. */
  failed(fault: unknown): void {
    this.attemptFailed(natsError(fault, this.#options.servers));
  }

  protected send(subject: string, data: Uint8Array, { reply }: PublishOptions, head: Uint8Array | undefined): void {
    const to = reply === undefined ? undefined : { reply };
    try {
      this.#connection?.publish(subject, data, head ? { ...to, headers: { encode: () => head } as never } : to);
    } catch (cause) {
      throw new ConnectionClosedError({ cause }); // by its other users: the rest has been checked
    }
    this.#messagesOut++;
    this.#bytesOut += data.length;
  }

  protected carry(subscription: Subscription): void {
    const connection = this.#connection;
    if (!connection) return;
    const { subject, queue } = subscription;
    const callback = (fault: Error | null, message: NatsMessageLike) => {
      if (fault) this.#subscriptionFailed(subscription, fault);
      else this.#receive(subscription, message);
    };
    try {
      const native = connection.subscribe(subject, queue === undefined ? { callback } : { queue, callback });
      this.#natives.set(subscription, native);
      void native.closed.then(() => {
        if (!connection.isClosed()) subscription.end(); // its other users drain it; the end of all is told with its error
      });
    } catch (cause) {
      subscription.end(new ConnectionClosedError({ cause }));
    }
  }

  protected drop(subscription: Subscription): void {
    const native = this.#natives.get(subscription);
    this.#natives.delete(subscription);
    native?.unsubscribe();
  }

  protected async drainOne(subscription: Subscription): Promise<void> {
    await this.#natives.get(subscription)?.drain();
    this.#natives.delete(subscription);
    subscription.end();
  }

  protected async sync(): Promise<void> {
    if (!this.#connection) throw new ConnectionClosedError();
    await this.#connection.flush();
    // Errors that the server told before its pong come through an iterator of the client, some promises later: after them.
    for (let turn = 0; turn < STATUS_TURNS; turn++) await undefined;
  }

  protected async shut(): Promise<void> {
    const { link } = this.#options;
    this.#statuses?.stop?.();
    if (link && this.#connection && !this.#connection.isClosed()) {
      // The client forgets what it has not written; a flush writes at once, so that a goodbye before this leaves.
      this.#connection.flush().catch(ignore);
      await this.#connection.close();
    }
    link?.close();
  }

  #receive(subscription: Subscription, message: NatsMessageLike): void {
    const { data } = message;
    this.#messagesIn++;
    this.#bytesIn += data.length;
    subscription.deliver(new NatsMessage(message, data, this));
  }

  #subscriptionFailed(subscription: Subscription, fault: Error): void {
    const error = natsError(fault, this.#options.servers);
    this.#natives.delete(subscription); // the client has ended it
    subscription.end(error);
    this.report(error);
  }

  async #watch(statuses: AsyncIterable<unknown>): Promise<void> {
    for await (const item of statuses) {
      const { type, fault } = readStatus(item);
      if (this.status.type === 'closed') return;
      if (type === 'disconnect') this.setStatus({ type: 'reconnecting' });
      else if (type === 'reconnect') this.#connected();
      else if (type === 'staleConnection')
        this.#options.link?.abandon(); // the client waits until its bytes have left
      else if (type === 'error') this.#serverSaid(natsError(fault, this.#options.servers));
    }
  }

  #serverSaid(error: SlateError): void {
    if (!(error instanceof PermissionError)) {
      if (this.status.type === 'connected') this.report(error);
      else this.attemptFailed(error);
    } else if (error.operation === 'publish') {
      this.publishRefused(error.subject, error);
    } else {
      // Told to its callback, unless the client did not find it by the subject that the server quotes.
      const { subject, queue } = forbidden(error.cause);
      const missed = [...this.subscriptions].find((each) => each.subject === subject && each.queue === queue);
      missed?.end(error);
      if (missed) this.report(error);
    }
  }

  /** nats-core says "reconnect" once for each failed attempt: only the first one counts. */
  #connected(): void {
    if (this.status.type === 'connected') return;
    const server = this.#options.link?.url ?? this.#connection?.getServer() ?? '';
    this.setStatus({ type: 'connected', server, reconnects: this.#connects++ });
  }
}

/** For promises whose failure is told elsewhere. */
function ignore(): void {
  return;
}
