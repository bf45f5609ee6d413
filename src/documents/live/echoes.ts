/**
 * A session receives its own messages too, and in open rooms nothing in them says whose they are. They are known by
 * their bytes. A message of somebody else with the same bytes says the same, and may be taken for our own as well.
 */

/** How many own messages are on their way at most; older ones are read like those of others, which does no harm. */
const ON_THEIR_WAY = 256;

export class Echoes {
  /** Fingerprint to how often it was sent and has not come back. */
  readonly #sent = new Map<string, number>();

  /** This session sends a message. */
  sent(bytes: Uint8Array): void {
    const key = fingerprint(bytes);
    const count = this.#sent.get(key) ?? 0;
    this.#sent.delete(key); // the newest is the last
    this.#sent.set(key, count + 1);
    if (this.#sent.size > ON_THEIR_WAY) for (const oldest of this.#sent.keys()) return void this.#sent.delete(oldest);
  }

  /** True if this message is an own one that comes back. */
  isOwn(bytes: Uint8Array): boolean {
    if (this.#sent.size === 0) return false;
    const key = fingerprint(bytes);
    const count = this.#sent.get(key);
    if (count === undefined) return false;
    if (count > 1) this.#sent.set(key, count - 1);
    else this.#sent.delete(key);
    return true;
  }

  /** The connection was lost: nothing comes back any more. */
  clear(): void {
    this.#sent.clear();
  }
}

/** Length and FNV-1a. */
function fingerprint(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return `${bytes.length}:${hash}`;
}
