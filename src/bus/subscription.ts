/** One subscription of any bus: it delivers messages while it is active, and ends once. */
import { guarded } from '../emitter.js';
import type { SlateError } from '../errors.js';
import type { BusMessage, BusSubscription, MessageHandler } from './bus.js';

export class Subscription implements BusSubscription {
  readonly closed: Promise<SlateError | undefined>;
  #active = true;
  #draining: Promise<void> | undefined;
  #resolveClosed: ((error: SlateError | undefined) => void) | undefined;

  /** `onEnd` is called once, before `closed` resolves. `onDrain` drains at the server, then calls `end`. */
  constructor(
    readonly subject: string,
    readonly queue: string | undefined,
    readonly handler: MessageHandler,
    readonly onEnd: (subscription: Subscription) => void,
    readonly onDrain: (subscription: Subscription) => Promise<void>,
  ) {
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  get active(): boolean {
    return this.#active;
  }

  deliver(message: BusMessage): void {
    if (this.#active) guarded(this.handler, message, undefined);
  }

  unsubscribe(): void {
    this.end();
  }

  drain(): Promise<void> {
    if (!this.#active) return Promise.resolve();
    this.#draining ??= this.onDrain(this);
    return this.#draining;
  }

  end(error?: SlateError): void {
    if (!this.#active) return;
    this.#active = false;
    this.onEnd(this);
    this.#resolveClosed?.(error);
  }
}
