/**
 * What the verbs need of one bus beyond the bus itself: subscriptions that are shared, an outbox, requests that wait for
 * the first connection and tell a failed responder from a silent one. It knows no subject by name; a `Naming` may.
 */

import type { Bus, BusMessage, BusSubscription, MessageHandler, Payload, PublishOptions } from '../bus/bus.js';
import { takePayload } from '../bus/payload.js';
import { NotConnectedError, OptionError, RemoteError } from '../errors.js';
import { OUTBOX_LIMITS, Outbox, type OutboxLimits, type WhenOffline } from './outbox.js';
import { type IsBytes, type Listener, type Listening, SharedSubscriptions } from './shared-subscriptions.js';

/** What the NATS services API calls the headers of a failure. */
export const ERROR_HEADER = 'Nats-Service-Error';
export const ERROR_CODE_HEADER = 'Nats-Service-Error-Code';

/** What is known of the subjects in use. */
export interface Naming {
  /** What is wrong with a pattern that can never match; `undefined` for any other. */
  advise(pattern: string): string | undefined;
  readonly isBytes: IsBytes;
}

export interface ClientOptions {
  readonly naming?: Naming | undefined;
  readonly outbox?: Partial<OutboxLimits> | undefined;
  /** Takes advice, once a pattern; without it none is given. */
  readonly warn?: ((message: string) => void) | undefined;
}

export interface ClientStats {
  /** Publishes given up with `whenOffline: 'drop'`. */
  readonly dropped: number;
  /** Messages held for a connection or a confirmation, and their bytes. */
  readonly held: number;
  readonly heldBytes: number;
  /** NATS subscriptions in use. */
  readonly subscriptions: number;
}

export class Client {
  readonly bus: Bus;
  /** May come later than the first of those who share it. */
  naming: Naming | undefined;
  readonly #warn: ClientOptions['warn'];
  readonly #outbox: Outbox;
  readonly #shared: SharedSubscriptions;
  readonly #alone = new Set<BusSubscription>();
  readonly #advised = new Set<string>();

  constructor(bus: Bus, options: ClientOptions = {}) {
    this.bus = bus;
    this.naming = options.naming;
    this.#warn = options.warn;
    this.#outbox = new Outbox(bus, { ...OUTBOX_LIMITS, ...options.outbox });
    this.#shared = new SharedSubscriptions(bus, (message) => this.naming?.isBytes(message) ?? false);
  }

  get stats(): ClientStats {
    const { dropped, messages, bytes } = this.#outbox;
    return { dropped, held: messages, heldBytes: bytes, subscriptions: this.#shared.size };
  }

  /** As `Outbox.publish`. */
  publish(
    subjects: string | readonly string[],
    payload: Payload,
    whenOffline: WhenOffline = 'reject',
    options?: PublishOptions,
  ): Promise<void> {
    return this.#outbox.publish(subjects, payload, whenOffline, options);
  }

  /** As `SharedSubscriptions.listen`. */
  listen(subject: string, listener: Listener, queue?: string): Listening {
    const listening = this.#shared.listen(subject, listener, queue);
    if (this.#warn && !this.#advised.has(subject)) {
      this.#advised.add(subject);
      const advice = this.naming?.advise(subject);
      if (advice !== undefined) this.#warn(advice);
    }
    return listening;
  }

  /** As `Bus.subscribe`; it ends with the others. */
  subscribe(subject: string, handler: MessageHandler, queue: string): BusSubscription {
    const subscription = this.bus.subscribe(subject, handler, { queue });
    this.#alone.add(subscription);
    void subscription.closed.then(() => this.#alone.delete(subscription));
    return subscription;
  }

  /**
   * Asks, and reads the answer as JSON (`undefined` for an empty one). Rejects with {@link RemoteError} where the responder
   * failed, {@link NotConnectedError} without a connection (the first one is waited for), and as `Bus.request` does.
   */
  async request(subject: string, payload: Payload, timeoutMs: number): Promise<unknown> {
    const { bus } = this;
    const data = takePayload(subject, payload); // as it is now, whatever becomes of it while we wait
    let rest = timeoutMs;
    if (bus.status.type === 'connecting' && timeoutMs > 0 && timeoutMs < Infinity) {
      const start = bus.clock.now();
      await this.#connected(timeoutMs);
      rest = Math.max(1, timeoutMs - (bus.clock.now() - start));
    }
    const message = await bus.request(subject, data, rest);
    const code = message.header(ERROR_CODE_HEADER);
    const reason = message.header(ERROR_HEADER);
    if (code !== undefined || reason !== undefined) {
      throw new RemoteError(subject, Number(code) || 500, reason ?? 'it did not say why');
    }
    return read(message);
  }

  /** Ends the subscriptions, lets what was written be confirmed, refuses what is held; with `close`, drains the bus. */
  async end(close: boolean): Promise<void> {
    await this.#outbox.settle();
    if (close) await this.bus.drain();
    for (const subscription of this.#alone) subscription.unsubscribe();
    this.#shared.end();
    this.#outbox.end();
  }

  /** The first connection, or a rejection when it took too long. */
  #connected(timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.bus.clock.after(timeoutMs, () => {
        stop();
        reject(new NotConnectedError('connecting'));
      });
      const stop = this.bus.on('status', ({ type }) => {
        if (type === 'connecting') return;
        cancel();
        stop();
        resolve();
      });
    });
  }
}

const clients = /* @__PURE__ */ new WeakMap<Bus, Client>();

/** The client that all share who bring the same bus. */
export function clientOf(bus: Bus, naming?: Naming): Client {
  let client = clients.get(bus);
  if (!client) {
    client = new Client(bus);
    clients.set(bus, client);
  }
  client.naming ??= naming;
  return client;
}

/** A payload as listeners get it. Throws {@link PayloadError}. */
export function read(message: BusMessage): unknown {
  return message.data.length === 0 ? undefined : message.json();
}

/** The limits as given, checked. Throws {@link OptionError}. */
export function checkOutbox(outbox: Partial<OutboxLimits> | undefined): void {
  for (const key of ['messages', 'bytes'] as const) {
    const value = outbox?.[key];
    if (value !== undefined && !(value >= 0)) throw new OptionError(`outbox.${key}`, 'must be a number of 0 or more');
  }
}
