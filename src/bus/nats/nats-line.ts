/** One NATS connection of a bus, and what the bus has subscribed to on it. It has two while one takes over (V10). */
import { ConnectionClosedError } from '../../errors.js';
import type { PublishOptions } from '../bus.js';
import type { Subscription } from '../subscription.js';
import type { NatsConnectionLike, NatsMessageLike, NatsSubscriptionLike } from './nats-connection.js';
import type { NatsLink } from './nats-link.js';
import { type NatsStatus, readStatuses } from './nats-status.js';

/** What a bus, or a takeover in its place, does on the line that carries it. */
export type Line = Pick<
  NatsLine,
  'connection' | 'link' | 'server' | 'publish' | 'add' | 'remove' | 'drain' | 'flush' | 'close'
>;

/** Whom a line tells: the bus that it carries, or the takeover that it takes part in. */
export interface LineOwner {
  received(line: NatsLine, subscription: Subscription, message: NatsMessageLike): void;
  /** The client has ended the subscription. */
  faulted(subscription: Subscription, fault: Error): void;
  statusChanged(line: NatsLine, status: NatsStatus): void;
  /** The connection is closed for good. `fault`: why, unless it was closed on purpose. */
  closed(line: NatsLine, fault: unknown): void;
}

export class NatsLine {
  /** Stops the reports of the connection's status. Idempotent. */
  readonly ignoreStatuses: () => void;
  owner: LineOwner;
  readonly #natives = new Map<Subscription, NatsSubscriptionLike>();

  constructor(
    readonly connection: NatsConnectionLike,
    /** What makes the connection and its sockets; undefined where the page brought it. */
    readonly link: NatsLink | undefined,
    owner: LineOwner,
  ) {
    this.owner = owner;
    this.ignoreStatuses = readStatuses(connection, (status) => {
      if (status.type === 'staleConnection')
        link?.abandon(); // the client would wait until its last bytes have left
      else this.owner.statusChanged(this, status);
    });
    void connection.closed().then((fault) => this.owner.closed(this, fault));
  }

  get server(): string {
    return this.link?.url ?? this.connection.getServer();
  }

  /** Throws {@link ConnectionClosedError}. */
  publish(subject: string, data: Uint8Array, { reply }: PublishOptions, head: Uint8Array | undefined): void {
    const to = reply === undefined ? undefined : { reply };
    try {
      this.connection.publish(subject, data, head ? { ...to, headers: { encode: () => head } } : to);
    } catch (cause) {
      throw new ConnectionClosedError({ cause }); // every argument has been checked: the page closed its connection
    }
  }

  /** Idempotent. */
  add(subscription: Subscription): void {
    if (this.#natives.has(subscription)) return;
    const { connection } = this;
    const { subject, queue } = subscription;
    const callback = (fault: Error | null, message: NatsMessageLike) => {
      if (fault) {
        this.#natives.delete(subscription);
        this.owner.faulted(subscription, fault);
      } else this.owner.received(this, subscription, message);
    };
    try {
      const native = connection.subscribe(subject, queue === undefined ? { callback } : { queue, callback });
      this.#natives.set(subscription, native);
      if (this.link) return;
      void native.closed.then(() => {
        // The page drains its connection. When that has closed, `closed` ends the subscription, with the error.
        if (!connection.isClosed()) subscription.end();
      });
    } catch (cause) {
      subscription.end(new ConnectionClosedError({ cause }));
    }
  }

  remove(subscription: Subscription): void {
    const native = this.#natives.get(subscription);
    this.#natives.delete(subscription);
    native?.unsubscribe();
  }

  /** Unsubscribes; resolves when every message that was on its way has been received. */
  async drain(subscription: Subscription): Promise<void> {
    await this.#natives.get(subscription)?.drain();
    this.#natives.delete(subscription);
  }

  /** Resolves when the server has answered a ping that was sent after everything else. */
  flush(): Promise<void> {
    return this.connection.flush();
  }

  /** Unsubscribes from everything. Rejects when the connection is lost meanwhile. */
  async drainAll(): Promise<void> {
    for (const native of this.#natives.values()) native.drain().catch(ignore);
    this.#natives.clear();
    await this.flush();
  }

  /** Closes a connection that Slate made. */
  async close(): Promise<void> {
    this.ignoreStatuses();
    if (!this.link) return;
    if (!this.connection.isClosed()) {
      // The client writes on a microtask, and `close` discards what it has not written. `flush` writes at once.
      this.connection.flush().catch(ignore);
      await this.connection.close();
    }
    this.link.close();
  }
}

/** For a promise whose failure is reported elsewhere. */
function ignore(): void {
  return;
}
