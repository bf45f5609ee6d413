/**
 * M11: how much a session takes in on one subject. A connection can send more than a page can decode and show, so each
 * sender has a budget, and what is over it is dropped before anything else looks at it.
 */
import type { Clock } from '../clock.js';
import { ProtocolError } from '../errors.js';

const WINDOW_MS = 1_000;
/** What one client of the room may send in a second. A message costs 1, and 1 more for each KiB. */
const OF_ONE = 256;
/** The same for all messages together that name no client of the room. */
const OF_OTHERS = 2_048;
/** Stands for every sender that is no client of the room. */
const OTHERS = -1;

export class Intake {
  readonly #clock: Clock;
  readonly #isHere: (client: number) => boolean;
  readonly #report: (error: ProtocolError) => void;
  readonly #spent = new Map<number, number>();
  /** How many messages of each sender were dropped. */
  readonly #dropped = new Map<number, number>();
  #endsAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  /** `isHere`: whether this is a client of the room. `report` receives one error a second for all that is dropped. */
  constructor(clock: Clock, isHere: (client: number) => boolean, report: (error: ProtocolError) => void) {
    this.#clock = clock;
    this.#isHere = isHere;
    this.#report = report;
  }

  /** Whether to take in a message of so many bytes from `sender`, which may be any number. */
  takes(sender: number, bytes: number): boolean {
    const now = this.#clock.now();
    if (now >= this.#endsAt) {
      this.#spent.clear();
      this.#endsAt = now + WINDOW_MS;
    }
    const who = this.#isHere(sender) ? sender : OTHERS;
    const spent = (this.#spent.get(who) ?? 0) + 1 + bytes / 1024;
    this.#spent.set(who, spent);
    if (spent <= (who === OTHERS ? OF_OTHERS : OF_ONE)) return true;
    this.#dropped.set(who, (this.#dropped.get(who) ?? 0) + 1);
    this.#cancel ??= this.#clock.after(WINDOW_MS, () => this.stop());
    return false;
  }

  /** Reports what was dropped. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const [[worst, most] = [OTHERS, 0]] = [...this.#dropped].sort(([, a], [, b]) => b - a);
    if (most === 0) return;
    const who = worst === OTHERS ? 'senders that nobody here knows' : `client ${worst}`;
    const error = new ProtocolError('limit', `${who} sent ${most} messages more than a session takes in`);
    if (worst !== OTHERS) error.client = worst;
    error.count = 0;
    for (const count of this.#dropped.values()) error.count += count;
    this.#dropped.clear();
    this.#report(error);
  }
}
