/**
 * The way out, where a publish is never lost unsaid. A NATS client drops what was written to a socket that died before
 * anyone noticed, and calls it sent; so a publish counts as sent here when the server has answered a ping written after
 * it (one ping for all of one turn). It keeps the order of what it holds, and no clock: it waits for the bus alone.
 * Past 300 lines for the prose of its options and errors, which are public.
 */

import type { Bus, BusStatus, Payload, PublishOptions } from '../bus/bus.js';
import { encodePayload } from '../bus/payload.js';
import { checkSubject } from '../bus/subject.js';
import { ConnectionClosedError, OutboxFullError, PermissionError, UnconfirmedError } from '../errors.js';

/**
 * What becomes of a publish while the connection is lost: `reject` it; `drop` it, counted; or hold it in the `queue` and send
 * it when there is a connection again. Only `queue` sends again what may not have arrived, so only there may one arrive twice.
 */
export type WhenOffline = 'reject' | 'drop' | 'queue';

export interface OutboxLimits {
  /** How many messages are held at the most; 1000. */
  readonly messages: number;
  /** How many bytes of payload are held at the most; 1 MiB. A single message may have more. */
  readonly bytes: number;
}

export const OUTBOX_LIMITS: OutboxLimits = { messages: 1000, bytes: 1_048_576 };

const DONE = /* @__PURE__ */ Promise.resolve();
/** So many pings are under way at the most; what is written meanwhile shares the next one. Several fill the round trip. */
const PINGS = 8;

/** Messages in a row to the same subjects, which share what becomes of them: one promise for all. */
interface Parcel {
  /** Each message goes to every one of them. */
  readonly subjects: readonly string[];
  readonly options: PublishOptions | undefined;
  readonly queue: boolean;
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  /** It can be sent (again), and is counted: it waits, or it was written in `queue` and is not confirmed. */
  held: boolean;
  /** The messages, where they are held. */
  data: Uint8Array[];
  bytes: number;
}

export class Outbox {
  /** Messages given up because their publisher preferred that to waiting. */
  dropped = 0;
  /** What is held, and its bytes; what goes to several subjects counts once. */
  messages = 0;
  bytes = 0;
  readonly #bus: Bus;
  readonly #limits: OutboxLimits;
  readonly #stop: () => void;
  /** For a connection to come. */
  #waiting: Parcel[] = [];
  /** Written; for each ping under way what it will confirm, the oldest first. */
  #asked: Parcel[][] = [];
  /** Written after those pings; the next one will. */
  #written: Parcel[] = [];
  /** A ping is to follow at the end of this turn. */
  #asking = false;

  constructor(bus: Bus, limits: OutboxLimits = OUTBOX_LIMITS) {
    this.#bus = bus;
    this.#limits = limits;
    const undo = [
      bus.on('status', (status) => this.#look(status)),
      bus.on('error', (error) => {
        if (error instanceof PermissionError && error.operation === 'publish') this.#forbidden(error);
      }),
    ];
    this.#stop = () => {
      for (const stop of undo) stop();
    };
  }

  /**
   * To each of `subjects`, of which there is at least one; bytes are nobody else's from now on. Resolves when the server has it; with `drop`, at once. Rejects as
   * `Bus.publish` throws, and as said above. Publishes in a row may be given the same promise.
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
        ? this.#try(to, payload, options)
        : this.#take(to, payload, whenOffline === 'queue', options);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /** Resolves when nothing that was written is unconfirmed, or the connection is lost. */
  async settle(): Promise<void> {
    while (this.#asked.length + this.#written.length > 0) {
      try {
        await this.#bus.flush();
      } catch {
        return; // lost: the publishers have been told, or their messages are held
      }
    }
  }

  /** Nothing is held any more: what is rejects. Idempotent. */
  end(cause?: unknown): void {
    this.#stop();
    for (const parcel of this.#unconfirmed()) this.#refuse(parcel, unconfirmed(parcel));
    const error = new ConnectionClosedError(cause === undefined ? undefined : { cause });
    for (const parcel of this.#waiting.splice(0)) this.#refuse(parcel, error);
  }

  /** Sends it, or does not. What it throws is the rejection. */
  #try(subjects: readonly string[], payload: Payload, options: PublishOptions | undefined): Promise<void> {
    const { type } = this.#bus.status;
    if (type !== 'connected' && type !== 'closed') {
      this.dropped++;
    } else {
      this.#sendWaiting(); // who heard of the connection before we did must not overtake
      this.#send(subjects, payload, options);
    }
    return DONE;
  }

  /** What it throws is the rejection. */
  #take(
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
      return this.#note(subjects, data, queue, options);
    }
    if (type === 'closed' || (type === 'reconnecting' && !queue)) {
      this.#send(subjects, payload, options); // which throws the fitting error
    }
    for (const each of subjects) checkSubject(each);
    const data = encodePayload(subject, payload);
    if (!this.#roomFor(data)) throw new OutboxFullError(subject, this.messages, this.bytes);
    const parcel = newParcel(subjects, options, queue, true); // alone: it may prove too large for the server to come
    this.#waiting.push(parcel);
    return this.#hold(parcel, data);
  }

