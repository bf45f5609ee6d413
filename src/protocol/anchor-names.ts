/**
 * M7: an anchor's address is spelled out now and then, and is a number in between. One book for what a client sends, and
 * one for what it hears of all the others; both forget the same. Numbers are never used twice, so that a receiver who
 * missed something leaves out, but never mistakes.
 */

/** The whole surface, which needs no name. */
export const SURFACE = 0;
/** How often an anchor in use is spelled out: who missed it has it again then. Milliseconds. */
const SPELLED_EVERY_MS = 2_000;
/** How many anchors of one sender are known, those spelled out last. */
const MAX_ANCHORS = 16;
/** A room's members, and those whose state has not come yet. */
const MAX_SENDERS = 1_256;

export class SentAnchors {
  readonly #known = new Map<string, { readonly number: number; spelledAt: number }>();
  #last = SURFACE;

  /** The number of an anchor, and whether to spell it out in a batch of `sentAt`. */
  name(anchor: string, sentAt: number): { readonly number: number; readonly spelled: boolean } {
    if (anchor === '') return { number: SURFACE, spelled: false };
    const known = this.#known.get(anchor);
    const number = known ? known.number : ++this.#last;
    const spelled = !known || sentAt - known.spelledAt >= SPELLED_EVERY_MS;
    if (spelled) put(this.#known, anchor, { number, spelledAt: sentAt }, MAX_ANCHORS);
    return { number, spelled };
  }

  /** Someone has come who knows none of them. */
  spellAgain(): void {
    for (const known of this.#known.values()) known.spelledAt = Number.NEGATIVE_INFINITY;
  }
}

export class HeardAnchors {
  readonly #known = new Map<number, Map<number, string>>();

  spelled(client: number, number: number, anchor: string): void {
    const book = this.#known.get(client) ?? new Map<number, string>();
    put(book, number, anchor, MAX_ANCHORS);
    put(this.#known, client, book, MAX_SENDERS);
  }

  /** `undefined` where it has not been heard, or was long ago. */
  anchor(client: number, number: number): string | undefined {
    return number === SURFACE ? '' : this.#known.get(client)?.get(number);
  }
}

/** As the newest; the oldest makes room. */
function put<K, V>(map: Map<K, V>, key: K, value: V, max: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > max) map.delete(map.keys().next().value as K);
}
