/**
 * What the verbs need of one bus beyond the bus itself: shared subscriptions, an outbox, and requests that wait for the
 * first connection and distinguish a failed responder from a silent one. The client spells no subject; a `Naming` may.
 */
import type { Bus, BusMessage, BusSubscription, MessageHandler, Payload } from '../bus/bus.js';
import { takePayload } from '../bus/payload.js';
import { whenConnected } from '../bus/when-connected.js';
import { checkFunction } from '../emitter.js';
import { RemoteError } from '../errors.js';
import { Outbox } from './outbox.js';
import { OUTBOX_LIMITS, type OutboxLimits } from './outbox-limits.js';
import { type DataHandler, type SharedSubscription, SharedSubscriptions, type Skips } from './shared-subscriptions.js';

/** The headers of a failure in the NATS services API. */
export const ERROR_HEADER = 'Nats-Service-Error';
export const ERROR_CODE_HEADER = 'Nats-Service-Error-Code';

/** What is known about the subjects in use. */
export interface Naming {
  /** Explains what is wrong with a pattern that can never match; `undefined` for any other. */
  advise(pattern: string): string | undefined;
  readonly skips: Skips;
}

export interface ClientOptions {
  readonly naming?: Naming | undefined;
  readonly outbox?: Partial<OutboxLimits> | undefined;
  /** Receives advice, once for each pattern; without it no advice is given. */
  readonly warn?: ((message: string) => void) | undefined;
}

export interface ClientStats {
  /** Messages that were dropped with `whenOffline: 'drop'`. */
  readonly dropped: number;
  /** Messages that are held for a connection or a confirmation. */
  readonly held: number;
  /** The bytes of their payloads. */
  readonly heldBytes: number;
  /** NATS subscriptions that the shared subscriptions use. */
  readonly subscriptions: number;
}

export class Client {
  readonly bus: Bus;
  readonly outbox: Outbox;
  /** May be set after the first subscriptions were made. */
  naming: Naming | undefined;
  /** After `close()`, which may leave the bus open. */
  closed = false;
  readonly #warn: ClientOptions['warn'];
  readonly #shared: SharedSubscriptions;
  readonly #unshared = new Set<BusSubscription>();
  readonly #advised = new Set<string>();

  constructor(bus: Bus, options: ClientOptions = {}) {
    this.bus = bus;
    this.naming = options.naming;
    this.#warn = options.warn;
    this.outbox = new Outbox(bus, { ...OUTBOX_LIMITS, ...options.outbox });
    this.#shared = new SharedSubscriptions(bus, (message, pattern) => this.naming?.skips(message, pattern) ?? false);
  }

  get stats(): ClientStats {
    const { dropped, held } = this.outbox;
    return { dropped, held: held.messages, heldBytes: held.bytes, subscriptions: this.#shared.size };
  }

  /** As `SharedSubscriptions.subscribe`; advises about a pattern that can never match. */
  subscribe(subject: string, handler: DataHandler, queue?: string): SharedSubscription {
    checkFunction('callback', handler);
    const subscription = this.#shared.subscribe(subject, handler, queue);
    if (this.#warn && !this.#advised.has(subject)) {
      this.#advised.add(subject);
      const advice = this.naming?.advise(subject);
      if (advice !== undefined) this.#warn(advice);
    }
    return subscription;
  }

  /** As `Bus.subscribe`. The subscription is not shared; it ends with the client. */
  subscribeUnshared(subject: string, handler: MessageHandler, queue?: string): BusSubscription {
    const subscription = this.bus.subscribe(subject, handler, queue === undefined ? undefined : { queue });
    this.#unshared.add(subscription);
    void subscription.closed.then(() => this.#unshared.delete(subscription));
    return subscription;
  }

  /**
   * Sends a request and reads the answer as JSON (`undefined` for an empty one). Rejects with {@link RemoteError} where
   * the responder failed, {@link NotConnectedError} without a connection (the first one is waited for), and as
   * `Bus.request` does.
   */
  async request(subject: string, payload: Payload, timeoutMs: number): Promise<unknown> {
    const { bus } = this;
    const data = takePayload(subject, payload); // copied now: the caller may change its bytes while the request waits
    let restMs = timeoutMs;
    if (bus.status.type === 'connecting' && timeoutMs > 0 && timeoutMs < Infinity) {
      const start = bus.clock.now();
      await whenConnected(bus, { timeoutMs }).catch(() => undefined); // without a connection `Bus.request` rejects
      restMs = Math.max(1, timeoutMs - (bus.clock.now() - start));
    }
    const message = await bus.request(subject, data, restMs);
    const code = message.header(ERROR_CODE_HEADER);
    const reason = message.header(ERROR_HEADER);
    if (code !== undefined || reason !== undefined) {
      throw new RemoteError(subject, Number(code) || 500, reason ?? 'it did not say why');
    }
    return read(message);
  }

  /**
   * Waits for confirmations, ends all subscriptions and rejects what is still held. With `closeBus`, drains the bus,
   * too.
   */
  async close(closeBus: boolean): Promise<void> {
    this.closed = true;
    await this.outbox.settle();
    if (closeBus) await this.bus.drain();
    for (const subscription of this.#unshared) subscription.unsubscribe();
    this.#shared.close();
    this.outbox.close();
  }
}

const clients = /* @__PURE__ */ new WeakMap<Bus, Client>();

/** The client of a bus: all callers that give the same bus share one. */
export function clientOf(bus: Bus, naming?: Naming): Client {
  let client = clients.get(bus);
  if (!client) {
    client = new Client(bus);
    clients.set(bus, client);
  }
  client.naming ??= naming;
  return client;
}

/** The payload as JSON; `undefined` for an empty one. Throws {@link PayloadError}. */
export function read(message: BusMessage): unknown {
  return message.data.length === 0 ? undefined : message.json();
}
