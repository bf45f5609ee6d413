/**
 * A room's end of the bus: its subjects, a count of everything that it receives and publishes, and one `error` event
 * for every kind of failure (D1). It knows which subjects are the room's, and nothing about what the bytes mean.
 */
import type { Bus, BusMessage, BusSubscription } from '../bus/bus.js';
import { isOfServer } from '../bus/server-words.js';
import type { Clock } from '../clock.js';
import type { Emitter } from '../emitter.js';
import { PermissionError, ProtocolError, SlateError } from '../errors.js';
import type { Channel } from '../presence/channel.js';
import type { Claims } from '../presence/claims.js';
import { ECHO_MS } from '../presence/constants.js';
import { senderOf } from '../protocol/sender.js';
import { type Speaker, speakerOf } from '../protocol/speaker.js';
import type { RoomSubjects } from '../protocol/subjects.js';
import { Repeats } from '../repeats.js';
import { Intake } from './intake.js';
import type { RoomEvents } from './types.js';

/** The clients of the room. */
export interface Here {
  readonly own: { readonly id: number };
  readonly peers: { get(client: number): unknown };
  /** Of a verified room, where the subject of each message names who sent it. */
  readonly claims?: Pick<Claims, 'verified' | 'isOurs'>;
  /** What the role of this session keeps it from sending (V6). */
  readonly silent?: ReadonlySet<Lane> | undefined;
}

/** What a role may forbid (V6). */
export type Lane = 'presence' | 'cursors' | 'joined' | 'left';

/** What a handler receives. */
export type RoomHandler = (message: BusMessage, speaker: Speaker) => void;

export class RoomChannel implements Channel {
  readonly bus: Bus;
  readonly subjects: RoomSubjects;
  readonly stats = { messagesIn: 0, messagesOut: 0, bytesIn: 0, bytesOut: 0, refused: 0 };
  /** Called when the server has ended a subscription that the room cannot do without; see `refused`. */
  onRefused: (() => void) | undefined;
  readonly #errors: Repeats;
  readonly #clock: Clock;
  readonly #here: Here;
  readonly #silent: ReadonlySet<string | undefined>;
  readonly #subscriptions = new Map<BusSubscription, Intake>();
  #refused: SlateError | undefined;
  /** Cancels the wait for an echo; undefined while none is awaited. */
  #echo: (() => void) | undefined;
  /** The server forbade an optional subscription. */
  #forbidden: PermissionError | undefined;
  #reportsForbidden = false;

  constructor(bus: Bus, subjects: RoomSubjects, events: Pick<Emitter<RoomEvents>, 'emit'>, clock: Clock, here: Here) {
    this.#clock = clock;
    this.#here = here;
    this.bus = bus;
    this.subjects = subjects;
    this.#silent = new Set(Array.from(here.silent ?? [], (lane) => subjects[lane]));
    this.#errors = new Repeats(clock, (error) => events.emit('error', error));
  }

  get connected(): boolean {
    return this.bus.status.type === 'connected';
  }

  /** Why the server ended a subscription that the room cannot do without, if it did. */
  get refused(): SlateError | undefined {
    return this.#refused;
  }

  /**
   * Subscribes until the channel is closed. What the handler throws becomes one `error` event. Returns a function that
   * unsubscribes.
   */
  subscribe(subject: string, handler: RoomHandler): () => void {
    const subscription = this.#subscribe(subject, handler);
    void subscription.closed.then((error) => {
      if (!error) return;
      this.#refused ??= error;
      this.onRefused?.();
    });
    return () => this.#end(subscription);
  }

