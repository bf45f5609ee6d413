/**
 * The default connection, for verbs that are given no bus: configured once, opened by the first verb, closed on
 * request, and opened again by the next verb. The only module state of Slate.
 */

import type { Bus, BusEvents, BusStatus, Identity } from '../bus/bus.js';
import { type ConnectOptions, openBus } from '../bus/nats/connect.js';
import { checkObject, checkOptions } from '../bus/nats/options.js';
import { Emitter } from '../emitter.js';
import { OptionError, type SlateError } from '../errors.js';
import { Client, type ClientStats, type Naming } from './client.js';
import { inDevelopment } from './development.js';
import { checkOutbox, type OutboxLimits } from './outbox-limits.js';

export interface ConfigureOptions extends ConnectOptions {
  /** A bus that the page has already, in place of `servers`. `closeNatsConnection()` does not close it. */
  readonly bus?: Bus | undefined;
  /** How much is held while there is no connection. @defaultValue 1000 messages, 1 MiB */
  readonly outbox?: Partial<OutboxLimits> | undefined;
  /**
   * Receives advice for developers: a subscription that can never match, an error that no `onBusError` listener
   * receives. `false`: no advice.
   * @defaultValue `console.warn` in development, `false` in production
   */
  readonly warn?: ((message: string) => void) | false | undefined;
}

interface Opened {
  readonly bus: Bus;
  readonly client: Client;
  /** The page owns the bus. */
  readonly given: boolean;
  readonly close: () => Promise<void>;
}

const events = /* @__PURE__ */ new Emitter<BusEvents>();
let configured: (ConfigureOptions & { readonly naming?: Naming | undefined }) | undefined;
let opened: Opened | undefined;
let closing: Promise<void> | undefined;

/** Throws {@link OptionError}; also while a connection is open, because its subscriptions would stay on it. */
export function setDefault(options: ConfigureOptions, naming?: Naming): void {
  checkObject(options);
  const { bus, outbox, warn, ...connecting } = options;
  if (live())
    throw new OptionError('configure', 'was called while the connection is open: await closeNatsConnection() first');
  if (bus === undefined) checkOptions(connecting);
  else if (typeof bus?.publish !== 'function' || typeof bus.subscribe !== 'function') {
    throw new OptionError('bus', 'must be a bus, such as connect() returns');
  } else if (options.servers !== undefined || options.connection !== undefined) {
    throw new OptionError('bus', 'cannot be combined with "servers" or "connection"');
  }
  if (warn !== undefined && warn !== false && typeof warn !== 'function') {
    throw new OptionError('warn', 'must be a function or false');
  }
  checkOutbox(outbox);
  opened = undefined;
  configured = { ...options, naming };
}

/**
 * The client of the default connection, which it opens if necessary. Throws {@link OptionError} before `configure()`.
 */
export function defaultClient(): Client {
  return (opened && (live() || opened.bus === configured?.bus) ? opened : open()).client;
}

/** The bus of the default connection, which it opens if necessary. Throws {@link OptionError} before `configure()`. */
export function defaultBus(): Bus {
  return defaultClient().bus;
}

/** True while the default connection is connected. Opens nothing. */
export function isNatsConnected(): boolean {
  return opened?.bus.status.type === 'connected';
}

/** The status of the default connection; `undefined` before the first verb and after `closeNatsConnection()`. */
export function natsStatus(): BusStatus | undefined {
  return opened?.bus.status;
}

/** Whom the credentials of the default connection name; `undefined` while that is not known. Opens nothing. */
export function natsIdentity(): Identity | undefined {
  return opened?.bus.identity;
}

/** Counters of the default connection; `undefined` before the first verb and after `closeNatsConnection()`. */
export function natsStats(): ClientStats | undefined {
  return opened?.client.stats;
}

/**
 * Closes the default connection in order: it waits until what was sent is confirmed and what arrived is handled. What
 * is still held rejects with {@link ConnectionClosedError}. A bus given to `configure()` stays open. The next verb
 * opens a new connection.
 */
export function closeNatsConnection(): Promise<void> {
  const was = opened;
  if (!was) return closing ?? Promise.resolve();
  opened = undefined;
  const closed = Promise.all([closing, was.close()]).then(() => {
    if (closing === closed) closing = undefined;
  });
  closing = closed;
  if (was.given) events.emit('status', { type: 'closed' }); // its bus stays open, and so does not say this
  return closed;
}

/**
 * Calls `fn` with every error of the default connection, open now or opened later: see `BusEvents.error`. Returns a
 * function that unsubscribes.
 */
export function onBusError(fn: (error: SlateError) => void): () => void {
  return events.on('error', fn);
}

/**
 * Calls `fn` with every change of status of the default connection, open now or opened later. Returns a function that
 * unsubscribes.
 */
export function onNatsStatus(fn: (status: BusStatus) => void): () => void {
  return events.on('status', fn);
}

function live(): Opened | undefined {
  return opened?.bus.status.type === 'closed' ? undefined : opened;
}

function open(): Opened {
  if (!configured) {
    throw new OptionError('servers', 'is not known yet: call configure({ servers: "wss://…" }) first');
  }
  const { bus: given, outbox, naming, warn: chosen, ...options } = configured;
  const bus = given ?? openBus(options);
  const warn = chosen ?? (inDevelopment() ? (message: string) => console.warn(message) : false);
  const client = new Client(bus, { outbox, naming, warn: warn || undefined });
  const subscriptions = [
    bus.on('status', (status) => {
      // A former connection reports only that it is closed, and not even that once there is a new one.
      if (opened ? opened.client === client : status.type === 'closed') events.emit('status', status);
    }),
    bus.on('error', (error) => {
      if (warn && !events.has('error')) warn(`${error.name}: ${error.message}`);
      events.emit('error', error);
    }),
  ];
  const close = async () => {
    await client.close(!given);
    for (const unsubscribe of subscriptions) unsubscribe();
  };
  opened = { bus, client, given: given !== undefined, close };
  events.emit('status', bus.status);
  return opened;
}
