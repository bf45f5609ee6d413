/** One subscription, whatever carries it: delivers while it is active, ends once. */
import { guarded } from '../emitter.js';
import type { SlateError } from '../errors.js';
import type { BusMessage, BusSubscription, MessageHandler } from './bus.js';

export class Subscription implements BusSubscription {
  readonly closed: Promise<SlateError | undefined>;
  #active = true;
  #draining: Promise<void> | undefined;
  #settle: ((error: SlateError | undefined) => void) | undefined;

  /** `ended` is told once, before `closed` resolves. `drained` ends it at the server first, then here. */
  constructor(
    readonly subject: string,
    readonly queue: string | undefined,
    readonly handler: MessageHandler,
    readonly ended: (subscription: Subscription) => void,
    readonly drained: (subscription: Subscription) => Promise<void>,
  ) {
    this.closed = new Promise((resolve) => {
      this.#settle = resolve;
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
    this.#draining ??= this.drained(this);
    return this.#draining;
  }

  end(error?: SlateError): void {
    if (!this.#active) return;
    this.#active = false;
    this.ended(this);
    this.#settle?.(error);
  }
}
