/**
 * Wide subscriptions: patterns on which the events of a whole deployment arrive, those for this listener among them. A
 * program that follows the bus document publishes the change of a file by the id of the file alone, so only a wildcard
 * receives it before the listener has heard of that file. All feeds of a client share one subscription for each
 * pattern. It costs what is published there, so it is kept only while that is little, and feeds never depend on it: a
 * server may forbid it.
 */
import type { BusMessage } from '../bus/bus.js';
import { type Sparing, sparing } from '../bus/sparing.js';
import { ProtocolError, type SlateError } from '../errors.js';
import { type Client, read } from '../messaging/client.js';

/** How many messages a second for others a pattern may carry. */
export const MAX_FOR_OTHERS = 200;

/** A feed, as a wide subscription sees it. */
export interface Taker {
  /** True for a subject to which the feed subscribes itself: what comes there is not offered to it again. */
  owns(subject: string): boolean;
  /** False where the message holds nothing for this feed. `data` is shared: it must not be changed. */
  take(data: unknown, message: BusMessage): boolean;
  /** The subscription began or ended. */
  turned(isOn: boolean): void;
}

/** Adds a feed. Returns a function that removes it. */
type Join = (taker: Taker) => () => void;

const opened = /* @__PURE__ */ new WeakMap<Client, Map<string, Join>>();

/** Adds a feed to the wide subscription to `pattern`. Returns a function that removes it. Throws as `Bus.subscribe`. */
export function joinWide(client: Client, pattern: string, taker: Taker): () => void {
  const all = opened.get(client) ?? new Map<string, Join>();
  opened.set(client, all);
  const join = all.get(pattern) ?? wide(client, pattern, () => all.delete(pattern));
  all.set(pattern, join);
  return join(taker);
}

/** `ended`: it has no feeds any more, and nothing to remember. */
function wide(client: Client, pattern: string, ended: () => void): Join {
  const { bus } = client;
  const takers = new Set<Taker>();
  let source: Sparing | undefined;
  let isOn = false;
  let isReported = false;
  /** The connection on which the server forbade the pattern; another one may allow it. */
  let forbiddenOn = -1;

  const connection = () => (bus.status.type === 'connected' ? bus.status.reconnects : -1);

  const turn = (to: boolean): void => {
    isOn = to;
    for (const taker of [...takers]) taker.turned(to);
  };

  const receive = (message: BusMessage): void => {
    const { subject } = message;
    const others = [...takers].filter((taker) => !taker.owns(subject));
    let isWanted = others.length < takers.size;
    try {
      if (others.length > 0 && !client.naming?.skips(message, pattern)) {
        const data = read(message);
        for (const taker of others) if (taker.take(data, message)) isWanted = true;
      }
    } catch (error) {
      bus.report(error as SlateError);
    }
    if (!isWanted) source?.forOthers();
  };

  const subscribe = (): (() => void) => {
    if (client.closed) return () => undefined; // closed during a pause
    const subscription = client.subscribeUnshared(pattern, receive);
    void subscription.closed.then((error) => {
      if (!error || bus.status.type === 'closed') return;
      forbiddenOn = connection(); // the bus has reported it
      source = undefined;
      turn(false);
    });
    turn(true);
    return () => subscription.unsubscribe();
  };

  const paused = (): void => {
    turn(false);
    if (isReported) return;
    isReported = true;
    const error = new ProtocolError(
      'limit',
      `over ${MAX_FOR_OTHERS} messages a second on "${pattern}" are for others; it unsubscribes for 30 s each time`,
    );
    error.subject = pattern;
    bus.report(error);
  };

  return (taker) => {
    if (!source && (forbiddenOn < 0 || forbiddenOn !== connection())) {
      source = sparing(bus.clock, MAX_FOR_OTHERS, subscribe, paused);
    }
    takers.add(taker);
    if (isOn) taker.turned(true);
    return () => {
      takers.delete(taker);
      if (takers.size > 0) return;
      source?.stop();
      source = undefined;
      isOn = false;
      if (forbiddenOn < 0 && !isReported) ended();
    };
  };
}
