/**
 * Which copies of a message count while two lines carry the same subscriptions (V10). The old line counts until it has
 * been drained, then the new one, without the copies of what the old one brought.
 *
 * The server hands a message to the two lines in the same order for each publisher, but a copy may come sooner or later
 * than the other. So the copies are counted by what is in them: one more for each that the old line brought, one less
 * for each that came on the new line too. Only of messages on one subject that are alike in every byte, one may be
 * taken for the copy of another: where it was sent in the moment in which one line counted already and the other did
 * not, which is as long as their ways to the server differ.
 */
import type { BusMessage } from '../bus.js';
import type { Subscription } from '../subscription.js';

type Deliver = (subscription: Subscription, message: BusMessage) => void;

/** As many characters as bytes. */
const latin1 = /* @__PURE__ */ new TextDecoder('latin1');

export class Copies {
  readonly #deliver: Deliver;
  /** By subscription and content: how many copies the old line brought that the new one has not. */
  readonly #ahead = new Map<Subscription, Map<string, number>>();
  #held: [Subscription, BusMessage][] | undefined;
  #countsOld = false;
  #countsNew = false;
  /** True once the new line counts. */
  #isOver = false;

  constructor(deliver: Deliver) {
    this.#deliver = deliver;
  }

  /** From now on the old line brings nothing that does not come on the new line too. */
  beginOld(): void {
    this.#countsOld = true;
  }

  /** The server said so on the new line at the same time. */
  beginNew(): void {
    this.#countsNew = true;
  }

  /** Received on the line that is replaced. */
  old(subscription: Subscription, message: BusMessage): void {
    if (this.#countsOld && isForBoth(subscription, message)) this.#count(subscription, message, 1);
    this.#deliver(subscription, message);
  }

  /** Received on the line that takes over. */
  new(subscription: Subscription, message: BusMessage): void {
    if (!isForBoth(subscription, message)) this.#deliver(subscription, message);
    else if (this.#held) this.#held.push([subscription, message]);
    else if (this.#isOver) this.#sort(subscription, message);
    else if (this.#countsNew) this.#count(subscription, message, -1);
  }

  /** The old line unsubscribes: what comes on the new line from now on may have no copy, and waits. */
  hold(): void {
    this.#held = [];
  }

  /** The old line brings nothing more: the new one counts. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#isOver = true;
    for (const [subscription, message] of held) this.#sort(subscription, message);
  }

  /** Delivers what is no copy. */
  #sort(subscription: Subscription, message: BusMessage): void {
    if (this.#count(subscription, message, -1) < 0) {
      this.#count(subscription, message, 1);
      this.#deliver(subscription, message);
    }
  }

  #count(subscription: Subscription, message: BusMessage, by: 1 | -1): number {
    let counts = this.#ahead.get(subscription);
    if (!counts) {
      counts = new Map();
      this.#ahead.set(subscription, counts);
    }
    const key = `${message.subject} ${message.reply ?? ''} ${latin1.decode(message.data)}`;
    const count = (counts.get(key) ?? 0) + by;
    if (count === 0) counts.delete(key);
    else counts.set(key, count);
    return count;
  }
}

/** The server gives one member of a queue group a message, and tells one connection that nobody listens. */
function isForBoth({ queue }: Subscription, message: BusMessage): boolean {
  return queue === undefined && !message.noResponders;
}
