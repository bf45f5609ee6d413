/**
 * Y9: when a document holds what no session saves by itself. Edits of a member that died before it had saved them are
 * in the documents of the others: where no room says who died, each writer compares the history with its document some
 * time after the last edit of others, chosen at random. And what comes from elsewhere, from a store or another
 * provider, is saved soon after the last of it.
 */
import type { Doc, Transaction } from 'yjs';
import type { Clock, Random } from '../clock.js';

/** How long after the last edit of others, in milliseconds, and how much longer at random. */
const QUIET_MS = 20_000;
const SPREAD_MS = 20_000;
/** How long after the last update from elsewhere. Milliseconds. */
const ELSEWHERE_MS = 1_000;

export interface RescueOptions {
  readonly doc: Doc;
  readonly origin: object;
  readonly clock: Clock;
  readonly random: Random;
  /** Compares, and saves what is missing. */
  save(): Promise<void>;
  /** Something came from elsewhere; `save` follows. */
  elsewhere(): void;
  /** True where somebody else says when to look. */
  watched(): boolean;
}

export class Rescue {
  readonly #options: RescueOptions;
  #cancel: (() => void) | undefined;
  #cancelSoon: (() => void) | undefined;
  #started = false;

  constructor(options: RescueOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#options.doc.on('update', this.#onUpdate);
  }

  stop(): void {
    this.#started = false;
    this.#cancel?.();
    this.#cancelSoon?.();
    this.#options.doc.off('update', this.#onUpdate);
  }

  readonly #onUpdate = (_update: Uint8Array, origin: unknown, _doc: Doc, { local }: Transaction): void => {
    const { origin: lanes, clock, random, save, elsewhere, watched } = this.#options;
    if (local) return; // its session saves it
    if (origin !== lanes) {
      this.#cancelSoon?.();
      this.#cancelSoon = clock.after(ELSEWHERE_MS, () => void save());
      elsewhere();
    } else if (!watched()) {
      this.#cancel?.();
      this.#cancel = clock.after(QUIET_MS + random() * SPREAD_MS, () => void save());
    }
  };
}
