/**
 * The part that every bus shares: it checks arguments, reports status and errors as events, and keeps requests and
 * the list of subscriptions. A subclass (NATS, memory) adds how bytes move; it must not add rules.
 */
import type { Clock, Random } from '../clock.js';
import { checkFunction, Emitter } from '../emitter.js';
import { ConnectionClosedError, NotConnectedError, PayloadTooLargeError, type SlateError } from '../errors.js';
import { randomName } from '../id.js';
import { REFUSED, Repeats } from '../repeats.js';
import type {
  Bus,
  BusEvents,
  BusMessage,
  BusStats,
  BusStatus,
  BusSubscription,
  MessageHandler,
  Payload,
  PublishOptions,
  RequestOptions,
} from './bus.js';
import { encodeHeaders } from './headers.js';
import { INBOX } from './inbox.js';
import { encodePayload } from './payload.js';
import { Requests } from './requests.js';
import { checkPattern, checkQueue, checkSubject, matches } from './subject.js';
import { Subscription } from './subscription.js';

/** The largest payload in bytes, where the server has not named another: 1 MiB, the default of nats-server. */
export const DEFAULT_MAX_PAYLOAD = 1_048_576;
/** How long an answer may take when the line is suspected to be dead, so that it is given up within 5 s of a sign. */
const ANSWER_MS = 2_500;
/** A timer that comes later than this is late; so many late ones in a row are waited for. */
const LATE_MS = 1_000;
const MAX_LATE = 2;

const NONE: PublishOptions = {};

/** How many errors of refused messages on one subject are events at once; what follows within a second is one. */
const REFUSED_AT_ONCE = 50;

export abstract class BaseBus implements Bus {
  readonly clock: Clock;
  protected readonly subscriptions = new Set<Subscription>();
  readonly #events = new Emitter<BusEvents>();
  readonly #repeats: Repeats;
  readonly #requests: Requests;
  #inboxPrefix: string;
  readonly #random: Random;
  /** The functions that reject the flushes under way; they are called when the connection is lost. */
  readonly #flushes = new Set<(error: SlateError) => void>();
  readonly #crowds = new Set<() => number>();
  #inboxes = 0;
  #status: BusStatus = { type: 'connecting' };
  #draining: Promise<unknown> | undefined;
  #suspected: Promise<boolean> | undefined;

  /** `inboxPrefix`: the first tokens of the subjects on which answers arrive. */
  constructor(clock: Clock, random: Random, inboxPrefix = INBOX) {
    this.clock = clock;
    this.#random = random;
    this.#repeats = new Repeats(clock, (error) => this.#events.emit('error', error), REFUSED_AT_ONCE);
    this.#inboxPrefix = `${inboxPrefix}.${randomName(random)}${randomName(random)}.`;
    this.#requests = new Requests(this, clock, `${this.#inboxPrefix}r.`, random);
  }

  abstract readonly maxPayload: number;
  abstract readonly stats: BusStats;

  /** Sends over a live connection; every argument has been checked. `head`: the headers of `options`, encoded. */
  protected abstract send(
    subject: string,
    data: Uint8Array,
    options: PublishOptions,
    head: Uint8Array | undefined,
  ): void;
  /** Subscribes at the server: now, or as soon as there is a connection. */
  protected abstract add(subscription: Subscription): void;
  /** Unsubscribes at the server at once. Called once for each subscription. */
  protected abstract remove(subscription: Subscription): void;
  /** Unsubscribes at the server; resolves when every message that was on its way has been delivered. */
  protected abstract drainSubscription(subscription: Subscription): Promise<void>;
  /** Resolves when the server has answered a ping that was sent after everything else. */
  protected abstract ping(): Promise<unknown>;
  /** Grows with what is received, and with what leaves of a large message on a slow line. Bytes. */
  protected abstract readonly progress: number;
  /** While a connection is being made: makes the next attempt at once. */
  protected abstract hurry(): void;
  /** Gives the connection up, without asking the server, and makes another. */
  protected abstract giveUp(): void;
  /** Closes the connection. The status is `closed` already. */
  protected abstract closeConnection(): Promise<void>;

