/**
 * Requests over publish and subscribe: one subscription takes all answers of a bus, so a request costs one publish
 * and one delivery. It is made on the first request and stays.
 */
import type { Clock } from '../clock.js';
import { NoRespondersError, OptionError, RequestTimeoutError, type SlateError, UnconfirmedError } from '../errors.js';
import type { Bus, BusMessage, BusSubscription, Payload, RequestOptions } from './bus.js';

interface Pending {
  readonly subject: string;
  readonly options: RequestOptions;
  readonly resolve: (message: BusMessage) => void;
  readonly reject: (error: unknown) => void;
  readonly cancelTimer: () => void;
}

export class Requests {
  readonly #pending = new Map<string, Pending>();
  #answers: BusSubscription | undefined;
  #count = 0;

  /** `prefix`: subjects that start so are this bus's own; ends with a dot. */
  constructor(
    readonly bus: Pick<Bus, 'publish' | 'subscribe'>,
    readonly clock: Clock,
    readonly prefix: string,
  ) {}

  request(subject: string, payload: Payload, options: RequestOptions): Promise<BusMessage> {
    const { timeoutMs, headers } = options;
    return new Promise((resolve, reject) => {
      if (!(timeoutMs > 0 && timeoutMs < Infinity)) {
        throw new OptionError('timeoutMs', 'must be a number of milliseconds above 0');
      }
      this.#listen();
      const reply = `${this.prefix}${(this.#count++).toString(36)}`;
      this.bus.publish(subject, payload, { reply, headers }); // a throw here is the rejection, before anything is kept
      const cancelTimer = this.clock.after(timeoutMs, () => {
        if (this.#pending.delete(reply)) reject(new RequestTimeoutError(subject, timeoutMs));
      });
      this.#pending.set(reply, { subject, options, resolve, reject, cancelTimer });
    });
  }

  /** Rejects what is under way: all of it, or what was asked on one subject. */
  fail(error: SlateError, subject?: string): void {
    for (const [reply, pending] of [...this.#pending]) {
      if (subject === undefined || pending.subject === subject) this.#settle(reply)?.reject(error);
    }
  }

  /** The connection is lost: rejects the requests that asked for that. */
  disconnected(): void {
    for (const [reply, { subject, options }] of [...this.#pending]) {
      if (options.onDisconnect === 'reject') this.#settle(reply)?.reject(new UnconfirmedError(subject));
    }
  }

  #listen(): void {
    if (this.#answers) return;
    const answers = this.bus.subscribe(`${this.prefix}*`, (message) => {
      const pending = this.#settle(message.subject);
      if (!pending) return; // late, or a second answer
      if (message.noResponders) pending.reject(new NoRespondersError(pending.subject));
      else pending.resolve(message);
    });
    this.#answers = answers;
    void answers.closed.then((error) => {
      if (this.#answers === answers) this.#answers = undefined; // forbidden, say: the next request tries anew
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
