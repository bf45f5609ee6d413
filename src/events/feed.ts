/**
 * Hearing events of one kind about one thing: subscriptions shared by all who listen for the same, each message checked
 * once, copies dropped, and one callback each for what remains. A feed learns of items (the projects of a user) from the
 * events it hears, and forgets the oldest beyond a bound.
 */
import type { Bus, BusMessage, BusSubscription } from '../bus/bus.js';
import { type Client, clientOf } from '../bus/client.js';
import { defaultClient } from '../bus/default.js';
import { Emitter } from '../emitter.js';
import { EventError, type SlateError } from '../errors.js';
import { type AnyEvent, checkEvent, type EventKind } from './kind.js';
import { slateNaming } from './naming.js';

export interface ListenOptions {
  /** The bus to listen on; the default connection's. */
  readonly bus?: Bus | undefined;
}

/** Of so many events a feed knows that it has had them. */
const MAX_SEEN = 1000;
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
  const key = `${kind.name} ${JSON.stringify(scope)}`;
  let feed = own.get(key);
  if (!feed) {
    const opened = new Feed(client, kind, scope, () => {
      if (own.get(key) === opened) own.delete(key);
    });
    own.set(key, opened);
    feed = opened;
  }
  return feed.add(fn, items);
}

class Feed<E extends AnyEvent, Scope> {
  readonly #client: Client;
  readonly #kind: EventKind<E, Scope>;
  readonly #scope: Scope;
  readonly #ended: () => void;
  readonly #listeners = new Emitter<{ event: E }>();
  readonly #subscriptions: BusSubscription[];
  /** By item, what is heard of it. */
  readonly #items = new Map<string, BusSubscription[]>();
  /** Those that no listener has named, the oldest first. */
  readonly #learnt = new Set<string>();
  /** By event, the subject it came on first. */
  readonly #seen = new Map<string, string>();

  constructor(client: Client, kind: EventKind<E, Scope>, scope: Scope, ended: () => void) {
    this.#client = client;
    this.#kind = kind;
    this.#scope = scope;
    this.#ended = ended;
    this.#subscriptions = this.#hear(kind.heard(scope));
  }

  add(fn: (event: E) => void, items: readonly string[]): () => void {
    const off = this.#listeners.on('event', fn);
    const undo = () => {
      off();
      if (!this.#listeners.has('event')) this.#end();
    };
    try {
      for (const item of items) {
        this.#know(item);
        this.#learnt.delete(item);
      }
    } catch (error) {
      undo();
      throw error;
    }
    return undo;
  }

  #end(): void {
    this.#ended();
    for (const subscription of [...this.#subscriptions, ...[...this.#items.values()].flat()])
      subscription.unsubscribe();
    this.#items.clear();
  }

  #hear(subjects: readonly string[]): BusSubscription[] {
    return subjects.map((subject) => this.#client.listen(subject, (data, message) => this.#receive(data, message)));
  }

  #receive(data: unknown, message: BusMessage): void {
    if (message.reply !== undefined) return; // a request on the subject of an event (`slate.runtime.status.…`)
    const { subject } = message;
    let event: E;
    try {
      event = checkEvent(this.#kind, data, subject);
      const accepted = this.#kind.accepts(event, this.#scope, subject, (item) => this.#items.has(item));
      if (accepted === false) return;
      if (accepted !== true) throw new EventError(subject, accepted.path, accepted.reason);
    } catch (error) {
      this.#client.bus.report(error as SlateError);
      return;
    }
    if (this.#isCopy(event, subject)) return;
    this.#learn(event);
    this.#listeners.emit('event', event);
  }

  /** One of ours is known by its id; another's where the same words came on another subject. */
  #isCopy(event: E, subject: string): boolean {
    const key = event.id === undefined ? JSON.stringify(event) : `${event.id} ${event.type} ${event.timestamp}`;
    const before = this.#seen.get(key);
    if (before !== undefined) return event.id !== undefined || before !== subject;
    this.#seen.set(key, subject);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MAX_SEEN && oldest !== undefined) this.#seen.delete(oldest);
    return false;
  }

  #learn(event: E): void {
    const { items } = this.#kind;
    if (!items || (items.foreignOnly && event.id !== undefined)) return;
    const item = items.of(event);
    if (event.type === 'deleted') {
      this.#forget(item);
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
