/**
 * M11: how much a session takes in on one subject. A connection can send more than a page can decode and show, so each
 * sender has a budget, and what is over it is dropped before anything else looks at it. In a verified room the sender
 * is the user whom the subject names (V7).
 */
import type { Clock } from '../clock.js';
import { ProtocolError } from '../errors.js';

const WINDOW_MS = 1_000;
/** What one client of the room, or one user, may send in a second. A message costs 1, and 1 more for each KiB. */
const OF_ONE = 256;
/** The same for all messages together that name no client of the room. */
const OF_OTHERS = 2_048;
/** Stands for every sender that is no client of the room. */
const OTHERS = -1;

/** A client id, or the id of a user who is vouched for. */
type Sender = number | string;

export class Intake {
  readonly #clock: Clock;
  readonly #isHere: (client: number) => boolean;
  readonly #report: (error: ProtocolError) => void;
  readonly #spent = new Map<Sender, number>();
  /** How many messages of each sender were dropped. */
  readonly #dropped = new Map<Sender, number>();
  #endsAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  /** `isHere`: whether this is a client of the room. `report` receives one error a second for all that is dropped. */
  constructor(clock: Clock, isHere: (client: number) => boolean, report: (error: ProtocolError) => void) {
    this.#clock = clock;
    this.#isHere = isHere;
    this.#report = report;
  }

  /** Whether to take in a message of so many bytes from `sender`: any number, or a user who is vouched for. */
  takes(sender: Sender, bytes: number): boolean {
    const now = this.#clock.now();
    if (now >= this.#endsAt) {
      this.#spent.clear();
      this.#endsAt = now + WINDOW_MS;
    }
    const who = typeof sender === 'string' || this.#isHere(sender) ? sender : OTHERS;
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
    const client = worst === OTHERS ? 'senders that nobody here knows' : `client ${worst}`;
    const who = typeof worst === 'string' ? `user "${worst}"` : client;
    const error = new ProtocolError('limit', `${who} sent ${most} messages more than a session takes in`);
    if (typeof worst === 'string') error.user = worst;
    else if (worst !== OTHERS) error.client = worst;
    error.count = 0;
    for (const count of this.#dropped.values()) error.count += count;
    this.#dropped.clear();
    this.#report(error);
  }
}
