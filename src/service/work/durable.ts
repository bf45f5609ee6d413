/**
 * Durable jobs: kept by the server until a worker has confirmed that they are done. While a job runs its worker gives a
 * sign of life; where none is confirmed for the ack wait, the server gives the job to another, and this worker must not
 * say that it finished it. At-least-once, then: a handler whose worker was cut off has worked in vain.
 */
import type { Bus, BusMessage } from '../../bus/bus.js';
import { type Clock, every } from '../../clock.js';
import { ConnectionClosedError, JobError, SlateError } from '../../errors.js';
import { DEAD_ROOM, type DeliveryInfo, JetStream, nanos, readDelivery } from '../../jetstream/jetstream.js';
import { Puller } from '../../jetstream/puller.js';
import { DEAD_PREFIX } from '../../protocol/subjects.js';
import { type Envelope, ID_HEADER, openEnvelope } from './jobs.js';
import type { Delivery, Settled, Source } from './source.js';

/** The lease as the worker counts it is shorter than the server's, by what a message may have been under way. */
const LEASE_PART = 0.9;
const SIGNS_A_LEASE = 4;
const ACK_TIMEOUT_MS = 2000;
const RETRY_MS = 250;
const LONGEST_DELAY_MS = 60_000;
const MAX_REASON = 1000;

export interface DurableOptions {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly subject: string;
  readonly queue: string;
  readonly ackWaitMs: number | undefined;
  readonly attempts: number;
  readonly retryDelayMs: number;
  readonly replicas: number;
}

export class DurableSource implements Source {
  readonly closed: Promise<SlateError | undefined>;
  readonly #options: DurableOptions;
  readonly #jetstream: JetStream;
  readonly #puller: Puller;
  #ackWaitMs = 0;
  #deliver: (delivery: Delivery) => void = () => undefined;
  #close: (error?: SlateError) => void = () => undefined;
  #stop: () => void = () => undefined;
  readonly #stopped: Promise<void>;
  #told = '';

