/**
 * M1: which samples of a pointer's way need not be sent: those that playout, which goes straight from one sample to the
 * next, shows where they were all the same. At 60 Hz that is about every other one; figures in docs/benchmarks-motion.md.
 */

/** Where the pointer was, and when, in milliseconds. */
export interface Moment {
  readonly t: number;
  readonly x: number;
  readonly y: number;
  readonly anchor: string;
}

/** So far beside the straight way a sample may lie, in parts of the anchor's box. */
export const TOLERANCE = 1 / 700;
/** So far apart the ends of a straight way may be: two frames of 60 Hz, and what a browser's events are early or late. */
export const STRIDE_MS = 35;

/** What to send of `moments`, in order: in each anchor the first and the last at least. `before`: what was sent last. */
export function thinned<M extends Moment>(moments: readonly M[], before?: M): M[] {
  const kept: M[] = [];
  let from = before;
  let first = 0; // of those since `from`
  for (const [i, moment] of moments.entries()) {
    const next = moments[i + 1];
    if (from && next && isOnTheWay(moments, first, i, from, next)) continue;
    kept.push(moment);
    from = moment;
    first = i + 1;
  }
  return kept;
}

/** Whether those from `first` to `last` lie on the straight way between two others. */
function isOnTheWay(moments: readonly Moment[], first: number, last: number, from: Moment, to: Moment): boolean {
  const ms = to.t - from.t;
  if (ms > STRIDE_MS || to.anchor !== from.anchor) return false;
  for (let i = first; i <= last; i++) {
    const { t, x, y, anchor } = moments[i] as Moment;
    const share = (t - from.t) / ms; // not a number where both are at one time: then nothing is left out
    const beside = Math.max(
      Math.abs(from.x + (to.x - from.x) * share - x),
      Math.abs(from.y + (to.y - from.y) * share - y),
    );
    if (anchor !== from.anchor || !(beside <= TOLERANCE)) return false;
  }
  return true;
}
