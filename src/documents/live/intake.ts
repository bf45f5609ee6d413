/**
 * Y18: what of the messages of others is read at all: not the own ones that come back, not more than a sender may send,
 * and before the document is open, as much as may wait.
 */
import type { Clock } from '../../clock.js';
import { ProtocolError } from '../../errors.js';
import { PART } from '../../protocol/document-messages.js';
import { PART_BYTES } from '../../protocol/document-parts.js';
import { documentUser } from '../../protocol/document-subjects.js';
import { Bucket } from './bucket.js';
import { MAX_WAITING_BYTES, OF_ALL, OF_ONE } from './limits.js';

export interface Arrived {
  readonly subject: string;
  readonly data: Uint8Array;
}

/** A part is kept, and not applied. */
const COST_OF_PART = 0.1;
/** How many senders are told apart. */
const MAX_SENDERS = 1_000;

/** True where all senders use one subject, because nobody is verified. */
export const isShared = (subject: string) => !documentUser(subject);

export class Intake {
  readonly #clock: Clock;
  readonly #rates = new Map<string, Bucket>();
  #held: Arrived[] = [];
  #bytes = 0;
  /** Messages were dropped since the last {@link takeHeld}. */
  #overflowed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a message. Throws {@link ProtocolError} for one that is too much of its sender. */
  count({ subject, data }: Arrived): void {
    let rate = this.#rates.get(subject);
    if (!rate) {
      if (this.#rates.size >= MAX_SENDERS) this.#rates.clear();
      const perSecond = isShared(subject) ? OF_ALL : OF_ONE;
      rate = new Bucket(this.#clock, perSecond, 2 * perSecond);
      this.#rates.set(subject, rate);
    }
    const isPart = data[0] === PART || data.length >= PART_BYTES; // the latter where it is sealed
    if (!rate.take(isPart ? COST_OF_PART : 1))
      throw new ProtocolError('limit', 'a sender makes more edits than a document takes in');
  }

  /** Keeps a message until the document is open; too many of them are all dropped, and asked for later. */
  hold(message: Arrived): void {
    this.#bytes += message.data.length;
    if (this.#bytes > MAX_WAITING_BYTES) {
      this.clear();
      this.#overflowed = true;
    } else if (!this.#overflowed) this.#held.push(message);
  }

  /** What was held, in order; `complete` is false where more had come. */
  takeHeld(): { readonly messages: readonly Arrived[]; readonly complete: boolean } {
    const held = { messages: this.#held, complete: !this.#overflowed };
    this.clear();
    return held;
  }

  clear(): void {
    this.#held = [];
    this.#bytes = 0;
    this.#overflowed = false;
  }
}
