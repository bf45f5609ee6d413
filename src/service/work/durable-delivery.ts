/**
 * One delivery of a durable job: how often it was tried, its lease, and how its end reaches the server and the dead
 * letters.
 */
import type { Bus, BusMessage } from '../../bus/bus.js';
import { isServersJson } from '../../bus/server-words.js';
import type { Clock } from '../../clock.js';
import { type DeliveryInfo, retryAfter } from '../../jetstream/delivery.js';
import { JobError } from '../errors.js';
import { ensureDeadLetters, storeDeadLetter } from './dead-letters.js';
import { type Envelope, openEnvelope } from './envelope.js';
import { Lease } from './lease.js';
import type { Delivery, Outcome } from './source.js';

const LONGEST_DELAY_MS = 60_000;

export interface DeliveryOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly attempts: number;
  readonly retryDelayMs: number;
  readonly replicas: number;
}

export class DurableDelivery implements Delivery {
  readonly envelope: Envelope;
  readonly attempt: number;
  readonly last: boolean;
  readonly dead: JobError | undefined;
  readonly #options: DeliveryOptions;
  readonly #message: BusMessage;
  readonly #info: DeliveryInfo;
  readonly #lease: Lease;

  constructor(options: DeliveryOptions, message: BusMessage, info: DeliveryInfo, ackWaitMs: number) {
    const { bus, clock, attempts } = options;
    this.#options = options;
    this.#message = message;
    this.#info = info;
    this.#lease = new Lease(bus, clock, message, ackWaitMs);
    this.envelope = openEnvelope(message);
    this.attempt = info.count;
    this.last = info.count >= attempts;
    const { subject, id } = this.envelope;
    const detail = isServersJson(message)
      ? 'it is no job: somebody had the server say it (V12)'
      : // One delivery too many means that the worker of the last attempt died during it.
        info.count > attempts && `it was delivered ${attempts} times, and no worker reported its end`;
    this.dead = detail ? new JobError(subject, id, 'failed', detail) : undefined;
  }

  begin(onLost: () => void): () => void {
    return this.#lease.keep(onLost);
  }

  async settle(error?: JobError): Promise<Outcome> {
    const lease = this.#lease;
    const { attempts, retryDelayMs } = this.#options;
    if (!error) return (await lease.acknowledge('+ACK')) ? 'final' : 'lost';
    if (error.reason === 'lost') return 'lost';
    if (error.reason === 'stopped') return (await lease.acknowledge('-NAK')) ? 'retry' : 'lost';
    if (error.reason === 'failed' && this.attempt < attempts) {
      const delayMs = Math.min(LONGEST_DELAY_MS, retryDelayMs * 2 ** (this.attempt - 1));
      return (await lease.acknowledge(retryAfter(delayMs))) ? 'retry' : 'lost';
    }
    if (error.reason !== 'cancelled' && !(await lease.retry(() => this.#bury(error)))) return 'lost';
    return (await lease.acknowledge('+TERM')) ? 'final' : 'lost';
  }

  async #bury(error: JobError): Promise<void> {
    const { bus, replicas } = this.#options;
    await ensureDeadLetters(bus, replicas);
    const attempts = Math.min(this.attempt, this.#options.attempts);
    const { id } = this.envelope;
    await storeDeadLetter(bus, { id, message: this.#message, delivery: this.#info, error, attempts });
  }
}
