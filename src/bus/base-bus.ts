/**
 * What every bus does alike: the checks at the door, status and errors as events, requests, the list of
 * subscriptions, drain and close. A carrier (NATS, memory) adds how bytes move; it must not add rules.
 */
import type { Clock, Random } from '../clock.js';
import { Emitter } from '../emitter.js';
import { ConnectionClosedError, NotConnectedError, PayloadTooLargeError, type SlateError } from '../errors.js';
import { randomName } from '../id.js';
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
import { encodePayload } from './payload.js';
import { Requests } from './requests.js';
import { checkPattern, checkQueue, checkSubject } from './subject.js';
import { Subscription } from './subscription.js';

/** What a server takes where it has not said otherwise: 1 MiB. */
export const DEFAULT_MAX_PAYLOAD = 1_048_576;

export abstract class BaseBus implements Bus {
  readonly clock: Clock;
  protected readonly subscriptions = new Set<Subscription>();
  readonly #events = new Emitter<BusEvents>();
  readonly #requests: Requests;
  readonly #inbox: string;
  /** Flushes under way; a lost connection ends them. */
  readonly #waiting = new Set<(error: SlateError) => void>();
  #inboxes = 0;
  #status: BusStatus = { type: 'connecting' };
  #draining: Promise<unknown> | undefined;

  /** `inboxPrefix`: the subject under which answers are expected; `_INBOX` where the user's permissions say nothing else. */
  constructor(clock: Clock, random: Random, inboxPrefix = '_INBOX') {
    this.clock = clock;
    this.#inbox = `${inboxPrefix}.${randomName(random)}${randomName(random)}.`;
    this.#requests = new Requests(this, clock, `${this.#inbox}r.`);
  }

  abstract readonly maxPayload: number;
  abstract readonly stats: BusStats;

  /** Sends over a live connection; everything has been checked. `head`: the headers of `options`, encoded. */
  protected abstract send(
    subject: string,
    data: Uint8Array,
    options: PublishOptions,
    head: Uint8Array | undefined,
  ): void;
  /** Begins to carry a subscription: now, or as soon as there is a connection. */
  protected abstract carry(subscription: Subscription): void;
  /** Ends it at once; called once for each carried one. */
  protected abstract drop(subscription: Subscription): void;
  /** Ends it at the server, resolves when what was under way to us has arrived. */
  protected abstract drainOne(subscription: Subscription): Promise<void>;
  /** Resolves when the server answered to a ping sent after everything else. */
  protected abstract sync(): Promise<unknown>;
  /** Lets go of the connection. The status is `closed` already. */
  protected abstract shut(): Promise<void>;

  get status(): BusStatus {
    return this.#status;
  }

  publish(subject: string, payload?: Payload, options: PublishOptions = {}): void {
    checkSubject(subject);
    const { reply, headers } = options;
    if (reply !== undefined) checkSubject(reply);
    const data = encodePayload(subject, payload);
    if (this.#status.type !== 'connected') throw this.#offline();
    const head = headers && encodeHeaders(subject, headers);
    const size = data.length + (head?.length ?? 0);
    if (size > this.maxPayload) throw new PayloadTooLargeError(subject, size, this.maxPayload);
    this.send(subject, data, options, head);
  }

  subscribe(subject: string, handler: MessageHandler, options?: { queue?: string }): BusSubscription {
    checkPattern(subject);
    if (options?.queue !== undefined) checkQueue(options.queue);
    if (this.#draining || this.#status.type === 'closed') throw new ConnectionClosedError();
    const ended = (subscription: Subscription) => {
      if (this.subscriptions.delete(subscription)) this.drop(subscription);
    };
    const drained = async (subscription: Subscription) => {
      // Without a connection nothing is on its way; and a client that is closed meanwhile never answers.
      if (this.#status.type === 'connected') {
        await Promise.race([Promise.allSettled([this.drainOne(subscription)]), subscription.closed]);
      }
      subscription.end();
    };
    const subscription = new Subscription(subject, options?.queue, handler, ended, drained);
    this.subscriptions.add(subscription);
    this.carry(subscription);
    return subscription;
  }

  request(subject: string, payload: Payload, options: number | RequestOptions): Promise<BusMessage> {
    return this.#requests.request(subject, payload, typeof options === 'number' ? { timeoutMs: options } : options);
  }

  inbox(): string {
    return `${this.#inbox}${(this.#inboxes++).toString(36)}`;
  }

  flush(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#status.type !== 'connected') throw new NotConnectedError(this.#status.type);
      this.#waiting.add(reject);
      this.sync()
        .then(() => resolve())
        .catch(() => reject(new NotConnectedError('reconnecting'))) // a ping fails only with its connection
        .finally(() => this.#waiting.delete(reject));
    });
  }

  async roundTrip(): Promise<number> {
    const start = this.clock.now();
    await this.flush();
    return this.clock.now() - start;
  }

  on<K extends keyof BusEvents>(type: K, fn: (event: BusEvents[K]) => void): () => void {
    return this.#events.on(type, fn);
  }

  async drain(): Promise<void> {
    if (this.#status.type === 'connected') this.#draining ??= this.#empty();
    await this.#draining; // the first call's: a second one must not cut it short
    await this.close();
  }

  async #empty(): Promise<void> {
    await Promise.all([...this.subscriptions].map((subscription) => subscription.drain()));
    await Promise.allSettled([this.flush()]); // a connection lost meanwhile has nothing more to give
  }

  async close(): Promise<void> {
    if (this.end()) await this.shut();
  }

  /** The end of this bus, by us (no error) or by the server. False where it had ended before. */
  protected end(error?: SlateError): boolean {
    if (this.#status.type === 'closed') return false;
    const told = 'error' in this.#status && sameError(this.#status.error, error);
    this.setStatus(error ? { type: 'closed', error } : { type: 'closed' });
    for (const subscription of [...this.subscriptions]) subscription.end(error);
    this.#requests.fail(new ConnectionClosedError(error && { cause: error }));
    if (error && !told) this.report(error);
    return true;
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
      for (const reject of [...this.#waiting]) reject(new NotConnectedError(next.type));
    }
    this.#events.emit('status', next);
  }

  /** An attempt to connect failed; told once until the reason changes. */
  protected attemptFailed(error: SlateError): void {
    const { type } = this.#status;
    if (type !== 'connecting' && type !== 'reconnecting') return;
    if ('error' in this.#status && sameError(this.#status.error, error)) return;
    this.setStatus({ type, error });
    this.report(error);
  }

  /** The server forbade a publish: requests on that subject will have no answer. */
  protected publishRefused(subject: string, error: SlateError): void {
    this.#requests.fail(error, subject);
    this.report(error);
  }

  report(error: SlateError): void {
    this.#events.emit('error', error);
  }

  #offline(): SlateError {
    const status = this.#status;
    if (status.type !== 'closed') return new NotConnectedError(status.type);
    return new ConnectionClosedError(status.error && { cause: status.error });
  }
}

function sameError(a: SlateError | undefined, b: SlateError | undefined): boolean {
  return a?.name === b?.name && a?.message === b?.message;
}