  #look(status: BusStatus): void {
    if (status.type === 'connected') this.#sendWaiting();
    else if (status.type === 'closed') this.end(status.error);
    else this.#lost();
  }

  #sendWaiting(): void {
    if (this.#waiting.length === 0) return;
    for (const parcel of this.#waiting.splice(0)) {
      this.#askSoon();
      try {
        for (const data of parcel.data) this.#send(parcel.subjects, data, parcel.options);
      } catch (error) {
        this.#refuse(parcel, error);
        continue;
      }
      if (!parcel.queue) this.#free(parcel);
      this.#written.push(parcel);
    }
  }

  #send(subjects: readonly string[], payload: Payload, options: PublishOptions | undefined): void {
    for (const subject of subjects) this.#bus.publish(subject, payload, options);
  }

  /** It was written: from now on it is unconfirmed. Without room it was sent once, and its publisher is told where that is in doubt. */
  #note(
    subjects: readonly string[],
    data: Uint8Array,
    queue: boolean,
    options: PublishOptions | undefined,
  ): Promise<void> {
    this.#askSoon();
    const held = queue && this.#roomFor(data);
    let parcel = this.#written[this.#written.length - 1];
    if (!parcel || parcel.queue !== queue || parcel.held !== held || !sameWay(parcel, subjects, options)) {
      parcel = newParcel(subjects, options, queue, held);
      this.#written.push(parcel);
    }
    return held ? this.#hold(parcel, data) : parcel.promise;
  }

  #askSoon(): void {
    if (this.#asking) return;
    // Asked for before the client asks to write, so that what is published in one turn goes out in one piece, ping and all.
    this.#asking = true;
    queueMicrotask(() => {
      this.#asking = false;
      this.#confirm();
    });
  }

  #confirm(): void {
    if (this.#asked.length >= PINGS || this.#written.length === 0) return;
    const asked = this.#written;
    this.#asked.push(asked);
    this.#written = [];
    const answered = () => {
      const place = this.#asked.indexOf(asked);
      if (place < 0) return; // the connection was lost meanwhile
      this.#asked.splice(place, 1);
      for (const parcel of asked) {
        this.#free(parcel);
        parcel.resolve();
      }
      this.#confirm();
    };
    const failed = () => {
      if (this.#asked.includes(asked)) this.#lost(); // a ping fails only with its connection: the status is about to say so
    };
    this.#bus.flush().then(answered, failed);
  }

  /** What was written may not have arrived: it will be sent again, before all else, or its publisher is told. */
  #lost(): void {
    const again: Parcel[] = [];
    for (const parcel of this.#unconfirmed()) {
      if (parcel.held) again.push(parcel);
      else parcel.reject(unconfirmed(parcel));
    }
    this.#waiting.unshift(...again);
  }

  /** Told before the confirmation of what came after it: whatever is under way on that subject is refused. */
  #forbidden(error: PermissionError): void {
    for (const parcel of [...this.#asked.flat(), ...this.#written]) {
      if (parcel.subjects.includes(error.subject)) this.#refuse(parcel, error);
    }
  }

  #unconfirmed(): Parcel[] {
    const parcels = [...this.#asked.flat(), ...this.#written];
    this.#asked = [];
    this.#written = [];
    return parcels;
  }

  #roomFor({ length }: Uint8Array): boolean {
    const { messages, bytes } = this.#limits;
    return this.messages < messages && (this.messages === 0 || this.bytes + length <= bytes);
  }

  #hold(parcel: Parcel, data: Uint8Array): Promise<void> {
    parcel.data.push(data);
    parcel.bytes += data.length;
    this.messages++;
    this.bytes += data.length;
    return parcel.promise;
  }

  /** It is not held any more, nor will be. */
  #free(parcel: Parcel): void {
    this.messages -= parcel.data.length;
    this.bytes -= parcel.bytes;
    parcel.held = false;
    parcel.data = [];
    parcel.bytes = 0;
  }

  #refuse(parcel: Parcel, error: unknown): void {
    this.#free(parcel);
    parcel.reject(error);
  }
}

function newParcel(
  subjects: readonly string[],
  options: PublishOptions | undefined,
  queue: boolean,
  held: boolean,
): Parcel {
  let resolve: Parcel['resolve'] = () => undefined;
  let reject: Parcel['reject'] = () => undefined;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { subjects, options, queue, promise, resolve, reject, held, data: [], bytes: 0 };
}

/** Whether the two would be sent, refused and lost alike. */
function sameWay(parcel: Parcel, subjects: readonly string[], options: PublishOptions | undefined): boolean {
  if (options !== parcel.options || subjects.length !== parcel.subjects.length) return false;
  for (let i = 0; i < subjects.length; i++) if (subjects[i] !== parcel.subjects[i]) return false;
  return true;
}

const unconfirmed = ({ subjects: [subject = ''] }: Parcel) => new UnconfirmedError(subject);
