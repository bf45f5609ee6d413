/**
 * A room's end of the bus: its subjects, everything it hears and says counted, and every failure made one `error`
 * (D1). It knows which subjects are the room's and nothing of what the bytes mean.
 */
import type { Bus, BusMessage, BusSubscription } from '../bus/bus.js';
import { PermissionError, ProtocolError, SlateError } from '../errors.js';
import type { RoomSubjects } from '../protocol/subjects.js';

export class RoomWire {
  readonly bus: Bus;
  readonly subjects: RoomSubjects;
  readonly stats = { messagesIn: 0, messagesOut: 0, bytesIn: 0, bytesOut: 0, refused: 0 };
  readonly #onError: (error: SlateError) => void;
  readonly #subscriptions = new Set<BusSubscription>();
  #refused: SlateError | undefined;
  /** Something that the room can do without has been forbidden. */
  #deprived: PermissionError | undefined;
  #admitting = false;

  constructor(bus: Bus, subjects: RoomSubjects, onError: (error: SlateError) => void) {
    this.bus = bus;
    this.subjects = subjects;
    this.#onError = onError;
  }

  get connected(): boolean {
    return this.bus.status.type === 'connected';
  }

  /** Why the server ended one of our subscriptions, if it did: without them this is no room. */
  get refused(): SlateError | undefined {
    return this.#refused;
  }

  hear(subject: string, handler: (message: BusMessage) => void): void {
    void this.#listen(subject, handler).closed.then((error) => {
      this.#refused ??= error;
    });
  }

  /** The same for what a room can do without: that the server forbids it is one `error` for all of it. Gives its undo. */
  overhear(subject: string, handler: (message: BusMessage) => void): () => void {
    const subscription = this.#listen(subject, handler);
    void subscription.closed.then((error) => {
      if (!(error instanceof PermissionError) || this.#deprived) return;
      this.#deprived = error;
      if (this.#admitting) this.fail(error, subject);
    });
    return () => {
      this.#subscriptions.delete(subscription);
      subscription.unsubscribe();
    };
  }

  /** From now on somebody listens for errors: what is forbidden of {@link overhear} is said now, and later at once. */
  admit(): void {
    this.#admitting = true;
    if (this.#deprived) this.fail(this.#deprived, this.#deprived.subject);
  }

  #listen(subject: string, handler: (message: BusMessage) => void): BusSubscription {
    const subscription = this.bus.subscribe(subject, (message) => {
      this.stats.messagesIn++;
      this.stats.bytesIn += message.data.length;
      try {
        handler(message);
      } catch (error) {
        this.fail(error, message.subject);
      }
    });
    this.#subscriptions.add(subscription);
    return subscription;
  }

  /** False while there is no connection: what is lost then is said again on reconnection (P7, M1). */
  say(subject: string, bytes: Uint8Array, reply?: string): boolean {
    if (!this.connected) return false;
    try {
      this.bus.publish(subject, bytes, reply === undefined ? {} : { reply });
    } catch (error) {
      this.fail(error, subject);
      return false;
    }
    this.stats.messagesOut++;
    this.stats.bytesOut += bytes.length;
    return true;
  }

  /** One counted event, whatever it was. */
  fail(error: unknown, subject: string): void {
    if (error instanceof ProtocolError) {
      error.subject ||= subject;
      this.stats.refused++;
    }
    this.#onError(error instanceof SlateError ? error : new SlateError(`Failed on ${subject}.`, { cause: error }));
  }

  /** Whether an error of the shared connection concerns this room. */
  concerns(error: SlateError): boolean {
    if (!('subject' in error)) return true;
    const { presence, cursors, sync, syncFile, joined, left, alive } = this.subjects;
    const subject = String(error.subject);
    return (
      [presence, cursors, sync, syncFile, joined, left].includes(subject) || subject.startsWith(alive(0).slice(0, -1))
    );
  }

  close(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#subscriptions.clear();
  }
}
