/**
 * When to try to connect (rule P7): the very first time at once; after a loss within 0 to 500 ms, so that a room of
 * clients does not come back in one instant; after a failure every second ± 30 %; at once when the browser says it is
 * online; for ever. Policy only: it opens nothing.
 */
import type { Clock, Random } from '../../clock.js';

const FIRST_TRY_MS = 500;
export const RETRY_MS = 1000;
const RETRY_SPREAD = 0.3;
/** The longest wait before a try. */
export const LONGEST_WAIT_MS = RETRY_MS * (1 + RETRY_SPREAD);

/** Calls `fn` whenever the network comes back; returns its undo. */
export type OnlineSignal = (fn: () => void) => () => void;

export interface DialerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly online?: OnlineSignal;
  /** The network is back while a try is under way, which began without it: give that one up. */
  readonly abandon?: () => void;
}

export class Dialer {
  readonly #options: DialerOptions;
  readonly #stopListening: () => void;
  #waitMs: () => number = () => 0;
  #state: 'idle' | 'waiting' | 'trying' | 'connected' | 'closed' = 'idle';
  #wake: (() => void) | undefined;

  constructor(options: DialerOptions) {
    this.#options = options;
    this.#stopListening = (options.online ?? browserOnline)(() => this.#hurry());
  }

  /** Resolves when the next try is due: true to make it, false once closed. */
  async turn(): Promise<boolean> {
    if (this.#state === 'closed') return false;
    this.#state = 'waiting';
    const ms = this.#waitMs();
    this.#waitMs = this.#retryMs;
    if (ms > 0) {
      await new Promise<void>((resolve) => {
        const cancel = this.#options.clock.after(ms, resolve);
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
      this.#wake = undefined;
    }
    if ((this.#state as string) === 'closed') return false;
    this.#state = 'trying';
    return true;
  }

  /** There is a connection: the next try will be the first after a loss. */
  connected(): void {
    if (this.#state === 'closed') return;
    this.#state = 'connected';
    this.#waitMs = () => this.#options.random() * FIRST_TRY_MS;
  }

  /** No more tries; a wait under way ends. Idempotent. */
  close(): void {
    this.#state = 'closed';
    this.#stopListening();
    this.#wake?.();
  }

  #retryMs = () => RETRY_MS * (1 + RETRY_SPREAD * (2 * this.#options.random() - 1));

  #hurry(): void {
    if (this.#state === 'waiting') this.#wake?.();
    if (this.#state !== 'trying') return;
    this.#waitMs = () => 0;
    this.#options.abandon?.();
  }
}

const browserOnline: OnlineSignal = (fn) => {
  const target = globalThis as Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>>;
  target.addEventListener?.('online', fn);
  return () => target.removeEventListener?.('online', fn);
};
