/**
 * Feeds: all listeners of the same kind and scope share one. It shares its subscriptions, checks each message once,
 * drops copies, and calls each listener once for each event. A feed learns items (the projects of a user) from the
 * events that it receives, and forgets the oldest ones beyond a bound.
 */
import type { Bus, BusMessage, BusSubscription } from '../bus/bus.js';
import { decodeText } from '../bus/payload.js';
import { checkFunction, Emitter } from '../emitter.js';
import { EventError, type SlateError } from '../errors.js';
import { type Client, clientOf } from '../messaging/client.js';
import { defaultClient } from '../messaging/default.js';
import { isOwnId, seenIds } from './fast/index.js';
import { harmless } from './harmless.js';
import { type AnyEvent, checkEvent, type EventKind, type Feed } from './kind.js';
import { slateNaming } from './naming.js';
import { recent } from './recent.js';

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
 * Throws {@link InvalidIdError}, {@link OptionError} before `configure()` where no bus is given, and
 * {@link ConnectionClosedError}.
 */
export function listen<E extends AnyEvent, Scope>(
  kind: EventKind<E, Scope>,
  scope: Scope,
  fn: (event: E) => void,
  { bus }: ListenOptions = {},
  items: readonly string[] = [],
): () => void {
  checkFunction('fn', fn);
  const client = bus ? clientOf(bus, slateNaming) : defaultClient();
  kind.feeds ??= new WeakMap();
  const feeds = kind.feeds.get(client) ?? new Map<string, Feed<E>>();
  kind.feeds.set(client, feeds);
  // Listeners that name other items receive other events.
  const key = `${JSON.stringify(scope)} ${JSON.stringify(items)}`;
  let feed = feeds.get(key);
  if (!feed) {
    let opened: Feed<E> | undefined;
    const ended = () => feeds.get(key) === opened && feeds.delete(key);
    opened = openFeed(client, kind, scope, items, ended);
    feeds.set(key, opened);
    feed = opened;
  }
  return feed(fn);
}

/** The events in the data of a message that are for the feed. */
type Select = (data: unknown) => readonly unknown[];

