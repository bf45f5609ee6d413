/**
 * Tells a tap of a finger or a pen from a mouse, by how its pointer goes: it is there at once, from nowhere or from
 * afar, and stays. No mouse goes like that, and nothing on the wire has to say it.
 */

/** The longest time in which it comes, and the shortest in which it stays, in milliseconds. */
const COMES_MS = 80;
const STAYS_MS = 120;
/** The least way from where it was before, in CSS pixels. */
const AFAR = 40;
/** A pointer that is seen for the first time came just now where it has rested for less than this, in milliseconds. */
const NEW_MS = 1000;

interface Place {
  readonly x: number;
  readonly y: number;
}

export class Tap {
  #moves = false;
  #movesSince = 0;
  /** When the frame before was: where frames are rare, much may have happened since. */
  #at = 0;
  #from: Place | undefined;
  #isTap = false;

  /**
   * Notes a frame: where the pointer is, for how long it has been there in milliseconds, and where it was in the frame
   * before; undefined where it was nowhere. True from when it is known to be a tap until it moves again.
   */
  note(before: Place | undefined, at: Place, restingMs: number, now: number): boolean {
    const moves = restingMs < (before ? STAYS_MS : NEW_MS);
    if (moves && !this.#moves) {
      this.#isTap = false;
      this.#movesSince = before ? this.#at : now;
      this.#from = before;
    }
    if (!moves && this.#moves) {
      const way = this.#from ? Math.hypot(at.x - this.#from.x, at.y - this.#from.y) : AFAR;
      this.#isTap = way >= AFAR && now - restingMs - this.#movesSince < COMES_MS;
    }
    this.#moves = moves;
    this.#at = now;
    return this.#isTap;
  }
}
