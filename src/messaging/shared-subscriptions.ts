/**
 * One NATS subscription for all handlers of the same subject and queue group: a message is received and read as JSON
 * once, and handed to each of them; in a queue group, to one of them in turn. When the last one unsubscribes, the NATS
 * subscription ends. A message that is not JSON reaches no handler and costs one `error` event.
 */
import type { Bus, BusMessage, BusStatus, BusSubscription } from '../bus/bus.js';
import { guarded } from '../emitter.js';
import { ConnectionClosedError, type SlateError } from '../errors.js';

/** `data`: the payload read as JSON, `undefined` for an empty one. All handlers share it and must not change it. */
export type DataHandler = (data: unknown, message: BusMessage) => unknown;

/**
 * True for a message that is not meant for the handlers of this pattern, or not meant to be JSON: it is skipped, and is
 * no error.
 */
export type Skips = (message: BusMessage, pattern: string) => boolean;

/** What one handler has of a NATS subscription that it shares. */
export interface SharedSubscription extends BusSubscription {
  /**
   * Resolves when the server has confirmed the subscription, or when no server is available now. Rejects where the
   * server forbids the subscription or the connection is closed. It may be ignored: the error is an `error` event of
   * the bus, too.
   */
  readonly confirmed: Promise<void>;
}

interface SharedListener {
  readonly handler: DataHandler;
  /** Resolves `closed` of its subscription. */
  readonly close: (error?: SlateError) => void;
}

/** A NATS subscription that listeners share. */
interface Source {
  readonly subscription: BusSubscription;
  add(handler: DataHandler): SharedSubscription;
}

/** `ended`: the source takes no more listeners. Throws as `Bus.subscribe` does. */
function openSource(
  bus: Bus,
  skips: Skips | undefined,
  subject: string,
  queue: string | undefined,
  ended: () => void,
): Source {
  /** Replaced and never changed, so that a message goes to those who were listeners when it arrived. */
  let listeners: readonly SharedListener[] = [];

  /** The listener whose turn it is. */
  const next = (): readonly SharedListener[] => {
    const [first, ...others] = listeners;
    if (!first) return [];
    listeners = [...others, first];
    return [first];
  };

  const receive = (message: BusMessage): void => {
    if (skips?.(message, subject)) return;
    let data: unknown;
    try {
      if (message.data.length > 0) data = message.json();
    } catch (error) {
      bus.report(error as SlateError);
      return;
    }
    const receivers = queue === undefined ? listeners : next();
    for (const listener of receivers) {
      const isGone = listeners !== receivers && !listeners.includes(listener); // a handler removed it just now
      if (!isGone) guarded(listener.handler, data, message);
    }
  };

  const subscription = bus.subscribe(subject, receive, queue === undefined ? undefined : { queue });
  const confirmed = whenConfirmed(bus, subscription);
  confirmed.catch(() => undefined);
  void subscription.closed.then((error) => {
    ended();
    for (const listener of listeners) listener.close(error);
    listeners = [];
  });

  const remove = (listener: SharedListener): void => {
    if (!listeners.includes(listener)) return;
    listeners = listeners.filter((each) => each !== listener);
    listener.close();
    if (listeners.length > 0) return;
    ended();
    subscription.unsubscribe();
  };

  const drain = async (listener: SharedListener): Promise<void> => {
    if (listeners.length > 1) await Promise.allSettled([bus.flush()]);
    if (!listeners.includes(listener)) return;
    if (listeners.length > 1) {
      remove(listener);
    } else {
      ended(); // later listeners get a new source
      await subscription.drain(); // in a queue group nobody else has the messages that are on their way
    }
  };

  return {
    subscription,
    add(handler) {
      let close: SharedListener['close'] = () => undefined;
      const closed = new Promise<SlateError | undefined>((resolve) => {
        close = resolve;
      });
      const listener = { handler, close };
      listeners = [...listeners, listener];
      return {
        subject,
        confirmed,
        closed,
        unsubscribe: () => remove(listener),
        drain: () => drain(listener),
      };
    },
  };
}

export class SharedSubscriptions {
  readonly #bus: Bus;
  readonly #skips: Skips | undefined;
  readonly #sources = new Map<string, Source>();

  constructor(bus: Bus, skips?: Skips) {
    this.#bus = bus;
    this.#skips = skips;
  }

  /** How many NATS subscriptions they use. */
  get size(): number {
    return this.#sources.size;
  }

  /** Throws as `Bus.subscribe` does. */
  subscribe(subject: string, handler: DataHandler, queue?: string): SharedSubscription {
    const key = queue === undefined ? subject : `${subject} ${queue}`;
    let source = this.#sources.get(key);
    if (!source) {
      const opened: Source = openSource(this.#bus, this.#skips, subject, queue, () => {
        if (this.#sources.get(key) === opened) this.#sources.delete(key);
      });
      this.#sources.set(key, opened);
      source = opened;
    }
    return source.add(handler);
  }

  /** Ends all subscriptions. */
  close(): void {
    for (const source of [...this.#sources.values()]) source.subscription.unsubscribe();
    this.#sources.clear();
  }
}

/** Resolves and rejects as {@link SharedSubscription}`.confirmed` does. */
export function whenConfirmed(bus: Bus, subscription: BusSubscription): Promise<void> {
  return new Promise((resolve, reject) => {
    let unsubscribe = () => undefined as unknown;
    void subscription.closed.then((error) => {
      unsubscribe();
      if (error) reject(error);
      else resolve();
    });
    const onStatus = (status: BusStatus) => {
      if (status.type === 'connecting' && !status.error) return; // the first attempt is under way
      if (status.type === 'closed') reject(status.error ?? new ConnectionClosedError());
      else if (status.type === 'connected') bus.flush().then(resolve, () => resolve());
      else resolve();
      unsubscribe();
    };
    unsubscribe = bus.on('status', onStatus);
    onStatus(bus.status);
  });
}
