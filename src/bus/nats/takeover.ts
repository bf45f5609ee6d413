/**
 * How a second line takes the place of the first without a gap (V10), step by step, each by the server's word. Until
 * it is over, the takeover is the line of the bus, and both lines tell it what they receive.
 */
import { delay } from '../../clock.js';
import { ConnectionClosedError, NotConnectedError } from '../../errors.js';
import { nextTask } from '../../next-task.js';
import type { PublishOptions } from '../bus.js';
import type { Subscription } from '../subscription.js';
import { Copies } from './copies.js';
import type { NatsBus } from './nats-bus.js';
import type { NatsConnectionLike, NatsMessageLike } from './nats-connection.js';
import { natsError } from './nats-errors.js';
import { type Line, type LineOwner, NatsLine } from './nats-line.js';
import type { NatsLink } from './nats-link.js';
import { NatsMessage } from './nats-message.js';
import type { NatsStatus } from './nats-status.js';

/**
 * How long both lines subscribe, in milliseconds: the servers of a cluster need a moment to tell each other of a
 * subscription, and a copy may come so much later than the other.
 */
const OVERLAP_MS = 500;

/**
 * Puts another connection in the place of that of the bus, and nobody notices. Resolves when that is done, and the
 * other connection counts. Rejects where one of them is lost before; the other then counts, and the first goes on if
 * it is there.
 */
export async function takeOver(bus: NatsBus, connection: NatsConnectionLike, link: NatsLink): Promise<void> {
  const { line, status } = bus;
  if (!(line instanceof NatsLine) || status.type !== 'connected') {
    await connection.close();
    link.close();
    throw new NotConnectedError(status.type);
  }
  await new Takeover(bus, line, connection, link).run();
}