  get status(): BusStatus {
    return this.#status;
  }

  publish(subject: string, payload?: Payload, given?: PublishOptions): void {
    const options = given ?? NONE;
    checkSubject(subject);
    const { reply, headers } = options;
    if (reply !== undefined) checkSubject(reply);
    const data = encodePayload(subject, payload);
    if (this.#status.type !== 'connected') throw this.#notConnected();
    const head = headers && encodeHeaders(subject, headers);
    const size = data.length + (head?.length ?? 0);
    if (size > this.maxPayload) throw new PayloadTooLargeError(subject, size, this.maxPayload);
    this.send(subject, data, options, head);
  }

  subscribe(subject: string, handler: MessageHandler, options?: { queue?: string }): BusSubscription {
    checkPattern(subject);
    checkFunction('handler', handler);
    if (options?.queue !== undefined) checkQueue(options.queue);
    if (this.#status.type === 'closed') throw this.#notConnected();
    if (this.#draining !== undefined) throw new ConnectionClosedError();
    const onEnd = (subscription: Subscription) => {
      if (this.subscriptions.delete(subscription)) this.remove(subscription);
    };
    const onDrain = async (subscription: Subscription) => {
      // Without a connection no message is on its way. A bus that is closed meanwhile never answers the drain.
      if (this.#status.type === 'connected') {
        await Promise.race([Promise.allSettled([this.drainSubscription(subscription)]), subscription.closed]);
      }
      subscription.end();
    };
    const subscription = new Subscription(subject, options?.queue, handler, onEnd, onDrain);
    this.subscriptions.add(subscription);
    this.add(subscription);
    return subscription;
  }

  request(subject: string, payload: Payload, options: number | RequestOptions): Promise<BusMessage> {
    return this.#requests.request(subject, payload, typeof options === 'object' ? options : { timeoutMs: options });
  }

  /** Answers arrive below other tokens from now on. Call it while no request waits, before the first connection. */
  protected moveInbox(prefix: string): void {
    this.#inboxPrefix = `${prefix}.${randomName(this.#random)}${randomName(this.#random)}.`;
    this.#requests.move(`${this.#inboxPrefix}r.`);
  }

  inbox(): string {
    return `${this.#inboxPrefix}${this.#inboxes++}${randomName(this.#random)}`;
  }

  flush(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#status.type !== 'connected') throw this.#refused ?? new NotConnectedError(this.#status.type);
      this.#flushes.add(reject);
      this.ping()
        .then(() => resolve())
        .catch(() => reject(new NotConnectedError('reconnecting'))) // a ping fails only with its connection
        .finally(() => this.#flushes.delete(reject));
    });
  }

  suspect(): Promise<boolean> {
    if (this.#status.type !== 'connected') {
      this.hurry();
      return Promise.resolve(false);
    }
    this.#suspected ??= this.#ask().finally(() => {
      this.#suspected = undefined;
    });
    return this.#suspected;
  }

