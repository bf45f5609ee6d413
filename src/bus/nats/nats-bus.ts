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
import type { BusMessage, BusStats, Identity, PublishOptions } from '../bus.js';
import type { Subscription } from '../subscription.js';
import type { NatsConnectionLike, NatsMessageLike } from './nats-connection.js';
import { forbidden, natsError } from './nats-errors.js';
import { type Line, type LineOwner, NatsLine } from './nats-line.js';
import type { NatsLink } from './nats-link.js';
import { NatsMessage } from './nats-message.js';
import type { NatsStatus } from './nats-status.js';
import { pagePutAway, pageSigns, type Signs } from './page-signs.js';

/** What the server says when it refuses one subscription more. */
const TOO_MANY = 'maximum subscriptions exceeded';

/** So many bytes leave a socket for the buffers of the system even on a dead line. */
const SYSTEM_BUFFER = 65_536;

export interface NatsBusOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly inboxPrefix?: string | undefined;
  /** The addresses that error messages name. */
  readonly servers: readonly string[];
  /** @defaultValue those of the page */
  readonly signs?: Signs | undefined;
}

export class NatsBus extends BaseBus implements LineOwner {
  readonly #servers: readonly string[];
  readonly #ignoreSigns: (() => void)[];
  #link: NatsLink | undefined;
  #line: Line | undefined;
  #identity: Identity | undefined;
  #connects = 0;
  #messagesIn = 0;
  #messagesOut = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  /** `link`: what makes its connection; undefined where the page brings that. */
  constructor({ clock, random, inboxPrefix, servers, signs = pageSigns }: NatsBusOptions, link?: NatsLink) {
    super(clock, random, inboxPrefix);
    this.#ignoreSigns = [signs(() => void this.suspect()), pagePutAway(() => this.#rest())];
    this.#servers = servers;
    this.#link = link;
  }

  get maxPayload(): number {
    return this.#line?.connection.info?.max_payload ?? DEFAULT_MAX_PAYLOAD;
  }

  /** What carries this bus; while another connection takes the place of the first, the takeover (V10). */
  get line(): Line | undefined {
    return this.#line;
  }

  get identity(): Identity | undefined {
    return this.#identity;
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
    const line = new NatsLine(connection, this.#link, this);
    if (this.status.type === 'closed') {
      this.#line = line;
      void this.closeConnection(); // the user closed the bus while the connection was being made
      return;
    }
    this.use(line);
    // A connection of the page may be reconnecting at this moment: it has a server's `info` only while it is connected.
    if (connection.info) this.#onConnected();
    else this.setStatus({ type: 'reconnecting' });
  }

  /** This line carries the bus from now on, with every subscription. */
  use(line: Line): void {
    this.#line = line;
    this.#link = line.link;
    for (const subscription of this.subscriptions) line.add(subscription);
  }

  /** Who the server knows this user as. Called before each connection counts. `inbox`: where answers arrive. */
  identify(identity: Identity | undefined, inbox: string | undefined): void {
    this.#identity = identity;
    if (inbox !== undefined && this.#connects === 0) this.moveInbox(inbox);
  }

  /**
   * There will be no connection, or no other one: closes the bus. `fault`: why, unless the connection was closed on
   * purpose.
   */
  fail(fault: unknown): void {
    const error = fault ? natsError(fault, this.#servers) : undefined;
    if (this.markClosed(error)) void this.closeConnection();
  }

  protected send(subject: string, data: Uint8Array, options: PublishOptions, head: Uint8Array | undefined): void {
    this.#line?.publish(subject, data, options, head);
    this.#messagesOut++;
    this.#bytesOut += data.length;
  }

  protected add(subscription: Subscription): void {
    this.#line?.add(subscription);
  }

  protected remove(subscription: Subscription): void {
    this.#line?.remove(subscription);
  }

  protected async drainSubscription(subscription: Subscription): Promise<void> {
    await this.#line?.drain(subscription);
  }

  protected async ping(): Promise<void> {
    if (!this.#line) throw new ConnectionClosedError();
    await this.#line.flush();
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
    const connection = this.#link ? undefined : this.#line?.connection;
    if (!connection?.reconnect) return; // an older client notices by its own pings
    this.setStatus({ type: 'reconnecting' }); // the client waits for the end of the socket before it says so
    void connection.reconnect();
  }

  /** The page is put away: what was published leaves, and the connection ends until the page comes back (P6). */
  #rest(): void {
    if (!this.#link || this.status.type === 'closed') return;
    const flushed = this.status.type === 'connected' ? this.flush() : Promise.resolve(); // it writes at once
    flushed.catch(() => undefined); // no answer comes
    this.#link.rest();
    if (this.status.type === 'connected') this.setStatus({ type: 'reconnecting' });
  }

  protected async closeConnection(): Promise<void> {
    for (const ignore of this.#ignoreSigns) ignore();
    await this.#line?.close();
    this.#link?.close();
  }

  received(_line: Line, subscription: Subscription, native: NatsMessageLike): void {
    this.deliver(subscription, new NatsMessage(native, native.data, this));
  }

  deliver(subscription: Subscription, message: BusMessage): void {
    this.#messagesIn++;
    this.#bytesIn += message.data.length;
    subscription.deliver(message);
    if (message.noResponders) this.tellOthers(subscription, message);
  }

  faulted(subscription: Subscription, fault: Error): void {
    const error = natsError(fault, this.#servers);
    subscription.end(error);
    this.report(error);
  }

  closed(_line: Line, fault: unknown): void {
    this.fail(fault);
  }

  statusChanged(_line: Line, { type, fault }: NatsStatus): void {
    if (type === 'error') this.#onServerError(natsError(fault, this.#servers));
    else if (type === 'reconnect') this.#onConnected();
    // nats.ws also reports the loss of a connection that it was only making.
    else if (type === 'disconnect' && this.status.type === 'connected') this.setStatus({ type: 'reconnecting' });
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

  /**
   * nats-core reports `reconnect` once for each failed attempt, all at the end: only the first of them counts. After a
   * takeover only the server may be another.
   */
  #onConnected(): void {
    const server = this.#line?.server ?? '';
    if (this.status.type === 'connected') this.moved(server);
    else this.setStatus({ type: 'connected', server, reconnects: this.#connects++ });
  }
}
