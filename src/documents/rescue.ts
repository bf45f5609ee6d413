/**
 * Y9: edits of a member that died before it had saved them are in the documents of the others. Where no room says who
 * died, each writer compares the history with its document some time after the last edit of others, chosen at random.
 */
import type { Doc, Transaction } from 'yjs';
import type { Clock, Random } from '../clock.js';

/** How long after the last edit of others, in milliseconds, and how much longer at random. */
const QUIET_MS = 20_000;
const SPREAD_MS = 20_000;

export interface RescueOptions {
  readonly doc: Doc;
  readonly origin: object;
  readonly clock: Clock;
  readonly random: Random;
  /** Compares, and saves what is missing. */
  save(): Promise<void>;
  /** True where somebody else says when to look. */
  watched(): boolean;
}

export class Rescue {
  readonly #options: RescueOptions;
  #cancel: (() => void) | undefined;
  #started = false;

  constructor(options: RescueOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#options.doc.on('afterTransaction', this.#onTransaction);
  }

  stop(): void {
    this.#started = false;
    this.#cancel?.();
    this.#options.doc.off('afterTransaction', this.#onTransaction);
  }

  readonly #onTransaction = ({ origin }: Transaction): void => {
    const { origin: lanes, clock, random, save, watched } = this.#options;
    if (origin !== lanes || watched()) return;
    this.#cancel?.();
    this.#cancel = clock.after(QUIET_MS + random() * SPREAD_MS, () => void save());
  };
}
