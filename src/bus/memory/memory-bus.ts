/** One client of the hub in process: a Bus like any other, that can be made to lose its connection. */
import { PermissionError } from '../../errors.js';
import { BaseBus } from '../base-bus.js';
import type { Bus, BusStats, PublishOptions } from '../bus.js';
import type { Subscription } from '../subscription.js';
import type { Carried, Delivery, MemoryHub } from './memory-hub.js';
import { Message } from './memory-message.js';

/** One client of a {@link MemoryHub}; made by `hub.connect()`. */
export class MemoryBus extends BaseBus implements Bus {
  readonly #hub: MemoryHub;
  readonly #carried = new Map<Subscription, Carried>();
  #connection = 0;
  #connects = 0;
  #live = false;
  #dead = false;
  #messagesIn = 0;
  #messagesOut = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  /** @internal */
  constructor(hub: MemoryHub) {
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

  /** @internal Changes with every connection made or lost, so that what was on its way to an old one is lost. */
  get connection(): number {
    return this.#connection;
  }

  /** The socket is lost: status `reconnecting`, until `reconnect()`. Messages meanwhile are lost. Harmless when offline. */
  disconnect(): void {
    if (!this.#live) return;
    this.#goOffline();
    this.setStatus({ type: 'reconnecting' });
  }

  /** The socket is back, with every subscription. Harmless when connected, closed, or while the hub is down. */
  reconnect(): void {
    const { status } = this;
    if (this.#live || this.#dead || !this.#hub.up || status.type === 'closed') return;
    this.#connection++;
    this.#live = true;
    for (const carried of this.#carried.values()) this.#hub.add(carried);
    this.setStatus({ type: 'connected', server: 'memory', reconnects: this.#connects++ });
  }

  /** @internal */
  die(): void {
    this.#dead = true;
    this.#goOffline();
  }

  /** @internal */
  receive(subscription: Subscription, { subject, data, reply, noResponders, headers }: Delivery): void {
    if (!subscription.active) return;
    this.#messagesIn++;
    this.#bytesIn += data.length;
    subscription.deliver(new Message(subject, data.slice(), reply, noResponders, this, headers));
  }

  protected send(subject: string, data: Uint8Array, options: PublishOptions): void {
    if (this.#dead) return;
    if (!this.#hub.permits('publish', subject, this)) {
      this.#hub.later(() => this.publishRefused(subject, new PermissionError('publish', subject)));
      return;
    }
    this.#messagesOut++;
    this.#bytesOut += data.length;
    this.#hub.route(this, subject, data.slice(), options);
  }

  protected carry(subscription: Subscription): void {
    if (!this.#hub.permits('subscribe', subscription.subject, this)) {
      const error = new PermissionError('subscribe', subscription.subject);
      this.#hub.later(() => {
        subscription.end(error);
        this.report(error);
      });
      return;
    }
    const carried = { bus: this, subscription };
    this.#carried.set(subscription, carried);
    if (this.#live) this.#hub.add(carried);
  }

  protected drop(subscription: Subscription): void {
    const carried = this.#carried.get(subscription);
    this.#carried.delete(subscription);
    if (carried) this.#hub.remove(carried);
  }

  protected async drainOne(subscription: Subscription): Promise<void> {
    this.drop(subscription); // what is on its way still finds the subscription active
    await this.sync();
    subscription.end();
  }

  protected sync(): Promise<void> {
    return new Promise((resolve) => this.#hub.later(resolve));
  }

  protected async shut(): Promise<void> {
    this.#goOffline();
    this.#hub.leave(this);
  }

  #goOffline(): void {
    if (!this.#live) return;
    this.#live = false;
    this.#connection++;
    for (const carried of this.#carried.values()) this.#hub.remove(carried);
  }
}
