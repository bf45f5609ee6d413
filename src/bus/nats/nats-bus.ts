/**
 * The bus over a NATS connection, which `attach` gives it. It knows neither how a connection is made (`dialer.ts`)
 * nor which client library made it (`nats-connection.ts` is the shape).
 */
import type { Clock, Random } from '../../clock.js';
import {
  AuthenticationError,
  ConnectionClosedError,
  PermissionError,
  ServerError,
  type SlateError,
} from '../../errors.js';
import { nextTask } from '../../next-task.js';
import { BaseBus, DEFAULT_MAX_PAYLOAD } from '../base-bus.js';
import type { BusStats, PublishOptions } from '../bus.js';
import type { Subscription } from '../subscription.js';
import type { NatsConnectionLike, NatsMessageLike, NatsSubscriptionLike } from './nats-connection.js';
import { forbidden, natsError } from './nats-errors.js';
import { NatsMessage } from './nats-message.js';
import { type NatsStatus, readStatuses } from './nats-status.js';
import { pageSigns, type Signs } from './page-signs.js';

/** What the server says when it refuses one subscription more. */
const TOO_MANY = 'maximum subscriptions exceeded';

/** So many bytes leave a socket for the buffers of the system even on a dead line. */
const SYSTEM_BUFFER = 65_536;

/** What makes the connection and its sockets. A bus over a connection that the page brought has none. */
export interface NatsLink {
  /** Bytes on all sockets since the bus was made. */
  readonly bytes: Pick<BusStats, 'bytesIn' | 'bytesOut'> & { readonly buffered: number };
  /** The address of the server of the last attempt. */
  readonly url: string;
  /** Each attempt may present other credentials, so a refusal is not final. */
  readonly renews: boolean;
  /** Gives the socket up at once; another attempt follows. */
  abandon(): void;
  /** Makes the next attempt at once. Does nothing while there is a connection. */
  hurry(): void;
  /** Closes the socket and makes no other. Idempotent. */
  close(): void;
}

export interface NatsBusOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly inboxPrefix?: string | undefined;
  /** The addresses that error messages name. */
  readonly servers: readonly string[];
  /** @defaultValue those of the page */
  readonly signs?: Signs | undefined;
}

