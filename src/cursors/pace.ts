/**
 * M6: how long to wait between two batches, so that nobody takes in more than a budget of messages, however many move.
 * Everyone hears the same movers and so keeps the same pace; nobody has to say it.
 */
import type { Clock, Random } from '../clock.js';

export const MESSAGES_PER_SECOND = 600;
/** The rest is for presence, questions and answers, and for movers that are not counted yet. */
const MOTION_SHARE = 0.8;
export const BATCH_INTERVAL_MS = 100;
/** Who was heard within this time, or within two of its batches, is moving. Milliseconds. */
const MOVING_MS = 2_000;
/** A batch is never believed to span more. Milliseconds. */
const MAX_SPAN_MS = 10_000;
/** Each keeps to a pace a little of its own, so that those who began together do not send together for long. */
const STAGGER = 0.1;

export class Pace {
  readonly #clock: Clock;
  readonly #perMover: number;
  readonly #stagger: number;
  /** When each was heard. */
  readonly #heard = new Map<number, number>();
  #begunAt: number;
  /** The longest batch heard since. */
  #span = 0;

  /** @param messagesPerSecond what one client is to take in at most; of all members of a room the same. */
  constructor(clock: Clock, random: Random, messagesPerSecond: number) {
    this.#clock = clock;
    this.#stagger = 1 + STAGGER * (random() - 0.5);
    this.#perMover = 1_000 / (MOTION_SHARE * messagesPerSecond);
    this.#begunAt = clock.now();
  }

  /** Just joined: until all were heard, the others' batches tell how many they are. */
  begin(): void {
    this.#heard.clear();
    this.#span = 0;
    this.#begunAt = this.#clock.now();
  }

  /** A batch of a member came, whose first sample was `age` ms old when it was sent. */
  heard(client: number, age: number): void {
    this.#heard.set(client, this.#clock.now());
    this.#span = Math.max(this.#span, Math.min(age, MAX_SPAN_MS));
  }

  /** Milliseconds from one batch to the next. */
  get interval(): number {
    const now = this.#clock.now();
    const moving = Math.max(MOVING_MS, 2 * this.#counted);
    for (const [client, at] of this.#heard) if (now - at > moving) this.#heard.delete(client);
    return now - this.#begunAt < MOVING_MS ? Math.max(this.#counted, this.#span) : this.#counted;
  }

  /** What the movers make of it. */
  get #counted(): number {
    return Math.max(BATCH_INTERVAL_MS, (this.#heard.size + 1) * this.#perMover * this.#stagger);
  }
}
