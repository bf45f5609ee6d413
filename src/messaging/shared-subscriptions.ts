/**
 * One NATS subscription for all who want the same subject in the same queue: a message is received and read once, and
 * handed to each of them; in a queue group, to one of them in turn. The last to leave ends it. What is not JSON reaches
 * nobody and costs one `error` event.
 */

import type { Bus, BusMessage, BusStatus, BusSubscription } from '../bus/bus.js';
import { guarded } from '../emitter.js';
import { ConnectionClosedError, type SlateError } from '../errors.js';

/** `data`: the payload read as JSON, `undefined` for an empty one. All listeners share it: not to be changed. */
export type Listener = (data: unknown, message: BusMessage) => unknown;

/** True for a message that was never meant to be JSON: it is passed over, and is no error. */
export type IsBytes = (message: BusMessage) => boolean;

/** One listener's end of a shared subscription. */
export interface Listening extends BusSubscription {
  /**
   * Resolves when the server carries the subscription, or when it is known that no server is to be had now.
   * Rejects where the server forbids it or the connection is over. May be left alone.
   */
  readonly carried: Promise<void>;
}

class Member implements Listening {
  readonly closed: Promise<SlateError | undefined>;
  /** Settles `closed`. */
  end: (error?: SlateError) => void = () => undefined;

  constructor(
    readonly group: Group,
    readonly listener: Listener,
  ) {
    this.closed = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  get subject(): string {
    return this.group.subscription.subject;
  }

  get carried(): Promise<void> {
    return this.group.carried;
  }

  unsubscribe(): void {
    this.group.leave(this);
  }

  drain(): Promise<void> {
    return this.group.drain(this);
  }
}

class Group {
  readonly subscription: BusSubscription;
  readonly carried: Promise<void>;
  /** Never changed, only replaced: a message that is being handed out goes to those who were here when it came. */
  #members: readonly Member[] = [];

  constructor(
    readonly bus: Bus,
    readonly isBytes: IsBytes | undefined,
    subject: string,
    readonly queue: string | undefined,
    readonly ended: () => void,
  ) {
    const receive = (message: BusMessage) => this.#receive(message);
    this.subscription = bus.subscribe(subject, receive, queue === undefined ? undefined : { queue });
    this.carried = carried(bus, this.subscription);
    this.carried.catch(() => undefined); // told by the bus as an error event, too
    void this.subscription.closed.then((error) => {
      ended();
      for (const member of this.#members) member.end(error);
      this.#members = [];
    });
  }

  join(listener: Listener): Member {
    const member = new Member(this, listener);
    this.#members = [...this.#members, member];
    return member;
  }

  leave(member: Member): void {
    if (!this.#members.includes(member)) return;
    this.#members = this.#members.filter((each) => each !== member);
    member.end();
    if (this.#members.length > 0) return;
    this.ended();
    this.subscription.unsubscribe();
  }

  async drain(member: Member): Promise<void> {
    const last = () => this.#members.length === 1;
    if (!last()) await Promise.allSettled([this.bus.flush()]);
    if (!this.#members.includes(member)) return;
    if (last()) {
      this.ended(); // who comes now begins a new one
      await this.subscription.drain(); // also where the others left meanwhile: what was given to us nobody else has
    } else {
      this.leave(member);
    }
  }

  #receive(message: BusMessage): void {
    if (this.isBytes?.(message)) return;
    let data: unknown;
    try {
      if (message.data.length > 0) data = message.json();
    } catch (error) {
      this.bus.report(error as SlateError);
      return;
    }
    const members = this.queue === undefined ? this.#members : this.#next();
    for (const member of members) {
      const gone = this.#members !== members && !this.#members.includes(member); // an earlier one made it leave
      if (!gone) guarded(member.listener, data, message);
    }
  }

  /** The one whose turn it is. */
  #next(): readonly Member[] {
    const [first, ...others] = this.#members;
    if (!first) return [];
    this.#members = [...others, first];
    return [first];
  }
}

export class SharedSubscriptions {
  readonly #bus: Bus;
  readonly #isBytes: IsBytes | undefined;
  readonly #groups = new Map<string, Group>();

  constructor(bus: Bus, isBytes?: IsBytes) {
    this.#bus = bus;
    this.#isBytes = isBytes;
  }

  /** How many subscriptions they cost. */
  get size(): number {
    return this.#groups.size;
  }

  /** Throws as `Bus.subscribe` does. */
  listen(subject: string, listener: Listener, queue?: string): Listening {
    const key = queue === undefined ? subject : `${subject} ${queue}`;
    let group = this.#groups.get(key);
    if (!group) {
      const opened: Group = new Group(this.#bus, this.#isBytes, subject, queue, () => {
        if (this.#groups.get(key) === opened) this.#groups.delete(key);
      });
      this.#groups.set(key, opened);
      group = opened;
    }
    return group.join(listener);
  }

  /** Ends them all. */
  end(): void {
    for (const group of [...this.#groups.values()]) group.subscription.unsubscribe();
    this.#groups.clear();
  }
}

/** Resolves and rejects as said of {@link Listening}`.carried`. */
export function carried(bus: Bus, subscription: BusSubscription): Promise<void> {
  return new Promise((resolve, reject) => {
    let stop = () => undefined as unknown;
    void subscription.closed.then((error) => {
      stop();
      if (error) reject(error);
      else resolve();
    });
    const look = (status: BusStatus) => {
      if (status.type === 'closed') reject(status.error ?? new ConnectionClosedError());
      else if (status.type === 'connected') bus.flush().then(resolve, () => resolve());
      else if (status.type === 'connecting' && !status.error)
        return; // the first try is under way
      else resolve();
      stop();
    };
    stop = bus.on('status', look);
    look(bus.status);
  });
}
