/** One pull request: asks a consumer for one message, which arrives on an inbox of its own, or does not. */
import type { Bus, BusMessage, BusSubscription } from '../bus/bus.js';
import type { Clock } from '../clock.js';
import { nanoseconds } from './api.js';
import type { ConsumerName } from './consumers.js';
import { readDelivery } from './delivery.js';

/** What a pull request needs of a bus. */
export type PullBus = Pick<Bus, 'publish' | 'subscribe' | 'inbox'>;

/** How a pull request ended: with a message, after its time without one, or because the server refused or lost it. */
export type PullEnd =
  | { readonly type: 'message'; readonly message: BusMessage }
  | { readonly type: 'expired' }
  | { readonly type: 'refused' };

/** How long the server keeps a request. */
const EXPIRES_MS = 5000;
/**
 * How much later a request counts as lost when the server has said nothing. That happens when the server that held it
 * went away, and when the consumer does not exist: of that the server says nothing at all.
 */
const GRACE_MS = 1000;
/**
 * A request that ends this long before it expires was refused: the consumer or its stream is gone, or the server shuts
 * down.
 */
const EARLY_MS = 1000;

export class Pull {
  readonly #inbox: BusSubscription;
  readonly #cancelTimer: () => void;

  /** Throws as `Bus.publish` does. */
  constructor(
    bus: PullBus,
    clock: Clock,
    { stream, consumer }: ConsumerName,
    ended: (pull: Pull, end: PullEnd) => void,
  ) {
    const start = clock.now();
    const finish = (end: PullEnd) => {
      this.cancel();
      ended(this, end);
    };
    this.#cancelTimer = clock.after(EXPIRES_MS + GRACE_MS, () => finish({ type: 'refused' }));
    this.#inbox = bus.subscribe(bus.inbox(), (message) => {
      if (readDelivery(message)) finish({ type: 'message', message });
      else finish({ type: clock.now() - start < EXPIRES_MS - EARLY_MS ? 'refused' : 'expired' });
    });
    const request = { batch: 1, expires: nanoseconds(EXPIRES_MS) };
    try {
      bus.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, request, { reply: this.#inbox.subject });
    } catch (error) {
      this.cancel();
      throw error;
    }
  }

  /** Ends it at once. The server forgets a request whose inbox has no subscriber. */
  cancel(): void {
    this.#cancelTimer();
    this.#inbox.unsubscribe();
  }

  /** Ends it, after a message that is on its way has been received. */
  async drain(): Promise<void> {
    await this.#inbox.drain();
    this.cancel();
  }
}