  constructor(options: DurableOptions) {
    const { bus, clock, subject, queue } = options;
    this.#options = options;
    this.#jetstream = new JetStream(bus, clock);
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
    this.#stopped = new Promise((resolve) => {
      this.#stop = resolve;
    });
    this.#puller = new Puller({
      jetstream: this.#jetstream,
      clock,
      ensure: async () => {
        const stream = await this.#jetstream.workStream(subject, options.replicas);
        this.#ackWaitMs = await this.#jetstream.queue(stream, subject, queue, options.ackWaitMs);
        await this.#jetstream.deadStream(options.replicas);
        this.#told = '';
        return { stream, queue };
      },
      receive: (message) => this.#receive(message),
      trouble: (error) => this.#trouble(error as SlateError),
    });
    const stop = bus.on('status', (status) => {
      if (status.type !== 'closed') return;
      stop();
      this.#close(status.error);
    });
  }

  async start(deliver: (delivery: Delivery) => void): Promise<void> {
    this.#deliver = deliver;
    await Promise.race([whenConnected(this.#options.bus), this.#stopped]);
    await this.#puller.start();
  }

  want(): void {
    this.#puller.want();
  }

  async stop(): Promise<void> {
    this.#stop();
    await this.#puller.stop();
    this.#close();
  }

  /** The same trouble is told once. */
  #trouble(error: SlateError): void {
    if (this.#told === error.message) return;
    this.#told = error.message;
    this.#options.bus.report(error);
  }

  #receive(message: BusMessage): void {
    const info = readDelivery(message);
    if (!info) return;
    const envelope = openEnvelope(message);
    const lease = new Lease(this.#options, message, this.#ackWaitMs);
    const { attempts } = this.#options;
    const dead = `it was handed out ${attempts} times and never came to an end`; // its last worker died with it
    const delivery: Delivery = {
      envelope,
      attempt: info.count,
      last: info.count >= attempts,
      ...(info.count > attempts && { dead: new JobError(envelope.subject, envelope.id, 'failed', dead) }),
      hold: (lost) => lease.hold(lost),
      settle: (error) => this.#settle(message, envelope, info, lease, error),
    };
    this.#deliver(delivery);
  }

  async #settle(
    message: BusMessage,
    envelope: Envelope,
    info: DeliveryInfo,
    lease: Lease,
    error: JobError | undefined,
  ): Promise<Settled> {
    const { attempts, retryDelayMs } = this.#options;
    if (!error) return (await lease.answer('+ACK')) ? 'final' : 'lost';
    if (error.reason === 'lost') return 'lost';
    if (error.reason === 'stopped') return (await lease.answer('-NAK')) ? 'again' : 'lost';
    if (error.reason === 'failed' && info.count < attempts) {
      const delay = nanos(Math.min(LONGEST_DELAY_MS, retryDelayMs * 2 ** (info.count - 1)));
      return (await lease.answer(`-NAK ${JSON.stringify({ delay })}`)) ? 'again' : 'lost';
    }
    if (error.reason !== 'cancelled' && !(await this.#bury(message, envelope, info, lease, error))) return 'lost';
    return (await lease.answer('+TERM')) ? 'final' : 'lost';
  }

  /**
   * To the dead letters, whole and with the reason; once, though this be tried again. Where both do not fit into one message
   * (others than `enqueue` leave no room), the job alone: a job that cannot be buried would come back for ever.
   */
  #bury(message: BusMessage, envelope: Envelope, info: DeliveryInfo, lease: Lease, error: JobError): Promise<boolean> {
    const headers = {
      [ID_HEADER]: `${info.stream}.${info.seq}.${info.stored}`,
      'Slate-Job': oneLine(envelope.id),
      'Slate-Reason': oneLine(error.detail),
      'Slate-Attempts': String(Math.min(info.count, this.#options.attempts)),
    };
    const { bus, replicas } = this.#options;
    const fits = message.data.length <= bus.maxPayload - DEAD_ROOM;
    return lease.until(async () => {
      await this.#jetstream.deadStream(replicas);
      await this.#jetstream.store(`${DEAD_PREFIX}${message.subject}`, message.data, fits ? headers : undefined);
    });
  }
}

/** Our right to a job, as long as the server has heard of us. */
class Lease {
  readonly #options: DurableOptions;
  readonly #message: BusMessage;
  readonly #lengthMs: number;
  /** When the last sign of life was sent that the server confirmed. */
  #heardAt: number;

  constructor(options: DurableOptions, message: BusMessage, ackWaitMs: number) {
    this.#options = options;
    this.#message = message;
    this.#lengthMs = ackWaitMs * LEASE_PART;
    this.#heardAt = options.clock.now();
  }

  get lost(): boolean {
    const { bus, clock } = this.#options;
    return bus.status.type === 'closed' || clock.now() - this.#heardAt > this.#lengthMs;
  }

  hold(lost: () => void): () => void {
    const { clock } = this.#options;
    const interval = this.#lengthMs / SIGNS_A_LEASE;
    return every(clock, interval, () => {
      if (this.lost) lost();
      else void this.#sign(interval);
    });
  }

  /** Sends an acknowledgement until the server has confirmed it; false where the lease ran out before. */
  answer(ack: string): Promise<boolean> {
    return this.until(() => this.#send(ack, ACK_TIMEOUT_MS));
  }

  /** Tries while we have the lease; false when it ran out. */
  async until(fn: () => Promise<unknown>): Promise<boolean> {
    const { bus, clock } = this.#options;
    let last: unknown;
    while (!this.lost) {
      try {
        await fn();
        return true;
      } catch (error) {
        last = error; // no connection, no answer: that may change
        await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve));
      }
    }
    if (last instanceof SlateError) bus.report(last);
    return false;
  }

  async #sign(timeoutMs: number): Promise<void> {
    const at = this.#options.clock.now();
    try {
      await this.#send('+WPI', timeoutMs);
      this.#heardAt = at;
    } catch {
      return; // not heard: the lease says what that means
    }
  }

  #send(ack: string, timeoutMs: number): Promise<BusMessage> {
    return this.#options.bus.request(this.#message.reply ?? '', new TextEncoder().encode(ack), timeoutMs);
  }
}

/** Resolves when there is a connection; rejects when there will be none. */
export function whenConnected(bus: Bus): Promise<void> {
  return new Promise((resolve, reject) => {
    let stop = () => undefined as unknown;
    const look = (status = bus.status) => {
      if (status.type === 'closed') reject(status.error ?? new ConnectionClosedError());
      else if (status.type === 'connected') resolve();
      else return;
      stop();
    };
    stop = bus.on('status', look);
    look();
  });
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').slice(0, MAX_REASON);
}
