/**
 * The outbox: no publish is lost without its publisher being told. A NATS client drops what was written to a socket
 * that died unnoticed, and reports it as sent; here a publish counts as sent when the server has confirmed it. The
 * outbox sends in order, and uses no clock: it waits for the bus only.
 */
import type { Bus, BusStatus, Payload, PublishOptions } from '../bus/bus.js';
import { encodePayload } from '../bus/payload.js';
import { checkSubject } from '../bus/subject.js';
import { ConnectionClosedError, OutboxFullError, PermissionError, UnconfirmedError } from '../errors.js';
import { type Confirmations, confirmations } from './confirmations.js';
import { Held } from './held.js';
import { OUTBOX_LIMITS, type OutboxLimits, type WhenOffline } from './outbox-limits.js';
import { mayJoin, newParcel, type Parcel } from './parcel.js';

const DONE = /* @__PURE__ */ Promise.resolve();

export class Outbox {
  /** Messages that were dropped with `whenOffline: 'drop'`. */
  dropped = 0;
  readonly held: Held;
  readonly #bus: Bus;
  readonly #unconfirmed: Confirmations;
  readonly #unsubscribe: (() => void)[];
  /** Parcels that wait for a connection. */
  #waiting: Parcel[] = [];

  constructor(bus: Bus, limits: OutboxLimits = OUTBOX_LIMITS) {
    this.#bus = bus;
    this.held = new Held(limits);
    const confirmed = (parcel: Parcel) => {
      this.held.remove(parcel);
      parcel.resolve();
    };
    this.#unconfirmed = confirmations(bus, confirmed, () => this.#onLost());
    this.#unsubscribe = [
      bus.on('status', (status) => this.#onStatus(status)),
      bus.on('error', (error) => {
        if (error instanceof PermissionError && error.operation === 'publish') this.#onForbidden(error);
      }),
    ];
  }

  /**
   * Publishes to one or more subjects. The caller must not change bytes afterwards. Resolves when the server has
   * confirmed the message; with `drop`, at once. Rejects with {@link NotConnectedError}, {@link UnconfirmedError},
   * {@link OutboxFullError} and {@link PermissionError}, and with what `Bus.publish` throws. Consecutive publishes may
   * get the same promise.
   */
  publish(
    subjects: string | readonly string[],
    payload: Payload,
    whenOffline: WhenOffline,
    options?: PublishOptions,
  ): Promise<void> {
    const to = typeof subjects === 'string' ? [subjects] : subjects;
    try {
      return whenOffline === 'drop'
        ? this.#sendOrDrop(to, payload, options)
        : this.#sendOrHold(to, payload, whenOffline === 'queue', options);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /** Resolves when all that was written is confirmed, or the connection is lost. */
  settle(): Promise<void> {
    return this.#unconfirmed.settle();
  }

  /** Rejects everything that is held or unconfirmed. May be called more than once. */
  close(cause?: unknown): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const parcel of this.#unconfirmed.takeAll()) this.#refuse(parcel, unconfirmed(parcel));
    const error = new ConnectionClosedError(cause === undefined ? undefined : { cause });
    for (const parcel of this.#waiting.splice(0)) this.#refuse(parcel, error);
  }

  #sendOrDrop(subjects: readonly string[], payload: Payload, options: PublishOptions | undefined): Promise<void> {
    const { type } = this.#bus.status;
    if (type !== 'connected' && type !== 'closed') {
      this.dropped++;
    } else {
      this.#sendWaiting(); // a publisher that learnt of the connection before the outbox did must not overtake
      this.#send(subjects, payload, options);
    }
    return DONE;
  }

  #sendOrHold(
    subjects: readonly string[],
    payload: Payload,
    queue: boolean,
    options: PublishOptions | undefined,
  ): Promise<void> {
    const { type } = this.#bus.status;
    const subject = subjects[0] ?? '';
    if (type === 'connected') {
      this.#sendWaiting();
      const data = encodePayload(subject, payload);
      this.#send(subjects, data, options);
      return this.#written(subjects, data, queue, options);
    }
    if (type === 'closed' || (type === 'reconnecting' && !queue)) {
      this.#send(subjects, payload, options); // throws the error that fits the status
    }
    for (const each of subjects) checkSubject(each);
    const data = encodePayload(subject, payload);
    if (!this.held.hasRoomFor(data)) throw new OutboxFullError(subject, this.held.messages, this.held.bytes);
    const parcel = newParcel(subjects, options, queue, true); // of one message: it may prove too large for the server
    this.#waiting.push(parcel);
    this.held.add(parcel, data);
    return parcel.promise;
  }

  #send(subjects: readonly string[], payload: Payload, options: PublishOptions | undefined): void {
    for (const subject of subjects) this.#bus.publish(subject, payload, options);
  }

  /** Notes a message that was written. Where there is no room to hold it, it is not sent again. */
  #written(
    subjects: readonly string[],
    data: Uint8Array,
    queue: boolean,
    options: PublishOptions | undefined,
  ): Promise<void> {
    const held = queue && this.held.hasRoomFor(data);
    let parcel = this.#unconfirmed.last();
    if (!parcel || !mayJoin(parcel, subjects, options, queue, held)) {
      parcel = newParcel(subjects, options, queue, held);
      this.#unconfirmed.add(parcel);
    }
    if (held) this.held.add(parcel, data);
    return parcel.promise;
  }

  #sendWaiting(): void {
    if (this.#waiting.length === 0) return;
    for (const parcel of this.#waiting.splice(0)) {
      try {
        for (const data of parcel.data) this.#send(parcel.subjects, data, parcel.options);
      } catch (error) {
        this.#refuse(parcel, error);
        continue;
      }
      if (!parcel.queue) this.held.remove(parcel);
      this.#unconfirmed.add(parcel);
    }
  }

  #onStatus(status: BusStatus): void {
    if (status.type === 'connected') this.#sendWaiting();
    else if (status.type === 'closed') this.close(status.error);
    else this.#onLost();
  }

  /** What was written may not have arrived: it is sent again before all else, or its publisher is told. */
  #onLost(): void {
    const again: Parcel[] = [];
    for (const parcel of this.#unconfirmed.takeAll()) {
      if (parcel.held) again.push(parcel);
      else parcel.reject(unconfirmed(parcel));
    }
    this.#waiting.unshift(...again);
  }

  /** The server reports a forbidden publish before it confirms what came after, so the parcel is still unconfirmed. */
  #onForbidden(error: PermissionError): void {
    for (const parcel of this.#unconfirmed.all()) {
      if (parcel.subjects.includes(error.subject)) this.#refuse(parcel, error);
    }
  }

  #refuse(parcel: Parcel, error: unknown): void {
    this.held.remove(parcel);
    parcel.reject(error);
  }
}

const unconfirmed = ({ subjects: [subject = ''] }: Parcel) => new UnconfirmedError(subject);
