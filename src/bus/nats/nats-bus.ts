/**
 * The bus over a NATS connection, which `attach` gives it. It knows neither how a connection is made (`dialer.ts`)
 * nor which client library made it (`nats-connection.ts` is the shape).
 */
import { type Clock, delay, type Random } from '../../clock.js';
import {
  AuthenticationError,
  ConnectionClosedError,
  NotConnectedError,
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
import { type LineOwner, NatsLine } from './nats-line.js';
import type { NatsLink } from './nats-link.js';
import { NatsMessage } from './nats-message.js';
import type { NatsStatus } from './nats-status.js';
import { pageSigns, type Signs } from './page-signs.js';
import { OVERLAP_MS, Takeover } from './takeover.js';

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
  readonly #ignoreSigns: () => void;
  #link: NatsLink | undefined;
  /** The line that counts. */
  #line: NatsLine | undefined;
  /** While another line takes its place, and for a moment afterwards. */
  #takeover: Takeover | undefined;
  #identity: Identity | undefined;
  #connects = 0;
  #messagesIn = 0;
  #messagesOut = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  /** `link`: what makes its connection; undefined where the page brings that. */
  constructor({ clock, random, inboxPrefix, servers, signs = pageSigns }: NatsBusOptions, link?: NatsLink) {
    super(clock, random, inboxPrefix);
    this.#ignoreSigns = signs(() => void this.suspect());
    this.#servers = servers;
    this.#link = link;
  }

  get maxPayload(): number {
    return this.#line?.connection.info?.max_payload ?? DEFAULT_MAX_PAYLOAD;
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
    this.#line = line;
    if (this.status.type === 'closed') {
      void this.closeConnection(); // the user closed the bus while the connection was being made
      return;
    }
    for (const subscription of this.subscriptions) line.add(subscription);
    // A connection of the page may be reconnecting at this moment: it has a server's `info` only while it is connected.
    if (connection.info) this.#onConnected();
    else this.setStatus({ type: 'reconnecting' });
  }

  /**
   * Puts another connection in the place of this one, and nobody notices (V10). Resolves when that is done, and the
   * other connection counts. Rejects where one of them is lost before; the other then counts, and this one goes on if
   * it is there.
   */
  async takeOver(connection: NatsConnectionLike, link: NatsLink): Promise<void> {
    const [old, next] = [this.#line, new NatsLine(connection, link, this)];
    if (!old || this.#takeover || this.status.type !== 'connected') {
      await next.close();
      throw new NotConnectedError(this.status.type);
    }
    const takeover = new Takeover(old, next, (subscription, message) => this.#deliver(subscription, message));
    this.#takeover = takeover;
    try {
      await takeover.run(this.clock, this.subscriptions);
      this.#promote(takeover);
    } catch (error) {
      if (!takeover.isOver) this.#stayWith(takeover, error);
      if (this.#line !== next) throw error;
    }
    await delay(this.clock, OVERLAP_MS); // for copies that come late
    if (this.#takeover === takeover) this.#takeover = undefined;
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
    const publish = (line: NatsLine) => line.publish(subject, data, options, head);
    const takeover = this.#pending;
    if (takeover) takeover.publish(publish);
    else if (this.#line) publish(this.#line);
    this.#messagesOut++;
    this.#bytesOut += data.length;
  }

  protected add(subscription: Subscription): void {
    (this.#pending ?? this.#line)?.add(subscription);
  }

  protected remove(subscription: Subscription): void {
    this.#line?.remove(subscription);
    this.#takeover?.next.remove(subscription);
  }

  protected async drainSubscription(subscription: Subscription): Promise<void> {
    await this.#whichLine();
    await Promise.all([this.#line?.drain(subscription), this.#pending?.next.drain(subscription)]);
  }

  protected async ping(): Promise<void> {
    await this.#whichLine();
    if (!this.#line) throw new ConnectionClosedError();
    await this.#line.connection.flush();
    // Errors that the server sent before its pong pass through iterators of the client, promises later than the pong.
    await nextTask();
  }

  /** The takeover whose new line does not count yet. */
  get #pending(): Takeover | undefined {
    return this.#takeover?.isOver ? undefined : this.#takeover;
  }

  /** Waits while what is published is held. */
  async #whichLine(): Promise<void> {
    if (this.#takeover?.isHolding) await this.#takeover.settled;
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

  protected async closeConnection(): Promise<void> {
    this.#ignoreSigns();
    const pending = this.#pending;
    this.#takeover = undefined;
    pending?.callOff(new ConnectionClosedError());
    await Promise.all([this.#line?.close(), pending?.next.close()]);
    this.#link?.close();
  }

  received(line: NatsLine, subscription: Subscription, native: NatsMessageLike): void {
    const message = new NatsMessage(native, native.data, this);
    const takeover = this.#takeover;
    if (line === takeover?.old) takeover.copies.old(subscription, message);
    else if (line === takeover?.next) takeover.copies.new(subscription, message);
    else if (line === this.#line) this.#deliver(subscription, message);
  }

  faulted(subscription: Subscription, fault: Error): void {
    const error = natsError(fault, this.#servers);
    subscription.end(error);
    this.report(error);
  }

  closed(line: NatsLine, fault: unknown): void {
    if (line === this.#line) this.fail(fault);
    else if (line === this.#pending?.next) this.#pending.callOff(natsError(fault, this.#servers));
  }

  statusChanged(line: NatsLine, { type, fault }: NatsStatus): void {
    const pending = this.#pending;
    if (type === 'error') this.#onServerError(natsError(fault, this.#servers));
    else if (type === 'staleConnection')
      line.link?.abandon(); // the client would wait until its last bytes have left
    else if (line !== this.#line) {
      if (type === 'disconnect' && line === pending?.next) pending.callOff(new NotConnectedError('reconnecting'));
    } else if (type === 'reconnect') this.#onConnected();
    else if (type === 'disconnect' && this.status.type === 'connected') {
      // nats.ws also reports the loss of a connection that it was only making.
      this.setStatus({ type: 'reconnecting' });
      if (pending && pending === this.#pending) this.#promote(pending); // at least the next line is there
    }
  }

  /** The new line counts, and the old one goes. */
  #promote(takeover: Takeover): void {
    const { old, next } = takeover;
    this.#line = next;
    this.#link = next.link;
    takeover.finish();
    if (this.status.type === 'connected') this.moved(next.server);
    else this.#onConnected();
    void old.close();
  }

  /** The new line was lost before it counted. The old one may have unsubscribed: then it is as after a loss. */
  #stayWith(takeover: Takeover, error: unknown): void {
    const { old, next, hasDrained } = takeover;
    if (this.#takeover === takeover) this.#takeover = undefined;
    void next.close();
    takeover.callOff(error);
    if (!hasDrained || this.status.type !== 'connected') return;
    this.setStatus({ type: 'reconnecting' });
    for (const subscription of this.subscriptions) old.add(subscription);
    this.#onConnected();
  }

  #deliver(subscription: Subscription, message: BusMessage): void {
    this.#messagesIn++;
    this.#bytesIn += message.data.length;
    subscription.deliver(message);
    if (message.noResponders) this.tellOthers(subscription, message);
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
    this.setStatus({ type: 'connected', server: this.#line?.server ?? '', reconnects: this.#connects++ });
  }
}
