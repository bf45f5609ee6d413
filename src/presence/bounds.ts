/**
 * The bounds of what this session does because of the messages of others (docs/PROTOCOL.md, "Bounds"). Without them a
 * few bytes from a stranger, or two rules that answer each other, could make a room send without end.
 */
import type { Clock } from '../clock.js';
import { ANSWER_BURST_MS, ANSWER_BYTES } from './constants.js';

/**
 * Runs `act` at most once in `ms` milliseconds: at once after a rest, and otherwise when the time is over, once for
 * all that asked meanwhile.
 */
export class Paced {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #act: () => void;
  #actedAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, ms: number, act: () => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#act = act;
  }

  /** `delayMs`: how long to wait at least, where a crowd would otherwise act at the same moment. */
  run(delayMs = 0): void {
    if (this.#cancel) return;
    const wait = Math.max(delayMs, this.#actedAt + this.#ms - this.#clock.now());
    if (wait <= 0) this.#now();
    else this.#cancel = this.#clock.after(wait, () => this.#now());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #now(): void {
    this.stop();
    this.#actedAt = this.#clock.now();
    this.#act();
  }
}

/** Lets something happen `count` times in a second, and no more. */
export class Allowance {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #count: number;
  #used = 0;
  #endsAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, 'now'>, count: number) {
    this.#clock = clock;
    this.#count = count;
  }

  /** True if it may happen once more now. */
  take(): boolean {
    const now = this.#clock.now();
    if (now >= this.#endsAt) {
      this.#endsAt = now + 1_000;
      this.#used = 0;
    }
    return ++this.#used <= this.#count;
  }
}

/**
 * This session's share of what a whole room may answer to strangers in a second (`ANSWER_BYTES`): the more members
 * there are, the less each of them sends. What was not used for a while may be used at once, as a crowd needs.
 */
export class Share {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #members: () => number;
  /** Until when the share is used. */
  #usedUntil = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, 'now'>, members: () => number) {
    this.#clock = clock;
    this.#members = members;
  }

  /** True if an answer may be sent now, however large it is. */
  get isFree(): boolean {
    return this.#usedUntil < this.#clock.now() + ANSWER_BURST_MS;
  }

  /** An answer of `bytes` was sent. */
  use(bytes: number): void {
    const ms = (1_000 * bytes * this.#members()) / ANSWER_BYTES;
    this.#usedUntil = Math.max(this.#usedUntil, this.#clock.now()) + ms;
  }
}