class Takeover implements Line, LineOwner {
  readonly #bus: NatsBus;
  readonly #old: NatsLine;
  readonly #next: NatsLine;
  readonly #copies: Copies;
  /** `over`: the new line counts. `off`: the old one goes on. */
  #state: 'pending' | 'over' | 'off' = 'pending';
  /** True from the moment in which the old line unsubscribes, until the new one counts: nothing is published. */
  #isHolding = false;
  /** Resolves when it is known which line counts. */
  readonly #settled: Promise<void>;
  readonly #outgoing: ((line: NatsLine) => void)[] = [];
  readonly #calledOff: Promise<never>;
  #added = 0;
  #settle: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(bus: NatsBus, old: NatsLine, connection: NatsConnectionLike, link: NatsLink) {
    this.#bus = bus;
    this.#old = old;
    this.#next = new NatsLine(connection, link, this);
    this.#copies = new Copies((subscription, message) => bus.deliver(subscription, message));
    this.#settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#calledOff = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.#calledOff.catch(() => undefined); // `run` tells, where it waits
  }

  get connection(): NatsConnectionLike {
    return this.#counting.connection;
  }

  get link(): NatsLink | undefined {
    return this.#counting.link;
  }

  get server(): string {
    return this.#counting.server;
  }

  async run(): Promise<void> {
    const bus = this.#bus;
    this.#old.owner = this;
    bus.use(this);
    try {
      await this.#drainOld();
      this.#finish();
    } catch (error) {
      this.#callOff(error);
    }
    if (!this.#isOver) await this.#calledOff;
    await delay(bus.clock, OVERLAP_MS); // for copies that come late
    this.#next.owner = bus;
  }

  /** Resolves when the old line brings nothing more. Rejects when one of the lines is lost meanwhile. */
  async #drainOld(): Promise<void> {
    const [old, next, copies] = [this.#old, this.#next, this.#copies];
    await this.#unlessCalledOff(next.flush());
    const counted = [old.flush().then(() => copies.beginOld()), next.flush().then(() => copies.beginNew())];
    await this.#unlessCalledOff(Promise.all(counted));
    await this.#unlessCalledOff(delay(this.#bus.clock, OVERLAP_MS));
    for (let known = -1; known !== this.#added; ) {
      known = this.#added;
      await this.#unlessCalledOff(next.flush());
    }
    this.#isHolding = true;
    copies.hold();
    await this.#unlessCalledOff(old.drainAll());
    await this.#unlessCalledOff(nextTask()); // what the server said before its answer arrives promises later
  }

  add(subscription: Subscription): void {
    this.#added++;
    if (!this.#isHolding) this.#old.add(subscription); // until then the old line publishes, and may ask for an answer
    this.#next.add(subscription);
  }

  remove(subscription: Subscription): void {
    this.#old.remove(subscription);
    this.#next.remove(subscription);
  }

  async drain(subscription: Subscription): Promise<void> {
    await this.#whichLine();
    const lines = this.#isPending ? [this.#old, this.#next] : [this.#counting];
    await Promise.all(lines.map((line) => line.drain(subscription)));
  }

  async flush(): Promise<void> {
    await this.#whichLine();
    await this.#counting.flush();
  }

  /** Publishes on the old line; while that unsubscribes, as soon as it is known which line counts. */
  publish(subject: string, data: Uint8Array, options: PublishOptions, head: Uint8Array | undefined): void {
    const publish = (line: NatsLine) => line.publish(subject, data, options, head);
    if (this.#isHolding) this.#outgoing.push(publish);
    else publish(this.#counting);
  }

  /** The bus is closed. */
  async close(): Promise<void> {
    this.#callOff(new ConnectionClosedError());
    await Promise.all([this.#old.close(), this.#next.close()]);
  }

  received(line: NatsLine, subscription: Subscription, native: NatsMessageLike): void {
    const message = new NatsMessage(native, native.data, this.#bus);
    if (line === this.#old) this.#copies.old(subscription, message);
    else if (this.#state !== 'off') this.#copies.new(subscription, message);
  }

  faulted(subscription: Subscription, fault: Error): void {
    this.#bus.faulted(subscription, fault);
  }

  closed(line: NatsLine, fault: unknown): void {
    if (line === this.#counting) this.#bus.closed(line, fault);
    else if (line === this.#next) this.#callOff(natsError(fault, [line.server]));
  }

  statusChanged(line: NatsLine, status: NatsStatus): void {
    const isLoss = status.type === 'disconnect';
    if (line === this.#counting || status.type === 'error') this.#bus.statusChanged(line, status);
    else if (isLoss && line === this.#next) this.#callOff(new NotConnectedError('reconnecting'));
    if (isLoss && line === this.#old) this.#finish(); // at least the next line is there
  }

  /** The line that counts. */
  get #counting(): NatsLine {
    return this.#isOver ? this.#next : this.#old;
  }

  get #isPending(): boolean {
    return this.#state === 'pending';
  }

  get #isOver(): boolean {
    return this.#state === 'over';
  }

  /** Waits while what is published is held. */
  async #whichLine(): Promise<void> {
    if (this.#isHolding) await this.#settled;
  }

  /** The new line counts, and the old one goes. */
  #finish(): void {
    if (!this.#isPending) return;
    const [bus, next] = [this.#bus, this.#next];
    this.#state = 'over';
    bus.use(next);
    this.#end(next, new ConnectionClosedError());
    this.#copies.release();
    bus.statusChanged(next, { type: 'reconnect', fault: undefined });
    void this.#old.close();
  }

  /** The old line goes on. It may have unsubscribed: then it is as after a loss. */
  #callOff(reason: unknown): void {
    if (!this.#isPending) return;
    const [bus, old, hasDrained] = [this.#bus, this.#old, this.#isHolding];
    this.#state = 'off';
    old.owner = bus;
    void this.#next.close();
    this.#end(old, reason);
    if (bus.status.type === 'closed') return;
    if (hasDrained) bus.statusChanged(old, { type: 'disconnect', fault: undefined });
    bus.use(old);
    if (hasDrained) bus.statusChanged(old, { type: 'reconnect', fault: undefined });
  }

  #end(line: NatsLine, reason: unknown): void {
    this.#isHolding = false;
    this.#reject(reason);
    for (const publish of this.#outgoing.splice(0)) publish(line);
    this.#settle();
  }

  #unlessCalledOff<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#calledOff]);
  }
}