/** Throws where one of the subscriptions fails, and leaves none behind. `ended`: the feed takes no more listeners. */
function openFeed<E extends AnyEvent, Scope>(
  client: Client,
  kind: EventKind<E, Scope>,
  scope: Scope,
  named: readonly string[],
  ended: () => void,
): Feed<E> {
  const { bus } = client;
  const listeners = new Emitter<{ event: E }>();
  const subscriptions: BusSubscription[] = [];
  /** Item to its subscriptions. */
  const items = new Map<string, BusSubscription[]>();
  /** Items that no listener has named, the oldest first. They need no subscriptions while the wide ones last. */
  const learnt = new Set<string>();
  /** The subjects of `subscriptions` and `items`. */
  const own = new Set<string>();
  /** The wide subscriptions, and those of them that are in force. */
  const patterns = kind.wide?.patterns(scope) ?? [];
  const wide = new Set<string>();
  const leaveWide: (() => void)[] = [];
  /** The ids of received events, where Slate made them. */
  const ids = seenIds(MAX_SEEN);
  /** Every other received event, with the subject on which it came first. */
  const seen = recent(MAX_SEEN, MAX_SEEN_CHARS);

  /** After one subscription was lost (the server forbids it, say), the next listener gets a new feed. */
  const subscribe = (subjects: readonly string[]): BusSubscription[] =>
    subjects.map((subject) => {
      const subscription = client.subscribe(subject, receive);
      own.add(subject);
      void subscription.closed.then((error) => {
        if (error) own.delete(subject);
        if (error || bus.status.type === 'closed') ended();
      });
      return subscription;
    });

  const unsubscribe = () => {
    for (const leave of leaveWide) leave();
    for (const each of [...subscriptions, ...[...items.values()].flat()]) each.unsubscribe();
    items.clear();
  };

  const knows = (item: string) => items.has(item) || learnt.has(item);

  /** `undefined` for an event of others. Reads `message.subject` only where it matters: it is decoded each time. */
  const check = (given: unknown, message: BusMessage): E | undefined => {
    const event = checkEvent(kind, given, message);
    const accepted = kind.accepts(event, scope, message, knows);
    if (accepted === false) return undefined;
    if (accepted !== true) throw new EventError(message.subject, accepted.path, accepted.reason);
    return event;
  };

  /**
   * Checks all events of a message before it delivers the first: they are taken whole or not at all. Without `select`
   * the message is one event. False where `select` finds none for this feed.
   */
  const receive = (data: unknown, message: BusMessage, select?: Select): boolean => {
    let only: E | undefined;
    let events: (E | undefined)[] = [];
    try {
      if (select) {
        const found = select(data);
        if (found.length === 0) return false;
        const clean = harmless(data, message);
        events = (clean === data ? found : select(clean)).map((each) => check(each, message));
      } else only = check(harmless(data, message), message);
    } catch (error) {
      // A message that expects an answer is a request, not an event (on `slate.runtime.status.…`).
      if (message.reply === undefined) bus.report(error as SlateError);
      return true;
    }
    if (only) deliver(only, message, undefined);
    const text = events.length > 1 ? decodeText(message.data) : undefined; // once for all of them
    for (const event of events) if (event) deliver(event, message, text);
    return true;
  };

  const deliver = (event: E, message: BusMessage, text: string | undefined): void => {
    if (isCopy(event, message, text)) return;
    learn(event);
    listeners.emit('event', event);
  };

  const isCopy = (event: E, message: BusMessage, text: string | undefined): boolean => {
    const { id } = event;
    const isNew = id === undefined ? undefined : ids.add(id);
    if (isNew !== undefined) return !isNew;
    // From another program: it may give one id to many events, and the same text twice on one subject is two events.
    const { subject, data } = message;
    const words = id === undefined ? (text ?? decodeText(data)) : `${id} ${event.type} ${event.timestamp}`;
    const before = seen.add(words, subject);
    return before !== undefined && (id !== undefined || before !== subject);
  };

  const learn = (event: E): void => {
    if (!kind.items || (kind.items.foreignOnly && event.id !== undefined && isOwnId(event.id))) return;
    const item = kind.items.of(event);
    if (event.type === 'deleted') {
      if (learnt.has(item)) forget(item); // a named item stays: it may be created again
    } else if (!knows(item)) {
      if (!isWide()) know(item);
      const [oldest] = learnt.add(item);
      if (learnt.size > MAX_LEARNT && oldest !== undefined) forget(oldest);
    }
  };

  const know = (item: string): void => {
    if (!items.has(item)) items.set(item, subscribe(kind.items?.subscribeTo(item) ?? []));
  };

  const forget = (item: string): void => {
    for (const subscription of items.get(item) ?? []) {
      subscription.unsubscribe();
      own.delete(subscription.subject);
    }
    items.delete(item);
    learnt.delete(item);
  };

  const isWide = () => wide.size > 0 && wide.size === patterns.length;

  const joinWide = ({ join, select }: NonNullable<typeof kind.wide>, pattern: string) =>
    join(client, pattern, {
      owns: (subject) => own.has(subject),
      take: (data, message) => receive(data, message, (each) => select(each, scope, message, knows)),
      turned(isOn) {
        if (isOn) wide.add(pattern);
        else if (wide.delete(pattern)) for (const item of learnt) know(item);
      },
    });

  try {
    subscriptions.push(...subscribe(kind.subscribeTo(scope)));
    named.forEach(know);
    for (const pattern of patterns) if (kind.wide) leaveWide.push(joinWide(kind.wide, pattern));
  } catch (error) {
    unsubscribe();
    throw error;
  }

  return (fn) => {
    const remove = listeners.on('event', fn);
    return () => {
      remove();
      if (listeners.has('event')) return;
      ended();
      unsubscribe();
    };
  };
}
