/** The bus of one client of a memory hub. */
import { PermissionError } from '../../errors.js';
import { BaseBus } from '../base-bus.js';
import type { BusStats, PublishOptions } from '../bus.js';
import type { Subscription } from '../subscription.js';
import { MemoryMessage } from './memory-message.js';
import type { Arrival, HubClient, HubPort, Route } from './memory-port.js';

export class MemoryClient extends BaseBus implements HubClient {
  readonly #hub: HubPort;
  readonly #routes = new Map<Subscription, Route>();
  #connection = 0;
  #connects = 0;
  #online = false;
  #dead = false;
  /** The connection is dead, and nobody has noticed. */
  #silent = false;
  #messagesIn = 0;
  #messagesOut = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  constructor(hub: HubPort) {
    super(hub.clock, hub.random);
    this.#hub = hub;
  }

  get maxPayload(): number {
    return this.#hub.maxPayload;
  }

  get stats(): BusStats {
    return {
      messagesIn: this.#messagesIn,
      messagesOut: this.#messagesOut,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
    };
  }

  get connection(): number {
    return this.#connection;
  }

  disconnect(): void {
    if (!this.#online && !this.#silent) return;
    this.#silent = false;
    this.#goOffline();
    this.setStatus({ type: 'reconnecting' });
  }

  reconnect(): void {
    if (this.#online || this.#silent || this.#dead || !this.#hub.up || this.status.type === 'closed') return;
    this.#connection++;
    this.#online = true;
    for (const route of this.#routes.values()) this.#hub.add(route);
    this.setStatus({ type: 'connected', server: 'memory', reconnects: this.#connects++ });
  }

  die(): void {
    this.#dead = true;
    this.#goOffline();
  }

  silence(): void {
    if (this.#silent) return;
    this.#silent = this.#online;
    this.#goOffline();
  }

  protected send(subject: string, data: Uint8Array, options: PublishOptions): void {
    if (this.#dead || this.#silent) return;
    if (!this.#hub.permits('publish', subject, this)) {
      this.#hub.later(() => this.publishRefused(subject, new PermissionError('publish', subject)));
      return;
    }
    this.#messagesOut++;
    this.#bytesOut += data.length;
    this.#hub.publish(this, subject, data.slice(), options);
  }

  protected add(subscription: Subscription): void {
    const { subject, queue } = subscription;
    if (!this.#hub.permits('subscribe', subject, this)) {
      const error = new PermissionError('subscribe', subject);
      this.#hub.later(() => {
        subscription.end(error);
        this.report(error);
      });
      return;
    }
    const receive = (arrival: Arrival) => this.#receive(subscription, arrival);
    const route = { subject, queue, client: this, receive };
    this.#routes.set(subscription, route);
    if (this.#online) this.#hub.add(route);
  }

  protected remove(subscription: Subscription): void {
    const route = this.#routes.get(subscription);
    this.#routes.delete(subscription);
    if (route) this.#hub.remove(route);
  }

  protected async drainSubscription(subscription: Subscription): Promise<void> {
    this.remove(subscription); // a message on its way is still delivered, since the subscription is active
    await this.ping();
  }

  protected ping(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#silent) this.#hub.later(resolve);
    });
  }

  protected get progress(): number {
    return this.#bytesIn;
  }

  /** A client of the hub is connected as soon as the hub is up. */
  protected hurry(): void {
    this.reconnect();
  }

  protected giveUp(): void {
    this.disconnect();
    this.#hub.later(() => this.reconnect());
  }

  protected async closeConnection(): Promise<void> {
    this.#goOffline();
    this.#hub.leave(this);
  }

  #receive(subscription: Subscription, { subject, data, reply, noResponders, headers }: Arrival): void {
    if (!subscription.active) return;
    this.#messagesIn++;
    this.#bytesIn += data.length;
    const message = new MemoryMessage(subject, data.slice(), reply, noResponders, this, headers);
    subscription.deliver(message);
    if (noResponders) this.tellOthers(subscription, message);
  }

  #goOffline(): void {
    if (!this.#online) return;
    this.#online = false;
    this.#connection++;
    for (const route of this.#routes.values()) this.#hub.remove(route);
  }
}
