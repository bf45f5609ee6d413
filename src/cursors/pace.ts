/**
 * M6: how long a sender waits between two batches, so that no member receives more messages per second than the room's
 * budget, however many pointers move. Every member receives the same batches, counts the same movers, and so arrives at
 * the same interval without any message about it:
 *
 *     interval in ms = max(100, 1000 × movers / (0.8 × messages per second))
 */
import type { Clock, Random } from '../clock.js';

/** The default budget: how many messages a second one client receives at most. */
export const MESSAGES_PER_SECOND = 600;
/** The share of the budget for motion; the rest is for presence, and for movers that are not counted yet. */
const MOTION_SHARE = 0.8;
/** The shortest interval between two batches. Milliseconds. */
export const BATCH_INTERVAL_MS = 100;
/** A member counts as a mover for this long after its last batch, or for two intervals where that is longer. */
const MOVING_MS = 2_000;
/** A received batch that claims to span more is taken to span this much. Milliseconds. */
const MAX_SPAN_MS = 10_000;
/** Each sender's interval differs by up to half of this, so that senders which started together drift apart. */
const STAGGER = 0.1;

export class Pace {
  readonly #clock: Clock;
  /** Milliseconds of the interval for each mover. */
  readonly #perMover: number;
  readonly #stagger: number;
  /** The time of the last batch of each mover. */
  readonly #receivedAt = new Map<number, number>();
  #begunAt: number;
  /** The longest batch that was received since. Milliseconds. */
  #longest = 0;

  /** @param messagesPerSecond the budget, which has to be the same for all members of a room */
  constructor(clock: Clock, random: Random, messagesPerSecond: number) {
    this.#clock = clock;
    this.#stagger = 1 + STAGGER * (random() - 0.5);
    this.#perMover = 1_000 / (MOTION_SHARE * messagesPerSecond);
    this.#begunAt = clock.now();
  }

  /**
   * This client has just joined. Until it has received a batch of every mover, it keeps to the length of their batches.
   */
  begin(): void {
    this.#receivedAt.clear();
    this.#longest = 0;
    this.#begunAt = this.#clock.now();
  }

  /** A batch of a member arrived, whose first sample was `age` ms old when it was sent. */
  received(client: number, age: number): void {
    this.#receivedAt.set(client, this.#clock.now());
    this.#longest = Math.max(this.#longest, Math.min(age, MAX_SPAN_MS));
  }

  /** Milliseconds from one batch to the next. */
  get interval(): number {
    const now = this.#clock.now();
    const moving = Math.max(MOVING_MS, 2 * this.#counted);
    for (const [client, at] of this.#receivedAt) if (now - at > moving) this.#receivedAt.delete(client);
    return now - this.#begunAt < MOVING_MS ? Math.max(this.#counted, this.#longest) : this.#counted;
  }

  /** The interval for the movers that were counted, this client included. */
  get #counted(): number {
    return Math.max(BATCH_INTERVAL_MS, (this.#receivedAt.size + 1) * this.#perMover * this.#stagger);
  }
}
