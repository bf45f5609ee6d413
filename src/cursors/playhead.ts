/**
 * The moment of a sender's past that is shown now. It keeps the distance it is told and comes back to it by going a
 * little faster or slower; while something moves it never leaps, but over what is too old to be worth seeing.
 */

/** Further behind than this it leaves out, rather than catches up. Milliseconds. */
const LEAP_MS = 1_000;
/** How fast it may go at most, and how slow at least, while the pointer moves. */
const FASTEST = 1.5;
const SLOWEST = 0.7;
/** A difference is gone by two thirds in this time, as far as those speeds allow. Milliseconds. */
const EASE_MS = 120;
/** How far it goes beyond what is known: at its speed, and then ever slower. Milliseconds. */
const ON_MS = 20;
export const BEYOND_MS = 35;

export class Playhead {
  /** On the sender's clock; NaN before the first frame. */
  at = Number.NaN;
  #seenAt = Number.NEGATIVE_INFINITY;

  /**
   * To where it should be at `now`, as nearly as that may be. False where it had to leap.
   *
   * @param still the pointer stands still until then, and so far any speed will do
   * @param known where the path ends, for now
   */
  advance(now: number, wanted: number, still = Number.NEGATIVE_INFINITY, known = Number.POSITIVE_INFINITY): boolean {
    const passed = Math.max(0, now - this.#seenAt);
    this.#seenAt = now;
    if (!(passed <= LEAP_MS && Math.abs(wanted - this.at - passed) <= LEAP_MS)) {
      this.at = wanted;
      return false;
    }
    this.at = Math.max(this.at, Math.min(still, wanted - passed));
    const ease = (wanted - this.at - passed) * (1 - Math.exp(-passed / EASE_MS));
    const next = this.at + passed + Math.min((FASTEST - 1) * passed, Math.max((SLOWEST - 1) * passed, ease));
    this.at = next <= known ? next : known + slowed(Math.max(0, this.at - known), next - known);
    return true;
  }
}

/** From `from` on to `to`, both counted from where the path ends. */
function slowed(from: number, to: number): number {
  if (to <= ON_MS) return to;
  const rest = BEYOND_MS - Math.max(from, ON_MS);
  return BEYOND_MS - rest * Math.exp((Math.max(from, ON_MS) - to) / (BEYOND_MS - ON_MS));
}
