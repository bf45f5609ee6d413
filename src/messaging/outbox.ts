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
      if (parcel.refusals.length > 0) parcel.reject(refusal(parcel, true));
      else parcel.resolve();
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
   * confirmed the message; what `drop` and `latest` need not hold, at once. `key`: which messages replace each other
   * with `latest`; by default those to the same first subject. Rejects with {@link NotConnectedError},
   * {@link UnconfirmedError}, {@link OutboxFullError} and {@link PermissionError}, and with what `Bus.publish` throws.
   * Publishes that replace each other get the same promise, and consecutive ones may.
   */
  publish(
    subjects: string | readonly string[],
    payload: Payload,
    whenOffline: WhenOffline,
    options?: PublishOptions,
    key?: string,
  ): Promise<void> {
    const to = typeof subjects === 'string' ? [subjects] : subjects;
    try {
      if (whenOffline === 'drop') return this.#sendOrDrop(to, payload, options);
      if (whenOffline === 'latest') return this.#sendOrReplace(to, payload, options, key ?? to[0] ?? '');
      return this.#sendOrHold(to, payload, whenOffline === 'queue', options);
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
    for (const parcel of this.#unconfirmed.takeAll()) this.#refuse(parcel, whyLost(parcel));
    const error = cause ?? new ConnectionClosedError();
    for (const parcel of this.#waiting.splice(0)) this.#refuse(parcel, error);
  }

  #sendOrDrop(subjects: readonly string[], payload: Payload, options: PublishOptions | undefined): Promise<void> {
    if (this.#isAway()) this.dropped++;
    else {
      this.#sendWaiting(); // a publisher that learnt of the connection before the outbox did must not overtake
      this.#send(subjects, payload, options);
    }
    return DONE;
  }

  #sendOrReplace(
    subjects: readonly string[],
    payload: Payload,
    options: PublishOptions | undefined,
    key: string,
  ): Promise<void> {
    if (!this.#isAway()) return this.#sendOrDrop(subjects, payload, options);
    const data = this.#checked(subjects, payload);
    const index = this.#waiting.findIndex((parcel) => parcel.key === key);
    const [before] = index < 0 ? [] : this.#waiting.splice(index, 1);
    const parcel = before ?? newParcel(subjects, options, true, true, key);
    this.held.remove(parcel);
    return this.#hold(parcel, data);
  }

  /** There will be a connection, and there is none now. */
  #isAway(): boolean {
    const { type } = this.#bus.status;
    return type !== 'connected' && type !== 'closed';
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
    const parcel = newParcel(subjects, options, queue, true); // of one message: it may prove too large for the server
    return this.#hold(parcel, this.#checked(subjects, payload));
  }

  #checked(subjects: readonly string[], payload: Payload): Uint8Array {
    for (const each of subjects) checkSubject(each);
    return encodePayload(subjects[0] ?? '', payload);
  }

  /** The message waits for a connection. */
  #hold(parcel: Parcel, data: Uint8Array): Promise<void> {
    const { messages, bytes } = this.held;
    if (this.held.hasRoomFor(data)) {
      parcel.held = true;
      this.held.add(parcel, data);
      this.#waiting.push(parcel);
    } else parcel.reject(new OutboxFullError(parcel.subjects[0] ?? '', messages, bytes));
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
      if (parcel.held && parcel.refusals.length === 0) again.push(parcel);
      else this.#refuse(parcel, whyLost(parcel));
    }
    this.#waiting.unshift(...again);
  }

  /**
   * The server reports a forbidden publish before it confirms what came after, so the parcel is still unconfirmed. One
   * with several subjects waits for its confirmation, which tells that the others arrived.
   */
  #onForbidden(error: PermissionError): void {
    for (const parcel of this.#unconfirmed.all()) {
      if (!parcel.subjects.includes(error.subject)) continue;
      if (!parcel.refusals.some(({ subject }) => subject === error.subject)) parcel.refusals.push(error);
      if (parcel.subjects.length === 1) this.#refuse(parcel, error);
    }
  }

  #refuse(parcel: Parcel, error: unknown): void {
    this.held.remove(parcel);
    parcel.reject(error);
  }
}

/** Why a parcel is given up whose confirmation did not come. */
const whyLost = (parcel: Parcel) =>
  parcel.refusals.length > 0 ? refusal(parcel, false) : new UnconfirmedError(parcel.subjects[0] ?? '');

/** One error for all refusals. `isConfirmed`: the message arrived on the other subjects. */
function refusal({ subjects, refusals }: Parcel, isConfirmed: boolean): PermissionError {
  const [cause] = refusals;
  const refused = refusals.map(({ subject }) => subject);
  const arrived = isConfirmed ? subjects.filter((subject) => !refused.includes(subject)) : [];
  return new PermissionError('publish', refused[0] ?? '', { cause, refused, arrived });
}
