/**
 * A worker's right to the durable job that it runs. Heartbeats renew it. When the server has confirmed none for the ack
 * wait, it gives the job to another worker, and this one must not report it as done.
 */
import type { Bus, BusMessage } from '../../bus/bus.js';
import { type Clock, delay, every } from '../../clock.js';
import { SlateError } from '../../errors.js';
import { type Ack, acknowledge } from '../../jetstream/delivery.js';

/** The worker counts its lease shorter than the server does, by the time that a message may have been on its way. */
const SAFE_PART = 0.9;
const HEARTBEATS_PER_LEASE = 4;
const ACK_TIMEOUT_MS = 2000;
const RETRY_MS = 250;

export class Lease {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #message: BusMessage;
  readonly #lengthMs: number;
  /** When the last heartbeat that the server confirmed was sent. */
  #renewedAt: number;

  constructor(bus: Bus, clock: Clock, message: BusMessage, ackWaitMs: number) {
    this.#bus = bus;
    this.#clock = clock;
    this.#message = message;
    this.#lengthMs = ackWaitMs * SAFE_PART;
    this.#renewedAt = clock.now();
  }

  get lost(): boolean {
    return this.#bus.status.type === 'closed' || this.#clock.now() - this.#renewedAt > this.#lengthMs;
  }

  /** Sends heartbeats until the returned function is called; calls `onLost` when the lease has run out. */
  keep(onLost: () => void): () => void {
    const interval = this.#lengthMs / HEARTBEATS_PER_LEASE;
    return every(this.#clock, interval, () => {
      if (this.lost) onLost();
      else void this.#heartbeat(interval);
    });
  }

  /** Sends an acknowledgement until the server has confirmed it; false where the lease ran out before. */
  acknowledge(ack: Ack): Promise<boolean> {
    return this.retry(() => acknowledge(this.#bus, this.#message, ack, ACK_TIMEOUT_MS));
  }

  /** Calls `fn` until it succeeds; false where the lease ran out before. The last error is then reported to the bus. */
  async retry(fn: () => Promise<void>): Promise<boolean> {
    let last: unknown;
    while (!this.lost) {
      try {
        await fn();
        return true;
      } catch (error) {
        last = error; // no connection or no answer: that may change
        await delay(this.#clock, RETRY_MS);
      }
    }
    if (last instanceof SlateError) this.#bus.report(last);
    return false;
  }

  async #heartbeat(timeoutMs: number): Promise<void> {
    const at = this.#clock.now();
    try {
      await acknowledge(this.#bus, this.#message, '+WPI', timeoutMs);
      this.#renewedAt = at;
    } catch {
      return; // not confirmed: the lease is not renewed
    }
  }
}
