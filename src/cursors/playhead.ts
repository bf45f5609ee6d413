/**
 * M8: the playhead of one pointer: the time on the sender's clock that is shown now. It follows the wanted time, which
 * is now minus the playout delay, by playing faster or slower, as a media player does. It never jumps while the pointer
 * moves, except over what is more than a second old.
 *
 * With e = wanted − playhead and a frame of Δt, a frame advances the playhead by
 *
 *     Δt + clamp(e × (1 − exp(−Δt / 120 ms)), (0.7 − 1) Δt, (1.5 − 1) Δt)
 */

/** When the playhead is further from the wanted time than this, it jumps there. Milliseconds. */
const JUMP_MS = 1_000;
/** The fastest and the slowest rate of playing, while the pointer moves. */
const FASTEST = 1.5;
const SLOWEST = 0.7;
/** The time constant with which the distance to the wanted time shrinks. Milliseconds. */
const EASE_MS = 120;
/** How far playout goes beyond the end of the path: at full rate up to the first, and never beyond the second. */
const FULL_RATE_MS = 20;
export const MAX_EXTRAPOLATION_MS = 35;

export class Playhead {
  /** On the sender's clock, in milliseconds; NaN before the first frame. */
  at = Number.NaN;
  #advancedAt = Number.NEGATIVE_INFINITY;

  /**
   * Advances to where the playhead should be at `now`, as far as the rates allow. Returns false where it had to jump.
   *
   * @param wanted the time to show, on the sender's clock
   * @param still the pointer stands still until this time, so up to it any rate will do
   * @param end the last time of the path that is known
   */
  advance(now: number, wanted: number, still = Number.NEGATIVE_INFINITY, end = Number.POSITIVE_INFINITY): boolean {
    const passed = Math.max(0, now - this.#advancedAt);
    this.#advancedAt = now;
    if (!(passed <= JUMP_MS && Math.abs(wanted - this.at - passed) <= JUMP_MS)) {
      this.at = wanted;
      return false;
    }
    this.at = Math.max(this.at, Math.min(still, wanted - passed));
    const ease = (wanted - this.at - passed) * (1 - Math.exp(-passed / EASE_MS));
    const next = this.at + passed + Math.min((FASTEST - 1) * passed, Math.max((SLOWEST - 1) * passed, ease));
    this.at = next <= end ? next : end + slowed(Math.max(0, this.at - end), next - end);
    return true;
  }
}

/**
 * Where the playhead is, instead of at `to`, after it was at `from`; all three are milliseconds beyond the end of the
 * path. After 20 ms it slows down exponentially, so that it approaches 35 ms and never reaches it.
 */
function slowed(from: number, to: number): number {
  if (to <= FULL_RATE_MS) return to;
  const start = Math.max(from, FULL_RATE_MS);
  const rest = MAX_EXTRAPOLATION_MS - start;
  return MAX_EXTRAPOLATION_MS - rest * Math.exp((start - to) / (MAX_EXTRAPOLATION_MS - FULL_RATE_MS));
}