  /**
   * Subscribes to what the room can do without: if the server forbids several such subjects, that is one `error` event
   * for all of them. Returns a function that unsubscribes.
   */
  subscribeOptional(subject: string, handler: RoomHandler): () => void {
    const subscription = this.#subscribe(subject, handler);
    void subscription.closed.then((error) => {
      if (!(error instanceof PermissionError) || this.#forbidden) return;
      this.#forbidden = error;
      if (this.#reportsForbidden) this.fail(error, subject);
    });
    return () => this.#end(subscription);
  }

  /** Reports forbidden optional subjects from now on; before, nobody could listen for the `error` event. */
  reportForbidden(): void {
    this.#reportsForbidden = true;
    if (this.#forbidden) this.fail(this.#forbidden, this.#forbidden.subject);
  }

  /** Reports the errors of the shared connection that concern this room. Returns a function that unsubscribes. */
  reportBusErrors(): () => void {
    return this.bus.on('error', (error) => {
      if (this.#concerns(error)) this.#errors.report(error);
    });
  }

  /** What is lost without a connection is announced or sent again after the reconnection (P7, M1). */
  publish(subject: string, bytes: Uint8Array, reply?: string): boolean {
    if (!this.connected || this.#silent.has(subject)) return false;
    try {
      this.bus.publish(subject, bytes, { reply });
    } catch (error) {
      this.fail(error, subject);
      return false;
    }
    this.stats.messagesOut++;
    this.stats.bytesOut += bytes.length;
    if (subject === this.subjects.presence) this.#expectEcho();
    return true;
  }

  fail(error: unknown, subject: string): void {
    if (error instanceof ProtocolError) {
      error.subject ||= subject;
      this.stats.refused += error.count;
    }
    this.#errors.report(
      error instanceof SlateError ? error : new SlateError(`Failed on "${subject}".`, { cause: error }),
    );
  }

  /** A line on which nothing has come since our own message left, not even its echo, may be dead (P7). */
  #expectEcho(): void {
    if (this.#echo) return;
    const { messagesIn } = this.stats;
    this.#echo = this.bus.clock.after(ECHO_MS, () => {
      this.#echo = undefined;
      if (this.stats.messagesIn === messagesIn) void this.bus.suspect();
    });
  }

  close(): void {
    this.#echo?.();
    for (const subscription of [...this.#subscriptions.keys()]) this.#end(subscription);
    this.#errors.stop();
  }

  #subscribe(subject: string, handler: RoomHandler): BusSubscription {
    const { own, peers, claims } = this.#here;
    const isHere = (client: number) => peers.get(client) !== undefined;
    const intake = new Intake(this.#clock, isHere, (error) => this.fail(error, subject));
    const subscription = this.bus.subscribe(subject, (message) => {
      const { data } = message;
      this.stats.messagesIn++;
      this.stats.bytesIn += data.length;
      const sender = senderOf(data);
      const speaker = speakerOf(message.subject, subject);
      const user = claims?.verified ? speaker : undefined;
      if (claims?.verified && isOfServer(message)) return; // nobody's word (V12)
      // Whoever uses our id is heard, however often: we have to know the newest clock that the others hold (P8).
      const isOurs = sender === own.id && (claims?.isOurs(speaker) ?? true);
      if (!isOurs && !intake.takes(user ?? sender, data.length)) return;
      try {
        handler(message, speaker);
      } catch (error) {
        if (error instanceof ProtocolError) {
          if (user !== undefined) error.user = user;
          else if (isHere(sender)) error.client = sender;
        }
        this.fail(error, message.subject);
      }
    });
    this.#subscriptions.set(subscription, intake);
    return subscription;
  }

  #end(subscription: BusSubscription): void {
    subscription.unsubscribe();
    this.#subscriptions.get(subscription)?.stop();
    this.#subscriptions.delete(subscription);
  }

  #concerns(error: SlateError): boolean {
    if (!('subject' in error)) return true;
    const { presence, presenceAll, cursors, cursorsAll, joined, left, alive, answers = '' } = this.subjects;
    const { sync, syncAll, syncFile, syncFileAll } = this.subjects;
    const subject = String(error.subject);
    const own = [presence, presenceAll, cursors, cursorsAll, sync, syncAll, syncFile, syncFileAll, joined, left];
    return own.includes(subject) || [alive(0), answers].some((one) => one !== '' && placeOf(one) === placeOf(subject));
  }
}

/** The beginning of a subject, up to the project. */
const placeOf = (subject: string) => subject.split('.').slice(0, 4).join('.');
