/** One subscription, whatever carries it: delivers while it is active, ends once. */
import { guarded } from '../emitter.js';
import type { SlateError } from '../errors.js';
import type { BusMessage, BusSubscription, MessageHandler } from './bus.js';

export class Subscription implements BusSubscription {
  readonly closed: Promise<SlateError | undefined>;
  #active = true;
  #settle: ((error: SlateError | undefined) => void) | undefined;

  /** `ended` is told once, before `closed` resolves. */
  constructor(
    readonly subject: string,
    readonly queue: string | undefined,
    readonly handler: MessageHandler,
    readonly ended: (subscription: Subscription) => void,
  ) {
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  get active(): boolean {
    return this.#active;
  }

  deliver(message: BusMessage): void {
    if (this.#active) guarded(() => this.handler(message));
  }

  unsubscribe(): void {
    this.end();
  }

  end(error?: SlateError): void {
    if (!this.#active) return;
    this.#active = false;
    this.ended(this);
    this.#settle?.(error);
  }
}
