/**
 * A bus in process, for tests and for users' tests: the hub (the "server") of any number of clients, with the rules of
 * NATS: wildcards, queue groups, no responders, echo, lost messages while offline. Never on the way of a real user's
 * data. Everything that waits runs on the given clock, so a virtual one works.
 */
import { type Clock, type Random, systemClock } from '../../clock.js';
import { DEFAULT_MAX_PAYLOAD } from '../base-bus.js';
import type { PublishOptions } from '../bus.js';
import { matches } from '../subject.js';
import type { Subscription } from '../subscription.js';
import { MemoryBus } from './memory-bus.js';

/** One message on its way from a client to one subscription of another (or of the same). */
export interface Delivery {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly reply: string | undefined;
  readonly headers?: PublishOptions['headers'];
  /** True for the hub's own "nobody listens". */
  readonly noResponders: boolean;
  readonly from: MemoryBus;
  readonly to: MemoryBus;
}

export interface MemoryHubOptions {
  readonly clock?: Clock;
  /** Chooses the member of a queue group and makes inbox names. */
  readonly random?: Random;
  /** Bytes; 1 MiB where not given. */
  readonly maxPayload?: number;
  /**
   * The network between hub and client: `send` delivers; never called the message is lost, twice it is doubled,
   * later (`clock.after(60, send)`) it is late. Called at once it delivers on the next microtask, later it delivers there
   * and then. What the client lost its connection for in between is lost.
   */
  readonly deliver?: (delivery: Delivery, send: () => void) => void;
  /** Permissions: false makes the operation fail as on a server that forbids it. */
  readonly permits?: (operation: 'publish' | 'subscribe', subject: string, bus: MemoryBus) => boolean;
}

/** A subscription of a client that is online. @internal */
export interface Carried {
  readonly bus: MemoryBus;
  readonly subscription: Subscription;
}

/** The server. Clients come from `connect()`. */
export class MemoryHub {
  readonly clock: Clock;
  readonly random: Random;
  readonly maxPayload: number;
  readonly #options: MemoryHubOptions;
  readonly #clients = new Set<MemoryBus>();
  readonly #exact = new Map<string, Set<Carried>>();
  readonly #wild = new Set<Carried>();
  #queue: (() => void)[] = [];
  #up = true;

  constructor(options: MemoryHubOptions = {}) {
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? seededRandom(1);
    this.maxPayload = options.maxPayload ?? DEFAULT_MAX_PAYLOAD;
    this.#options = options;
  }

  /** A new client: connected at once, or `connecting` until `restore()` where the hub is down. */
  connect(): MemoryBus {
    const bus = new MemoryBus(this);
    this.#clients.add(bus);
    if (this.#up) bus.reconnect();
    return bus;
  }

  /** The server goes away: every client loses its connection and keeps trying until `restore()`. */
  drop(): void {
    this.#up = false;
    for (const bus of [...this.#clients]) bus.disconnect();
  }

  /** The server is back: every client that had not been closed or killed is connected again. */
  restore(): void {
    this.#up = true;
    for (const bus of [...this.#clients]) bus.reconnect();
  }

  /**
   * The client's process dies without a word: nothing it publishes leaves, nothing reaches it, its subscriptions are gone
   * (a probe gets "no responders"), and it sees no event of it.
   */
  kill(bus: MemoryBus): void {
    bus.die();
    this.leave(bus);
  }

  /** True while the server is there. */
  get up(): boolean {
    return this.#up;
  }

  /** Every client that was neither closed nor killed, in the order they came. */
  get clients(): readonly MemoryBus[] {
    return [...this.#clients];
  }

  /** @internal */
  leave(bus: MemoryBus): void {
    this.#clients.delete(bus);
  }

  /** @internal */
  permits(operation: 'publish' | 'subscribe', subject: string, bus: MemoryBus): boolean {
    return this.#options.permits?.(operation, subject, bus) ?? true;
  }

  /** @internal */
  add(carried: Carried): void {
    const { subject } = carried.subscription;
    if (/[*>]/.test(subject)) {
      this.#wild.add(carried);
      return;
    }
    const set = this.#exact.get(subject) ?? new Set();
    this.#exact.set(subject, set.add(carried));
  }

  /** @internal */
  remove(carried: Carried): void {
    this.#wild.delete(carried);
    const set = this.#exact.get(carried.subscription.subject);
    if (set?.delete(carried) && set.size === 0) this.#exact.delete(carried.subscription.subject);
  }

  /** @internal Routes one publish: every plain subscription that matches, and one member of each queue group. */
  route(from: MemoryBus, subject: string, data: Uint8Array, { reply, headers }: PublishOptions): void {
    const message = { subject, data, reply, headers, noResponders: false, from };
    const groups = new Map<string, Carried[]>();
    let heard = false;
    for (const carried of this.#matching(subject)) {
      heard = true;
      const { queue } = carried.subscription;
      if (queue === undefined) this.#dispatch({ ...message, to: carried.bus }, carried);
      else groups.set(queue, [...(groups.get(queue) ?? []), carried]);
    }
    for (const members of groups.values()) {
      const chosen = members[Math.floor(this.random() * members.length)];
      if (chosen) this.#dispatch({ ...message, to: chosen.bus }, chosen);
    }
    if (heard || reply === undefined) return;
    const own = this.#matching(reply).find((carried) => carried.bus === from);
    const none = { subject: reply, data: new Uint8Array(0), reply: undefined, noResponders: true, from, to: from };
    if (own) this.#dispatch(none, own);
  }

  /** @internal Runs `fn` after everything that is on its way now has been delivered. */
  later(fn: () => void): void {
    if (this.#queue.push(fn) > 1) return;
    queueMicrotask(() => {
      const batch = this.#queue;
      this.#queue = [];
      for (const run of batch) run();
    });
  }

  #matching(subject: string): Carried[] {
    const found = [...(this.#exact.get(subject) ?? [])];
    for (const carried of this.#wild) if (matches(carried.subscription.subject, subject)) found.push(carried);
    return found;
  }

  #dispatch(delivery: Delivery, { bus, subscription }: Carried): void {
    const { connection } = bus;
    const arrive = () => {
      if (bus.connection === connection) bus.receive(subscription, delivery);
    };
    const { deliver } = this.#options;
    if (!deliver) {
      this.later(arrive);
      return;
    }
    let publishing = true;
    deliver(delivery, () => (publishing ? this.later(arrive) : arrive()));
    publishing = false;
  }
}

/** A small repeatable generator (mulberry32), so that a test that did not choose its chance can be run again. */
function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
