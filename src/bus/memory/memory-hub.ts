/**
 * A server in process, for tests of Slate and for users' tests. Its clients are buses that follow the rules of NATS,
 * and a test can make them lose their connection. Users' real data never passes through it. Every wait runs on the
 * hub's clock, so a virtual clock works.
 */
import type { Clock, Random } from '../../clock.js';
import type { MemoryBus } from './memory-bus.js';
import { MemoryClient } from './memory-client.js';
import { MemoryExchange } from './memory-exchange.js';
import type { MemoryHubOptions } from './memory-options.js';

/**
 * A server in process.
 *
 * @example
 * const hub = new MemoryHub();
 * const [alice, bob] = [hub.connect(), hub.connect()];
 */
export class MemoryHub {
  readonly #exchange: MemoryExchange;

  constructor(options: MemoryHubOptions = {}) {
    this.#exchange = new MemoryExchange(options);
  }

  /** The clock of the hub and of its clients. */
  get clock(): Clock {
    return this.#exchange.clock;
  }

  /** The randomness of the hub and of its clients. */
  get random(): Random {
    return this.#exchange.random;
  }

  /** The largest payload, headers included, in bytes. */
  get maxPayload(): number {
    return this.#exchange.maxPayload;
  }

  /** False between `drop()` and `restore()`. */
  get up(): boolean {
    return this.#exchange.up;
  }

  /** Every client that has been neither closed nor killed, in the order in which they connected. */
  get clients(): readonly MemoryBus[] {
    return [...this.#exchange.clients];
  }

  /** Makes a client. It is connected at once; while the hub is down it is `connecting` until `restore()`. */
  connect(): MemoryBus {
    const client = new MemoryClient(this.#exchange);
    this.#exchange.clients.add(client);
    client.reconnect();
    return client;
  }

  /** Stops the server: every client loses its connection and is `reconnecting` until `restore()`. */
  drop(): void {
    this.#exchange.up = false;
    for (const client of this.clients) client.disconnect();
  }

  /** Starts the server again: every client that has been neither closed nor killed is connected again. */
  restore(): void {
    this.#exchange.up = true;
    for (const client of this.clients) client.reconnect();
  }

  /**
   * Lets the line of a client die without a word, as when a laptop wakes up elsewhere: nothing that it publishes
   * leaves, it receives nothing, and no ping is answered; its status stays `connected`. When it notices and gives the
   * connection up, it gets another one, unless the hub is down.
   */
  silence(bus: MemoryBus): void {
    for (const client of this.#exchange.clients) if (client === bus) client.silence();
  }

  /**
   * Lets the client's process die: nothing that it publishes leaves, it receives nothing, and its subscriptions are
   * gone (a request to it rejects with {@link NoRespondersError}). Its own status does not change.
   */
  kill(bus: MemoryBus): void {
    for (const client of this.#exchange.clients) {
      if (client !== bus) continue;
      client.die();
      this.#exchange.leave(client);
    }
  }
}