  /** A timer that comes late, as in a page that slept, proves nothing; but in a hidden page all of them come late. */
  async #ask(): Promise<boolean> {
    const { clock } = this;
    const answered = this.flush().then(
      () => true,
      () => false,
    );
    for (let late = 0; ; ) {
      const [start, before] = [clock.now(), this.progress];
      let cancel = () => undefined as unknown;
      const silence = new Promise<undefined>((resolve) => {
        cancel = clock.after(ANSWER_MS, () => resolve(undefined));
      });
      const alive = await Promise.race([answered, silence]);
      cancel();
      if (alive !== undefined) return alive;
      const isLate = clock.now() - start > ANSWER_MS + LATE_MS && late++ < MAX_LATE;
      if (isLate || this.progress > before) continue;
      this.giveUp();
      return false;
    }
  }

  crowd(others: () => number): () => void {
    checkFunction('others', others);
    const own = () => others(); // a function of its own for each call
    this.#crowds.add(own);
    return () => {
      this.#crowds.delete(own);
    };
  }

  /** How many others are in all crowds together. */
  get crowdSize(): number {
    return [...this.#crowds].reduce((sum, others) => sum + others(), 0);
  }

  async roundTrip(): Promise<number> {
    const start = this.clock.now();
    await this.flush();
    return this.clock.now() - start;
  }

  on<K extends keyof BusEvents>(type: K, fn: (event: BusEvents[K]) => void): () => void {
    return this.#events.on(type, fn);
  }

  report(error: SlateError): void {
    // What others publish must not flood a page with events.
    if (REFUSED.has(error.name)) this.#repeats.report(error);
    else this.#events.emit('error', error);
  }

  async drain(): Promise<void> {
    if (this.#status.type === 'connected') this.#draining ??= this.#drainAll();
    await this.#draining; // a second call waits for the first: closing now would lose messages
    await this.close();
  }

  async #drainAll(): Promise<void> {
    await Promise.all([...this.subscriptions].map((subscription) => subscription.drain()));
    await Promise.allSettled([this.flush()]); // when the connection is lost meanwhile, nothing is left to wait for
  }

  async close(): Promise<void> {
    if (this.markClosed()) await this.closeConnection();
  }

  /**
   * Ends every subscription and request. `error`: why, unless the user closed the bus. False when it was closed
   * already.
   */
  protected markClosed(error?: SlateError): boolean {
    if (this.#status.type === 'closed') return false;
    const reported = 'error' in this.#status && sameError(this.#status.error, error);
    this.setStatus(error ? { type: 'closed', error } : { type: 'closed' });
    this.#repeats.stop();
    for (const subscription of [...this.subscriptions]) subscription.end(error);
    this.#requests.fail(error ?? new ConnectionClosedError());
    if (error && !reported) this.report(error);
    return true;
  }

  /** Another connection took the place of the one before, and nobody has to notice. */
  protected moved(server: string): void {
    if (this.#status.type === 'connected') this.#status = { ...this.#status, server };
  }

  protected setStatus(next: BusStatus): void {
    const now = this.#status;
    if (now.type === 'closed') return;
    if (now.type === next.type && now.type !== 'connected') {
      if (sameError(now.error, 'error' in next ? next.error : undefined)) return;
    }
    this.#status = next;
    if (next.type === 'reconnecting') this.#requests.disconnected();
    if (next.type !== 'connected') {
      for (const reject of [...this.#flushes]) reject(new NotConnectedError(next.type));
    }
    this.#events.emit('status', next);
  }

  /** An attempt to connect failed. The same error is reported once, however many attempts fail with it in a row. */
  attemptFailed(error: SlateError): void {
    const { type } = this.#status;
    if (type !== 'connecting' && type !== 'reconnecting') return;
    if ('error' in this.#status && sameError(this.#status.error, error)) return;
    this.setStatus({ type, error });
    this.report(error);
  }

  /**
   * The server tells only one of the subscriptions of a connection that nobody subscribes to the subject of a publish,
   * and not always the one that waits for it: this one tells the others, but for queue groups, where no answers arrive.
   */
  protected tellOthers(told: Subscription, message: BusMessage): void {
    for (const other of [...this.subscriptions]) {
      if (other !== told && !other.queue && matches(other.subject, message.subject)) other.deliver(message);
    }
  }

  /** The server forbade a publish: requests on that subject will receive no answer. */
  protected publishRefused(subject: string, error: SlateError): void {
    this.#requests.fail(error, subject);
    this.report(error);
  }

  /** Why the bus closed by itself, if it did: the answer of each verb from then on. */
  get #refused(): SlateError | undefined {
    return this.#status.type === 'closed' ? this.#status.error : undefined;
  }

  #notConnected(): SlateError {
    const status = this.#status;
    if (status.type === 'closed') return this.#refused ?? new ConnectionClosedError();
    return new NotConnectedError(status.type, 'error' in status ? { cause: status.error } : undefined);
  }
}

function sameError(a: SlateError | undefined, b: SlateError | undefined): boolean {
  return a?.name === b?.name && a?.message === b?.message;
}