export class NatsBus extends BaseBus {
  readonly #servers: readonly string[];
  readonly #link: NatsLink | undefined;
  readonly #natives = new Map<Subscription, NatsSubscriptionLike>();
  #connection: NatsConnectionLike | undefined;
  readonly #ignoreSigns: () => void;
  #unsubscribeStatuses: (() => void) | undefined;
  #connects = 0;
  #messagesIn = 0;
  #messagesOut = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  constructor({ clock, random, inboxPrefix, servers, signs = pageSigns }: NatsBusOptions, link?: NatsLink) {
    super(clock, random, inboxPrefix);
    this.#ignoreSigns = signs(() => void this.suspect());
    this.#servers = servers;
    this.#link = link;
  }

  get maxPayload(): number {
    return this.#connection?.info?.max_payload ?? DEFAULT_MAX_PAYLOAD;
  }

  get stats(): BusStats {
    return {
      messagesIn: this.#messagesIn,
      messagesOut: this.#messagesOut,
      bytesIn: this.#link?.bytes.bytesIn ?? this.#bytesIn,
      bytesOut: this.#link?.bytes.bytesOut ?? this.#bytesOut,
    };
  }

  /** Takes the connection over. Called once; the connection reconnects by itself from then on. */
  attach(connection: NatsConnectionLike): void {
    this.#connection = connection;
    if (this.status.type === 'closed') {
      void this.closeConnection(); // the user closed the bus while the connection was being made
      return;
    }
    this.#unsubscribeStatuses = readStatuses(connection, (status) => this.#onStatus(status));
    for (const subscription of this.subscriptions) this.add(subscription);
    void connection.closed().then((fault) => this.fail(fault));
    // A connection of the page may be reconnecting at this moment: it has a server's `info` only while it is connected.
    if (connection.info) this.#onConnected();
    else this.setStatus({ type: 'reconnecting' });
  }

  /**
   * There will be no connection, or no other one: closes the bus. `fault`: why, unless the connection was closed on
   * purpose.
   */
  fail(fault: unknown): void {
    const error = fault ? natsError(fault, this.#servers) : undefined;
    if (this.markClosed(error)) void this.closeConnection();
  }

  protected send(subject: string, data: Uint8Array, { reply }: PublishOptions, head: Uint8Array | undefined): void {
    const to = reply === undefined ? undefined : { reply };
    try {
      this.#connection?.publish(subject, data, head ? { ...to, headers: { encode: () => head } } : to);
    } catch (cause) {
      throw new ConnectionClosedError({ cause }); // every argument has been checked: the page closed its connection
    }
    this.#messagesOut++;
    this.#bytesOut += data.length;
  }

  protected add(subscription: Subscription): void {
    const connection = this.#connection;
    if (!connection) return;
    const { subject, queue } = subscription;
    const callback = (fault: Error | null, message: NatsMessageLike) => {
      if (fault) this.#onSubscriptionFault(subscription, fault);
      else this.#receive(subscription, message);
    };
    try {
      const native = connection.subscribe(subject, queue === undefined ? { callback } : { queue, callback });
      this.#natives.set(subscription, native);
      void native.closed.then(() => {
        // The page drains its connection. When the connection has closed, `fail` ends the subscription, with the error.
        if (!connection.isClosed()) subscription.end();
      });
    } catch (cause) {
      subscription.end(new ConnectionClosedError({ cause }));
    }
  }

  protected remove(subscription: Subscription): void {
    const native = this.#natives.get(subscription);
    this.#natives.delete(subscription);
    native?.unsubscribe();
  }

  protected async drainSubscription(subscription: Subscription): Promise<void> {
    await this.#natives.get(subscription)?.drain();
    this.#natives.delete(subscription);
  }

  protected async ping(): Promise<void> {
    if (!this.#connection) throw new ConnectionClosedError();
    await this.#connection.flush();
    // Errors that the server sent before its pong pass through iterators of the client, promises later than the pong.
    await nextTask();
  }

  protected get progress(): number {
    return this.stats.bytesIn - Math.max(0, (this.#link?.bytes.buffered ?? 0) - SYSTEM_BUFFER);
  }

  protected hurry(): void {
    this.#link?.hurry();
  }

  protected giveUp(): void {
    this.#link?.abandon();
    const connection = this.#link ? undefined : this.#connection;
    if (!connection?.reconnect) return; // an older client notices by its own pings
    this.setStatus({ type: 'reconnecting' }); // the client waits for the end of the socket before it says so
    void connection.reconnect();
  }

  protected async closeConnection(): Promise<void> {
    this.#ignoreSigns();
    this.#unsubscribeStatuses?.();
    if (this.#link && this.#connection && !this.#connection.isClosed()) {
      // The client writes on a microtask, and `close` discards what it has not written. `flush` writes at once.
      this.#connection.flush().catch(ignore);
      await this.#connection.close();
    }
    this.#link?.close();
  }

  #receive(subscription: Subscription, message: NatsMessageLike): void {
    const { data } = message;
    this.#messagesIn++;
    this.#bytesIn += data.length;
    const received = new NatsMessage(message, data, this);
    subscription.deliver(received);
    if (received.noResponders) this.tellOthers(subscription, received);
  }

  #onSubscriptionFault(subscription: Subscription, fault: Error): void {
    const error = natsError(fault, this.#servers);
    this.#natives.delete(subscription); // the client has ended it
    subscription.end(error);
    this.report(error);
  }

  #onStatus({ type, fault }: NatsStatus): void {
    const connected = this.status.type === 'connected';
    // nats.ws also reports the loss of a connection that it was only making.
    if (type === 'disconnect' && connected) this.setStatus({ type: 'reconnecting' });
    else if (type === 'reconnect') this.#onConnected();
    else if (type === 'staleConnection')
      this.#link?.abandon(); // the client would wait until its last bytes have left
    else if (type === 'error') this.#onServerError(natsError(fault, this.#servers));
  }

  #onServerError(error: SlateError): void {
    const connected = this.status.type === 'connected';
    if (!connected && this.#link) return; // the link reports why its attempts fail
    if (error instanceof AuthenticationError && this.#link?.renews) return; // expired: the next attempt has others
    if (error instanceof ServerError && error.reason === TOO_MANY) this.#refuseNewest(error);
    if (!(error instanceof PermissionError)) {
      if (connected) this.report(error);
      else this.attemptFailed(error);
    } else if (error.operation === 'publish') {
      this.publishRefused(error.subject, error);
    } else {
      // The client has called the subscription's callback, unless the server quotes the subject in another spelling.
      const { subject, queue } = forbidden(error.cause);
      const missed = [...this.subscriptions].find((each) => each.subject === subject && each.queue === queue);
      missed?.end(error);
      if (missed) this.report(error);
    }
  }

  /**
   * The server does not say which subscription exceeds its limit. It refuses all from the first that does, and reports
   * each: so many of the newest are refused.
   */
  #refuseNewest(error: SlateError): void {
    [...this.subscriptions].at(-1)?.end(error);
  }

  /** nats-core reports `reconnect` once for each failed attempt, all at the end: only the first of them counts. */
  #onConnected(): void {
    if (this.status.type === 'connected') return;
    const server = this.#link?.url ?? this.#connection?.getServer() ?? '';
    this.setStatus({ type: 'connected', server, reconnects: this.#connects++ });
  }
}

/** For a promise whose failure is reported elsewhere. */
function ignore(): void {
  return;
}
