/**
 * Plain jobs: a queue group of core NATS. The server hands each job to one member, whether it has a place or not, and keeps
 * no copy: what a process holds dies with it. Jobs that must not be lost are durable ones.
 */
import type { Bus, BusMessage, BusSubscription } from '../../bus/bus.js';
import type { SlateError } from '../../errors.js';
import { whenConfirmed } from '../../messaging/shared-subscriptions.js';
import { openEnvelope } from './jobs.js';
import type { Delivery, Source } from './source.js';

export class PlainSource implements Source {
  readonly closed: Promise<SlateError | undefined>;
  readonly #bus: Bus;
  readonly #subscription: BusSubscription;
  #deliver: (delivery: Delivery) => void = () => undefined;

  /** Listens from here on, so that nothing sent afterwards on the same connection is missed. */
  constructor(bus: Bus, subject: string, queue: string) {
    this.#bus = bus;
    this.#subscription = bus.subscribe(subject, (message) => this.#receive(message), { queue });
    this.closed = this.#subscription.closed;
  }

  start(deliver: (delivery: Delivery) => void): Promise<void> {
    this.#deliver = deliver;
    return whenConfirmed(this.#bus, this.#subscription);
  }

  want(): void {
    return; // the server does not wait to be asked
  }

  async stop(): Promise<void> {
    await this.#subscription.drain(); // the server has given us what is on its way, and nobody else
  }

  #receive(message: BusMessage): void {
    this.#deliver({
      envelope: openEnvelope(message),
      attempt: 1,
      hold: () => () => undefined,
      settle: async () => 'final',
    });
  }
}
