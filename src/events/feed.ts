/**
 * Feeds: all listeners of the same kind and scope share one. It shares its subscriptions, checks each message once,
 * drops copies, and calls each listener once for each event. A feed learns items (the projects of a user) from the
 * events that it receives, and forgets the oldest ones beyond a bound.
 */
import type { Bus, BusMessage, BusSubscription } from '../bus/bus.js';
import { decodeText } from '../bus/payload.js';
import { Emitter } from '../emitter.js';
import { EventError, type SlateError } from '../errors.js';
import { type Client, clientOf } from '../messaging/client.js';
import { defaultClient } from '../messaging/default.js';
import { isOwnId, seenIds } from './fast/index.js';
import { type AnyEvent, checkEvent, type EventKind } from './kind.js';
import { slateNaming } from './naming.js';
import { Recent } from './recent.js';

export interface ListenOptions {
  /** The bus to receive on. @defaultValue the bus of the default connection */
  readonly bus?: Bus | undefined;
}

/** A feed remembers this many events that it received, and up to twice as many. */
const MAX_SEEN = 1000;
/** The same for events without an id, in characters. */
const MAX_SEEN_CHARS = 1_000_000;
/** How many items a feed knows from events; items that its listeners name are not counted. */
const MAX_LEARNT = 500;

/**
 * Adds a listener to the feed of `scope`. `items`: those that the listener names. Returns a function that unsubscribes.
 */
export type Listen<E, Scope> = (
  scope: Scope,
  fn: (event: E) => void,
  options?: ListenOptions,
  items?: readonly string[],
) => () => void;

/**
 * The feeds of a kind. The returned function throws {@link InvalidIdError}, {@link OptionError} before `configure()`
 * where no bus is given, and {@link ConnectionClosedError}.
 */
export function feedsOf<E extends AnyEvent, Scope>(kind: EventKind<E, Scope>): Listen<E, Scope> {
  const feeds = new WeakMap<Client, Map<string, Feed<E, Scope>>>();
  return (scope, fn, { bus } = {}, items = []) => {
    const client = bus ? clientOf(bus, slateNaming) : defaultClient();
    const own = feeds.get(client) ?? new Map<string, Feed<E, Scope>>();
    feeds.set(client, own);
    // Listeners that name other items receive other events.
    const key = `${JSON.stringify(scope)} ${JSON.stringify(items)}`;
    let feed = own.get(key);
    if (!feed) {
      feed = new Feed(client, kind, scope, items, (ended) => {
        if (own.get(key) === ended) own.delete(key);
      });
      own.set(key, feed);
    }
    return feed.add(fn);
  };
}

class Feed<E extends AnyEvent, Scope> {
  readonly #client: Client;
  readonly #kind: EventKind<E, Scope>;
  readonly #scope: Scope;
  readonly #ended: (feed: this) => void;
  readonly #listeners = new Emitter<{ event: E }>();
  readonly #subscriptions: BusSubscription[] = [];
  /** Item to its subscriptions. */
  readonly #items = new Map<string, BusSubscription[]>();
  /** Items that no listener has named, the oldest first. */
  readonly #learnt = new Set<string>();
  /** The ids of received events, where Slate made them. */
  readonly #seenIds = seenIds(MAX_SEEN);
  /** Every other received event, with the subject on which it came first. */
  readonly #seen = new Recent(MAX_SEEN, MAX_SEEN_CHARS);

  constructor(
    client: Client,
    kind: EventKind<E, Scope>,
    scope: Scope,
    items: readonly string[],
    ended: (feed: Feed<E, Scope>) => void,
  ) {
    this.#client = client;
    this.#kind = kind;
    this.#scope = scope;
    this.#ended = ended;
    try {
      this.#subscriptions.push(...this.#subscribe(kind.subscribeTo(scope)));
      for (const item of items) this.#know(item);
    } catch (error) {
      this.#unsubscribe();
      throw error;
    }
  }

  add(fn: (event: E) => void): () => void {
    const remove = this.#listeners.on('event', fn);
    return () => {
      remove();
      if (this.#listeners.has('event')) return;
      this.#ended(this);
      this.#unsubscribe();
    };
  }

  #unsubscribe(): void {
    for (const subscription of [...this.#subscriptions, ...[...this.#items.values()].flat()])
      subscription.unsubscribe();
    this.#items.clear();
  }

  /**
   * A feed that loses a subscription (the server forbids it, say) takes no more listeners: the next one gets a new
   * feed.
   */
  #subscribe(subjects: readonly string[]): BusSubscription[] {
    const { bus } = this.#client;
    return subjects.map((subject) => {
      const subscription = this.#client.subscribe(subject, (data, message) => this.#receive(data, message));
      void subscription.closed.then((error) => (error || bus.status.type === 'closed') && this.#ended(this));
      return subscription;
    });
  }

  /** Reads `message.subject` only where it matters, because it is decoded each time. */
  #receive(data: unknown, message: BusMessage): void {
    let event: E;
    try {
      event = checkEvent(this.#kind, data, message);
      const accepted = this.#kind.accepts(event, this.#scope, message, this.#knows);
      if (accepted === false) return;
      if (accepted !== true) throw new EventError(message.subject, accepted.path, accepted.reason);
    } catch (error) {
      // A message that expects an answer is a request, not an event (on `slate.runtime.status.…`).
      if (message.reply === undefined) this.#client.bus.report(error as SlateError);
      return;
    }
    if (this.#isCopy(event, message)) return;
    this.#learn(event);
    this.#listeners.emit('event', event);
  }

  readonly #knows = (item: string): boolean => this.#items.has(item);

  #isCopy(event: E, message: BusMessage): boolean {
    const { id } = event;
    const isNew = id === undefined ? undefined : this.#seenIds.add(id);
    if (isNew !== undefined) return !isNew;
    // From another program: it may give one id to many events, and the same text twice on one subject is two events.
    const { subject, data } = message;
    const text = id === undefined ? decodeText(data) : `${id} ${event.type} ${event.timestamp}`;
    const before = this.#seen.add(text, subject);
    return before !== undefined && (id !== undefined || before !== subject);
  }

  #learn(event: E): void {
    const { items } = this.#kind;
    if (!items || (items.foreignOnly && event.id !== undefined && isOwnId(event.id))) return;
    const item = items.of(event);
    if (event.type === 'deleted') {
      if (this.#learnt.has(item)) this.#forget(item); // a named item stays: it may be created again
    } else if (!this.#items.has(item)) {
      this.#know(item);
      const [oldest] = this.#learnt.add(item);
      if (this.#learnt.size > MAX_LEARNT && oldest !== undefined) this.#forget(oldest);
    }
  }

  #know(item: string): void {
    if (!this.#items.has(item)) this.#items.set(item, this.#subscribe(this.#kind.items?.subscribeTo(item) ?? []));
  }

  #forget(item: string): void {
    for (const subscription of this.#items.get(item) ?? []) subscription.unsubscribe();
    this.#items.delete(item);
    this.#learnt.delete(item);
  }
}
