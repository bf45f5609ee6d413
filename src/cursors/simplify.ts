/**
 * M1: leaves out the samples of a pointer that interpolation reproduces. A receiver goes straight from one sample to
 * the next at constant speed; a sample that lies on that way, at its own time, need not be sent. At 60 Hz that is about
 * every other sample (docs/benchmarks-motion.md).
 *
 * The algorithm is the opening window with time-ratio distance (OPW-TR: Meratnia and de By, "Spatiotemporal Compression
 * Techniques for Moving Point Objects", EDBT 2004): from the sample kept last, the segment grows to the next sample
 * while every sample in between stays within the tolerance; else the sample before is kept, and a new segment starts
 * there.
 */
import type { PointerPosition } from './position.js';

/** A pointer position and its time, in milliseconds on the clock of this client. */
export interface TimedPosition extends PointerPosition {
  readonly t: number;
}

/** How far a sample that is left out may lie from its segment, in fractions of the anchor's box, on either axis. */
export const TOLERANCE = 1 / 700;
/** How long a segment may take: two frames at 60 Hz, and the jitter of a browser's events. Milliseconds. */
export const MAX_SEGMENT_MS = 35;

/**
 * The samples to send, in order. The first and the last one in each anchor are always kept. `before` is the sample that
 * was sent last, where the first segment starts.
 */
export function simplify<P extends TimedPosition>(samples: readonly P[], before?: P): P[] {
  const kept: P[] = [];
  let start = before;
  let first = 0; // the index of the first sample after `start`
  for (const [i, sample] of samples.entries()) {
    const next = samples[i + 1];
    if (start && next && isReproduced(samples, first, i, start, next)) continue;
    kept.push(sample);
    start = sample;
    first = i + 1;
  }
  return kept;
}

/** Whether the segment between two samples passes those from `first` to `last` within the tolerance, at their times. */
function isReproduced(
  samples: readonly TimedPosition[],
  first: number,
  last: number,
  from: TimedPosition,
  to: TimedPosition,
): boolean {
  const ms = to.t - from.t;
  if (ms > MAX_SEGMENT_MS || to.anchor !== from.anchor) return false;
  for (let i = first; i <= last; i++) {
    const { t, x, y, anchor } = samples[i] as TimedPosition;
    const share = (t - from.t) / ms; // NaN where both have the same time; the comparison below is false then
    const distance = Math.max(
      Math.abs(from.x + (to.x - from.x) * share - x),
      Math.abs(from.y + (to.y - from.y) * share - y),
    );
    if (anchor !== from.anchor || !(distance <= TOLERANCE)) return false;
  }
  return true;
}
