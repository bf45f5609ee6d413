/** How a second line takes the place of the first without a gap (V10), step by step, each by the server's word. */
import { type Clock, delay } from '../../clock.js';
import { nextTask } from '../../next-task.js';
import type { BusMessage } from '../bus.js';
import type { Subscription } from '../subscription.js';
import { Copies } from './copies.js';
import type { NatsLine } from './nats-line.js';

/**
 * How long both lines subscribe, in milliseconds: the servers of a cluster need a moment to tell each other of a
 * subscription, and a copy may come so much later than the other.
 */
export const OVERLAP_MS = 500;

export class Takeover {
  readonly copies: Copies;
  /** True from the moment in which the old line unsubscribes, until the new one counts: nothing is published. */
  isHolding = false;
  /** True once the old line has unsubscribed. */
  hasDrained = false;
  /** True once the new line counts. */
  isOver = false;
  /** Resolves when the new line counts, or the takeover was called off. */
  readonly settled: Promise<void>;
  readonly #outgoing: ((line: NatsLine) => void)[] = [];
  readonly #calledOff: Promise<never>;
  #added = 0;
  #settle: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(
    readonly old: NatsLine,
    readonly next: NatsLine,
    deliver: (subscription: Subscription, message: BusMessage) => void,
  ) {
    this.copies = new Copies(deliver);
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#calledOff = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.#calledOff.catch(() => undefined); // `run` tells, where it waits
  }

  /** Resolves when the old line brings nothing more. Rejects when one of the lines is lost meanwhile. */
  async run(clock: Clock, subscriptions: Iterable<Subscription>): Promise<void> {
    const { old, next, copies } = this;
    for (const subscription of subscriptions) next.add(subscription);
    await this.#unlessCalledOff(next.connection.flush());
    const counted = [
      old.connection.flush().then(() => copies.beginOld()),
      next.connection.flush().then(() => copies.beginNew()),
    ];
    await this.#unlessCalledOff(Promise.all(counted));
    await this.#unlessCalledOff(delay(clock, OVERLAP_MS));
    for (let known = -1; known !== this.#added; ) {
      known = this.#added;
      await this.#unlessCalledOff(next.connection.flush());
    }
    this.isHolding = this.hasDrained = true;
    copies.hold();
    await this.#unlessCalledOff(old.drainAll());
    await this.#unlessCalledOff(nextTask()); // what the server said before its answer arrives promises later
  }

  add(subscription: Subscription): void {
    this.#added++;
    if (!this.isHolding) this.old.add(subscription); // until then the old line publishes, and may ask for an answer
    this.next.add(subscription);
  }

  /** Publishes on the old line; while that unsubscribes, as soon as it is known which line counts. */
  publish(publish: (line: NatsLine) => void): void {
    if (this.isHolding) this.#outgoing.push(publish);
    else publish(this.old);
  }

  /** The new line counts. */
  finish(): void {
    this.isOver = true;
    this.#end(this.next, 'the other line took over');
    this.copies.release();
  }

  /** The old line goes on. */
  callOff(error: unknown): void {
    this.#end(this.old, error);
  }

  #end(line: NatsLine, reason: unknown): void {
    this.isHolding = false;
    this.#reject(reason);
    for (const publish of this.#outgoing.splice(0)) publish(line);
    this.#settle();
  }

  #unlessCalledOff<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#calledOff]);
  }
}
