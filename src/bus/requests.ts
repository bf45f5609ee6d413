/**
 * Requests, made of publish and subscribe. One subscription receives the answers to all requests of a bus, so a
 * request costs one publish and one delivery. The first request makes that subscription, and it stays.
 *
 * Answers may be signed: each responder then answers on the reply subject and one more token, its own. The reply
 * subject itself is left to the server, so that nobody else can say that nobody subscribes.
 */
import type { Clock, Random } from '../clock.js';
import { NoRespondersError, OptionError, RequestTimeoutError, type SlateError, UnconfirmedError } from '../errors.js';
import { randomName } from '../id.js';
import type { Bus, BusMessage, BusSubscription, Payload, RequestOptions } from './bus.js';

interface Pending {
  readonly subject: string;
  readonly options: RequestOptions;
  readonly resolve: (message: BusMessage) => void;
  readonly reject: (error: unknown) => void;
  readonly cancelTimer: () => void;
}

export class Requests {
  /** By reply subject. */
  readonly #pending = new Map<string, Pending>();
  #answers: BusSubscription | undefined;
  #count = 0;

  /**
   * `prefix`: the beginning of the reply subjects, which no other client uses, unless their answers are signed; it ends
   * with a dot.
   */
  constructor(
    readonly bus: Pick<Bus, 'publish' | 'subscribe'>,
    readonly clock: Clock,
    private prefix: string,
    readonly random: Random,
    /** Answers are signed, and this says which of them count. */
    readonly signed?: (answer: BusMessage) => boolean,
  ) {}

  /** The reply subjects begin otherwise from now on. */
  move(prefix: string): void {
    this.prefix = prefix;
    const answers = this.#answers;
    this.#answers = undefined;
    answers?.unsubscribe();
  }

  request(subject: string, payload: Payload, options: RequestOptions): Promise<BusMessage> {
    const { timeoutMs, headers } = options ?? { timeoutMs: 0 };
    return new Promise((resolve, reject) => {
      if (typeof timeoutMs !== 'number' || !(timeoutMs > 0 && timeoutMs < Infinity)) {
        throw new OptionError('timeoutMs', 'must be a number of milliseconds above 0');
      }
      this.#subscribeToAnswers();
      // Who has seen one reply subject, because they answered, must not guess the next one.
      const reply = `${this.prefix}${this.#count++}${randomName(this.random)}`;
      this.bus.publish(subject, payload, { reply, headers }); // what it throws rejects the request; nothing is kept yet
      const cancelTimer = this.clock.after(timeoutMs, () => {
        if (this.#pending.delete(reply)) reject(new RequestTimeoutError(subject, timeoutMs));
      });
      this.#pending.set(reply, { subject, options, resolve, reject, cancelTimer });
    });
  }

  /** Rejects the pending requests: all of them, or those on one subject. */
  fail(error: SlateError, subject?: string): void {
    for (const [reply, pending] of [...this.#pending]) {
      if (subject === undefined || pending.subject === subject) this.#settle(reply)?.reject(error);
    }
  }

  /** The connection is lost: rejects the requests whose `onDisconnect` is `reject`. */
  disconnected(): void {
    for (const [reply, { subject, options }] of [...this.#pending]) {
      if (options.onDisconnect === 'reject') this.#settle(reply)?.reject(new UnconfirmedError(subject));
    }
  }

  #subscribeToAnswers(): void {
    if (this.#answers) return;
    const answers = this.bus.subscribe(`${this.prefix}${this.signed ? '>' : '*'}`, (message) => {
      const { subject, noResponders } = message;
      const isSigned = this.signed !== undefined && !noResponders;
      if (isSigned && !this.signed?.(message)) return;
      const pending = this.#settle(isSigned ? subject.slice(0, subject.lastIndexOf('.')) : subject);
      if (!pending) return; // too late, or the second answer to one request
      if (noResponders) pending.reject(new NoRespondersError(pending.subject));
      else pending.resolve(message);
    });
    this.#answers = answers;
    void answers.closed.then((error) => {
      if (this.#answers === answers) this.#answers = undefined; // the next request subscribes again
      if (error) this.fail(error);
    });
  }

  #settle(reply: string): Pending | undefined {
    const pending = this.#pending.get(reply);
    this.#pending.delete(reply);
    pending?.cancelTimer();
    return pending;
  }
}
