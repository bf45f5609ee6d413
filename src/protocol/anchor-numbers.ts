/**
 * M7: cursor batches name an anchor by a number, and spell its address out only now and then. The sender keeps one
 * table; a receiver keeps one for each sender. Both keep the 16 anchors that were spelled out last, so they forget the
 * same ones. A sender never uses a number twice: a receiver that missed a batch leaves samples out, and never shows
 * them in the wrong anchor.
 */

/** The number of the whole surface, which has no address. */
export const SURFACE = 0;
/** An anchor in use is spelled out again after this time, for those who missed it. Milliseconds. */
const SPELL_OUT_EVERY_MS = 2_000;
/** How many anchors of one sender both sides keep. */
const MAX_ANCHORS = 16;
/** How many senders a receiver keeps: the members of a full room (D2), and the batches that wait for a state. */
const MAX_SENDERS = 1_256;

/** How a batch names an anchor: by its number alone, or spelled out. */
export interface AnchorNumber {
  readonly number: number;
  readonly spelledOut: boolean;
}

/** The numbers that this client has given to its anchors. */
export class SentAnchors {
  readonly #known = new Map<string, { readonly number: number; spelledOutAt: number }>();
  #last = SURFACE;

  /** The number of an anchor, and whether the batch that is sent at `sentAt` (ms) has to spell it out. */
  number(anchor: string, sentAt: number): AnchorNumber {
    if (anchor === '') return { number: SURFACE, spelledOut: false };
    const known = this.#known.get(anchor);
    const number = known ? known.number : ++this.#last;
    const spelledOut = !known || sentAt - known.spelledOutAt >= SPELL_OUT_EVERY_MS;
    if (spelledOut) putNewest(this.#known, anchor, { number, spelledOutAt: sentAt }, MAX_ANCHORS);
    return { number, spelledOut };
  }

  /** Spells out every anchor at its next use, since somebody has joined who knows none of the numbers. */
  spellOutAll(): void {
    for (const known of this.#known.values()) known.spelledOutAt = Number.NEGATIVE_INFINITY;
  }
}

/** The numbers that other clients have given to their anchors. */
export class ReceivedAnchors {
  readonly #known = new Map<number, Map<number, string>>();

  learn(client: number, number: number, anchor: string): void {
    const anchors = this.#known.get(client) ?? new Map<number, string>();
    putNewest(anchors, number, anchor, MAX_ANCHORS);
    putNewest(this.#known, client, anchors, MAX_SENDERS);
  }

  /** Hands what is known of a client over. */
  move(client: number, to: ReceivedAnchors): void {
    for (const [number, anchor] of this.#known.get(client) ?? []) to.learn(client, number, anchor);
    this.#known.delete(client);
  }

  /** The address of an anchor; `undefined` where it was never received, or was forgotten since. */
  anchor(client: number, number: number): string | undefined {
    return number === SURFACE ? '' : this.#known.get(client)?.get(number);
  }
}

/** Puts an entry behind all others, and removes the first one when there are more than `max`. */
function putNewest<K, V>(map: Map<K, V>, key: K, value: V, max: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > max) map.delete(map.keys().next().value as K);
}
