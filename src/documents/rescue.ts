/**
 * Y9: when a document holds what no session saves by itself, or the history what no session has. Edits of a member that
 * died before it had saved them are in the documents of the others: where no room says who died, each writer compares
 * the history with its document some time after the last edit of others, chosen at random. And what comes from
 * elsewhere, from a store or another provider, is saved soon after the last of it. An edit may also be saved and reach
 * nobody, if its author dies; so each session looks into the history now and then.
 */
import type { Doc, Transaction } from 'yjs';
import type { Clock, Random } from '../clock.js';
import { onChanges } from './changes.js';

/** How long after the last edit of others, in milliseconds, and how much longer at random. */
const QUIET_MS = 20_000;
const SPREAD_MS = 20_000;
/** How long after the last update from elsewhere. Milliseconds. */
const ELSEWHERE_MS = 1_000;
/** Between two looks into the history, and how much longer at random. Milliseconds. */
const LOOK_MS = 300_000;
const LOOK_SPREAD_MS = 240_000;

export interface RescueOptions {
  readonly doc: Doc;
  readonly origin: object;
  readonly clock: Clock;
  readonly random: Random;
  /** Compares, and saves what is missing. */
  save(): Promise<void>;
  /** Reads what is new in the history; a writer also saves what is missing there. */
  look(): Promise<void>;
  /** Something came from elsewhere; `save` follows. */
  elsewhere(): void;
  /** True where somebody else says when to look. */
  watched(): boolean;
}

export class Rescue {
  readonly #options: RescueOptions;
  #cancel: (() => void) | undefined;
  #cancelSoon: (() => void) | undefined;
  #cancelLook: (() => void) | undefined;
  #ignoreChanges: (() => void) | undefined;
  /** When the document may be compared, if others have edited it. */
  #dueAt = 0;

  constructor(options: RescueOptions) {
    this.#options = options;
  }

  start(): void {
    this.#ignoreChanges ??= onChanges(this.#options.doc, { changed: (transaction) => this.#changed(transaction) });
    if (!this.#cancelLook) this.#lookLater();
  }

  stop(): void {
    this.#ignoreChanges?.();
    this.#cancel?.();
    this.#cancelSoon?.();
    this.#cancelLook?.();
    this.#ignoreChanges = undefined;
    this.#cancel = undefined;
    this.#cancelSoon = undefined;
    this.#cancelLook = undefined;
  }

  #lookLater(): void {
    const { clock, random, look } = this.#options;
    this.#cancelLook = clock.after(LOOK_MS + random() * LOOK_SPREAD_MS, () => {
      this.#lookLater();
      void look();
    });
  }

  #changed({ local, origin }: Transaction): void {
    const { origin: lanes, clock, random, save, elsewhere, watched } = this.#options;
    if (local) return; // its session saves it
    if (origin !== lanes) {
      this.#cancelSoon?.();
      this.#cancelSoon = clock.after(ELSEWHERE_MS, () => void save());
      elsewhere();
    } else if (!watched()) {
      this.#dueAt = clock.now() + QUIET_MS;
      if (!this.#cancel) this.#saveIn(QUIET_MS + random() * SPREAD_MS);
    }
  }

  /** One timer for many edits: making one for each, at random, costs more than the edit. */
  #saveIn(ms: number): void {
    const { clock, random, save } = this.#options;
    this.#cancel = clock.after(ms, () => {
      this.#cancel = undefined;
      const rest = this.#dueAt - clock.now();
      if (rest > 0) this.#saveIn(rest + random() * SPREAD_MS);
      else void save();
    });
  }
}
