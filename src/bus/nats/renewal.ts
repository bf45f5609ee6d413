/**
 * When credentials that end are renewed (V10): in good time before the end, and again in growing waits where that
 * fails, while the connection that was made with the old ones goes on.
 */
import type { Clock, Random } from '../../clock.js';
import { SlateError } from '../../errors.js';
import type { Ticket } from './credentials.js';
import { growingWait } from './waits.js';

/** The part of a life after which the next credentials are asked for, and how much chance adds or takes. */
const DUE = 0.8;
const DUE_SPREAD = 0.04;
/** They are asked for at least so long before the end, in milliseconds, except of a life below twice that. */
const RESERVE_MS = 5_000;
/** The shortest wait before a renewal, so that a wrong clock does not ask without a pause; the longest of a timer. */
const MIN_MS = 1_000;
const MAX_MS = 2 ** 31 - 1;

export interface RenewalOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Asks the page. */
  readonly ask: () => Promise<Ticket>;
  /** Makes the connection with the next credentials the one that counts. Rejects where there is none. */
  readonly replace: (ticket: Ticket) => Promise<void>;
  /** A renewal failed; another follows. */
  readonly failed: (error: SlateError) => void;
}

export class Renewal {
  readonly #options: RenewalOptions;
  #cancel: (() => void) | undefined;
  /** Counts what was accepted and stopped; an attempt that began before is nobody's. */
  #run = 0;
  #failures = 0;
  /** The last error that was told; the same again is not. */
  #told = '';

  constructor(options: RenewalOptions) {
    this.#options = options;
  }

  /** The server has accepted these: they are renewed before they end. */
  accepted(ticket: Ticket): void {
    this.stop();
    const { clock } = this.#options;
    const { lifeMs, receivedAt } = ticket;
    if (lifeMs === undefined) return;
    this.#failures = 0;
    this.#told = '';
    this.#after(Math.max(MIN_MS, receivedAt + this.#due(lifeMs) - clock.now()), ticket);
  }

  /** There is no connection: the next attempt to make one asks for itself. */
  stop(): void {
    this.#run++;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #due(lifeMs: number): number {
    const share = DUE + DUE_SPREAD * (2 * this.#options.random() - 1);
    return Math.max(lifeMs / 2, Math.min(lifeMs * share, lifeMs - RESERVE_MS));
  }

  #after(ms: number, old: Ticket): void {
    this.#cancel = this.#options.clock.after(Math.min(ms, MAX_MS), () => void this.#renew(old));
  }

  async #renew(old: Ticket): Promise<void> {
    const { ask, replace, failed, random } = this.#options;
    const run = ++this.#run;
    try {
      const next = await ask();
      if (run !== this.#run) return;
      // A page may keep what it has until shortly before the end: that is no error.
      if (next.text !== old.text) return await replace(next);
    } catch (error) {
      if (run !== this.#run) return;
      const known = error instanceof SlateError ? error : new SlateError(String(error), { cause: error });
      if (known.message !== this.#told) failed(known);
      this.#told = known.message;
    }
    this.#after(growingWait(++this.#failures, random), old);
  }
}
