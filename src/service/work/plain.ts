/**
 * Plain jobs: messages to a queue group of core NATS. The server hands each job to one worker, whether that has a free
 * slot or not, and keeps no copy: a job that waits in a process is lost with the process. Jobs that must not be lost
 * are durable ones.
 */
import type { Bus, BusMessage, BusSubscription } from '../../bus/bus.js';
import { isServersAlone } from '../../bus/server-words.js';
import type { SlateError } from '../../errors.js';
import { whenConfirmed } from '../../messaging/shared-subscriptions.js';
import { openEnvelope } from './envelope.js';
import type { Delivery, Source } from './source.js';

export class PlainSource implements Source {
  readonly closed: Promise<SlateError | undefined>;
  readonly #bus: Bus;
  readonly #subscription: BusSubscription;
  #deliver: (delivery: Delivery) => void = () => undefined;

  /** Subscribes at once, so that a job published afterwards on the same connection is not missed. */
  constructor(bus: Bus, subject: string, queue: string) {
    this.#bus = bus;
    const receive = (message: BusMessage) => {
      if (!isServersAlone(message, subject)) this.#receive(message); // nobody's job (V12)
    };
    this.#subscription = bus.subscribe(subject, receive, { queue });
    this.closed = this.#subscription.closed;
  }

  start(deliver: (delivery: Delivery) => void): Promise<void> {
    this.#deliver = deliver;
    return whenConfirmed(this.#bus, this.#subscription);
  }

  request(): void {
    return; // a queue group delivers without being asked
  }

  async stop(): Promise<void> {
    await this.#subscription.drain(); // jobs that are on their way were given to this worker and to no other
  }

  #receive(message: BusMessage): void {
    this.#deliver({
      envelope: openEnvelope(message),
      attempt: 1,
      begin: () => () => undefined,
      settle: async () => 'final',
    });
  }
}
