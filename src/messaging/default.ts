/**
 * The connection that verbs use which are given none: configured once, opened by the first verb, closed on request, opened
 * anew by the next verb. The only module state of Slate.
 */

import type { Bus, BusEvents, BusStatus } from '../bus/bus.js';
import { type ConnectOptions, openBus } from '../bus/nats/connect.js';
import { checkOptions } from '../bus/nats/options.js';
import { Emitter } from '../emitter.js';
import { OptionError, type SlateError } from '../errors.js';
import { Client, type ClientStats, checkOutbox, type Naming } from './client.js';
import { inDevelopment } from './development.js';
import type { OutboxLimits } from './outbox.js';

export interface ConfigureOptions extends ConnectOptions {
  /** A bus that the page has already, in place of `servers`. It is not closed with the default connection. */
  readonly bus?: Bus | undefined;
  /** How much is held while there is no connection. */
  readonly outbox?: Partial<OutboxLimits> | undefined;
  /**
   * Takes advice for developers: a subscription that can never match, an error that nobody listens for. `false` for none.
   * By default the console in development, none in production.
   */
  readonly warn?: ((message: string) => void) | false | undefined;
}

interface Opened {
  readonly bus: Bus;
  readonly client: Client;
  /** The bus is the page's. */
  readonly given: boolean;
  readonly end: () => Promise<void>;
}

const events = /* @__PURE__ */ new Emitter<BusEvents>();
let configured: (ConfigureOptions & { readonly naming?: Naming | undefined }) | undefined;
let opened: Opened | undefined;
let closing: Promise<void> | undefined;

/** Throws {@link OptionError}; also while a connection is open, since its listeners would be left behind on it. */
export function setDefault(options: ConfigureOptions, naming?: Naming): void {
  const { bus, outbox, warn, ...connecting } = options;
  if (live())
    throw new OptionError('configure', 'was called with a connection open: await closeNatsConnection() first');
  if (bus === undefined) checkOptions(connecting);
  else if (typeof bus?.publish !== 'function' || typeof bus.subscribe !== 'function') {
    throw new OptionError('bus', 'must be a bus, as connect() gives');
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

/** Opens the connection where none is open. Throws {@link OptionError} before `configure()`. */
export function defaultClient(): Client {
  return (opened && (live() || opened.bus === configured?.bus) ? opened : open()).client;
}

/** The bus of the default connection, opened where it is not: to join a room on it, say. */
export function defaultBus(): Bus {
  return defaultClient().bus;
}

/** True while the default connection is up. Opens nothing. */
export function isNatsConnected(): boolean {
  return opened?.bus.status.type === 'connected';
}

/** The status of the default connection; `undefined` before the first verb and after `closeNatsConnection()`. */
export function natsStatus(): BusStatus | undefined {
  return opened?.bus.status;
}

/** Counters of the default connection; `undefined` where there is none. */
export function natsStats(): ClientStats | undefined {
  return opened?.client.stats;
}

/**
 * Closes the default connection in order: what was sent is confirmed, what arrived is handled, what is still held rejects
 * with {@link ConnectionClosedError}. A bus handed in stays open. The next verb opens a connection anew.
 */
export function closeNatsConnection(): Promise<void> {
  const was = opened;
  if (!was) return closing ?? Promise.resolve();
  opened = undefined;
  const ending = Promise.all([closing, was.end()]).then(() => {
    if (closing === ending) closing = undefined;
  });
  closing = ending;
  if (was.given) events.emit('status', { type: 'closed' }); // its bus will not say so
  return ending;
}

/** Every error of the default connection, now open or opened later: see `BusEvents.error`. Returns its undo. */
export function onBusError(fn: (error: SlateError) => void): () => void {
  return events.on('error', fn);
}

/** Every change of status of the default connection, now open or opened later. Returns its undo. */
export function onNatsStatus(fn: (status: BusStatus) => void): () => void {
  return events.on('status', fn);
}

function live(): Opened | undefined {
  return opened?.bus.status.type === 'closed' ? undefined : opened;
}

function open(): Opened {
  if (!configured) {
    throw new OptionError(
      'servers',
      'is not known yet: call configure({ servers: "wss://…" }) before anything is sent or heard',
    );
  }
  const { bus: given, outbox, naming, warn: chosen, ...options } = configured;
  const bus = given ?? openBus(options);
  const warn = chosen ?? (inDevelopment() ? (message: string) => console.warn(message) : false);
  const client = new Client(bus, { outbox, naming, warn: warn || undefined });
  const undo = [
    bus.on('status', (status) => {
      // A former one that ends says no more than that, and not even that where there is another.
      if (opened ? opened.client === client : status.type === 'closed') events.emit('status', status);
    }),
    bus.on('error', (error) => {
      if (warn && !events.has('error')) warn(`${error.name}: ${error.message}`);
      events.emit('error', error);
    }),
  ];
  const end = async () => {
    await client.end(!given);
    for (const stop of undo) stop();
  };
  opened = { bus, client, given: given !== undefined, end };
  events.emit('status', bus.status);
  return opened;
}
