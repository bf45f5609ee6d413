/**
 * Hearing events of one kind about one thing: subscriptions shared by all who listen for the same, each message checked
 * once, copies dropped, and one callback each for what remains. A feed learns of items (the projects of a user) from the
 * events it hears, and forgets the oldest beyond a bound.
 */
import type { Bus, BusMessage, BusSubscription } from '../bus/bus.js';
import { decodeText } from '../bus/payload.js';
import { Emitter } from '../emitter.js';
import { EventError, type SlateError } from '../errors.js';
import { type Client, clientOf } from '../messaging/client.js';
import { defaultClient } from '../messaging/default.js';
import { numberOf, sourceOf } from './event-id.js';
import { type AnyEvent, checkEvent, type EventKind } from './kind.js';
import { slateNaming } from './naming.js';
import { Recent } from './recent.js';
import { Sequences } from './sequences.js';

export interface ListenOptions {
  /** The bus to listen on; the default connection's. */
  readonly bus?: Bus | undefined;
}

/** Of so many events, and up to twice as many, a feed knows that it has had them. */
const MAX_HAD = 1000;
/** Of those that have no id, in as many characters at least, and up to twice as many. */
const MAX_HAD_CHARS = 1_000_000;
/** So many items a feed knows from events; those its listeners name are not counted. */
const MAX_LEARNT = 500;

const feeds = /* @__PURE__ */ new WeakMap<Client, Map<string, Feed<AnyEvent, never>>>();

/** Throws {@link InvalidIdError}; {@link OptionError} without a bus; {@link ConnectionClosedError}. Returns its undo. */
export function listen<E extends AnyEvent, Scope>(
  kind: EventKind<E, Scope>,
  scope: Scope,
  fn: (event: E) => void,
  { bus }: ListenOptions = {},
  items: readonly string[] = [],
): () => void {
  const client = bus ? clientOf(bus, slateNaming) : defaultClient();
  const own: Map<string, Feed<E, Scope>> = (feeds.get(client) as never) ?? new Map();
  feeds.set(client, own as never);
  // Those who name other items hear other things, for as long as they listen.
  const key = `${kind.name} ${JSON.stringify(scope)} ${JSON.stringify(items)}`;
  let feed = own.get(key);
  if (!feed) {
    feed = new Feed(client, kind, scope, items, (ended) => {
      if (own.get(key) === ended) own.delete(key);
    });
    own.set(key, feed);
  }
  return feed.add(fn);
}

class Feed<E extends AnyEvent, Scope> {
  readonly #client: Client;
  readonly #kind: EventKind<E, Scope>;
  readonly #scope: Scope;
  readonly #ended: (feed: this) => void;
  readonly #listeners = new Emitter<{ event: E }>();
  readonly #subscriptions: BusSubscription[] = [];
  /** By item, what is heard of it. */
  readonly #items = new Map<string, BusSubscription[]>();
  /** Those that no listener has named, the oldest first. */
  readonly #learnt = new Set<string>();
  /** Of the events that our publishers have numbered, those that came. */
  readonly #numbered = new Sequences(MAX_HAD);
  /** By any other event, the subject it came on first. */
  readonly #had = new Recent(MAX_HAD, MAX_HAD_CHARS);

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
      this.#subscriptions.push(...this.#hear(kind.heard(scope)));
      for (const item of items) this.#know(item);
    } catch (error) {
      this.#unsubscribe();
      throw error;
    }
  }

  add(fn: (event: E) => void): () => void {
    const off = this.#listeners.on('event', fn);
    return () => {
      off();
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

  /** Where one is ended from without (forbidden, say), those who come now begin anew, and are told as the first were. */
  #hear(subjects: readonly string[]): BusSubscription[] {
    const { bus } = this.#client;
    return subjects.map((subject) => {
      const subscription = this.#client.listen(subject, (data, message) => this.#receive(data, message));
      void subscription.closed.then((error) => (error || bus.status.type === 'closed') && this.#ended(this));
      return subscription;
    });
  }

  /** The subject of a message costs a decoding: it is looked at where it matters. */
  #receive(data: unknown, message: BusMessage): void {
    let event: E;
    try {
      event = checkEvent(this.#kind, data, message);
      const accepted = this.#kind.accepts(event, this.#scope, message, this.#knows);
      if (accepted === false) return;
      if (accepted !== true) throw new EventError(message.subject, accepted.path, accepted.reason);
    } catch (error) {
      // No event, and an answer is expected: a request on the subject of an event (`slate.runtime.status.…`).
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
    const number = id === undefined ? -1 : numberOf(id);
    if (id !== undefined && number >= 0) return !this.#numbered.add(sourceOf(id), number);
    // Of another program: one id may stand for many events, and words without an id that come again on one subject are news.
    const { subject, data } = message;
    const before = this.#had.add(
      id === undefined ? decodeText(data) : `${id} ${event.type} ${event.timestamp}`,
      subject,
    );
    return before !== undefined && (id !== undefined || before !== subject);
  }

  #learn(event: E): void {
    const { items } = this.#kind;
    if (!items || (items.foreignOnly && numberOf(event.id ?? '') >= 0)) return;
    const item = items.of(event);
    if (event.type === 'deleted') {
      if (this.#learnt.has(item)) this.#forget(item); // one that was named may come again
    } else if (!this.#items.has(item)) {
      this.#know(item);
      const [oldest] = this.#learnt.add(item);
      if (this.#learnt.size > MAX_LEARNT && oldest !== undefined) this.#forget(oldest);
    }
  }

  #know(item: string): void {
    if (!this.#items.has(item)) this.#items.set(item, this.#hear(this.#kind.items?.heard(item) ?? []));
  }

  #forget(item: string): void {
    for (const subscription of this.#items.get(item) ?? []) subscription.unsubscribe();
    this.#items.delete(item);
    this.#learnt.delete(item);
  }
}
