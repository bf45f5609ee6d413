/**
 * Durable jobs: the server keeps each one until a worker has confirmed that it is done. Jobs are delivered at least
 * once: when a worker loses its connection while it works, another worker does the job again.
 */
import type { BusMessage } from '../../bus/bus.js';
import { whenConnected } from '../../bus/when-connected.js';
import type { SlateError } from '../../errors.js';
import type { ConsumerName } from '../../jetstream/consumers.js';
import { readDelivery } from '../../jetstream/delivery.js';
import { Puller } from '../../jetstream/puller.js';
import { ensureDeadLetters } from './dead-letters.js';
import { type DeliveryOptions, DurableDelivery } from './durable-delivery.js';
import type { Delivery, Source } from './source.js';
import { ensureConsumer, ensureWorkQueue } from './work-queue.js';

export interface DurableOptions extends DeliveryOptions {
  readonly subject: string;
  readonly queue: string;
  /** `undefined`: as the queue has it, or 30 000 where this worker creates it. */
  readonly ackWaitMs: number | undefined;
}

export class DurableSource implements Source {
  readonly closed: Promise<SlateError | undefined>;
  readonly #options: DurableOptions;
  readonly #puller: Puller;
  readonly #stopping = new AbortController();
  readonly #unsubscribe: () => void;
  #ackWaitMs = 0;
  #deliver: (delivery: Delivery) => void = () => undefined;
  #close: (error?: SlateError) => void = () => undefined;
  /** The message of the last error that was reported. */
  #reported = '';

  constructor(options: DurableOptions) {
    const { bus, clock } = options;
    this.#options = options;
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
    this.#puller = new Puller({
      bus,
      clock,
      ensure: () => this.#ensure(),
      receive: (message) => this.#receive(message),
      failed: (error) => this.#report(error as SlateError),
    });
    this.#unsubscribe = bus.on('status', (status) => {
      if (status.type === 'closed') this.#close(status.error);
    });
  }

  async start(deliver: (delivery: Delivery) => void): Promise<void> {
    this.#deliver = deliver;
    const { signal } = this.#stopping;
    try {
      await whenConnected(this.#options.bus, { signal });
    } catch (error) {
      if (error !== signal.reason) throw error; // else the worker was stopped before there was a connection
    }
    await this.#puller.start();
  }

  request(): void {
    this.#puller.request();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#puller.stop();
    this.#unsubscribe();
    this.#close();
  }

  async #ensure(): Promise<ConsumerName> {
    const { bus, subject, queue, replicas, ackWaitMs } = this.#options;
    const name = { stream: await ensureWorkQueue(bus, subject, replicas), consumer: queue };
    this.#ackWaitMs = await ensureConsumer(bus, name, subject, ackWaitMs);
    await ensureDeadLetters(bus, replicas);
    this.#reported = '';
    return name;
  }

  /** Reports the same error once, until the queue works again. */
  #report(error: SlateError): void {
    if (this.#reported === error.message) return;
    this.#reported = error.message;
    this.#options.bus.report(error);
  }

  #receive(message: BusMessage): void {
    const info = readDelivery(message);
    if (info) this.#deliver(new DurableDelivery(this.#options, message, info, this.#ackWaitMs));
  }
}
