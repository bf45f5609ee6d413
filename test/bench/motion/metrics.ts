/** What is wrong with a pointer that was drawn, by the truth of its path. */
import { distance, type Point, type Stroke, type Trace } from './trace.js';

/** What stood on the screen in one frame; `undefined` before the first message. */
export interface Frame {
  readonly now: number;
  readonly shown: Point | undefined;
}

export interface Figures {
  /** The delay, in ms, with which the path drawn fits the true one best. */
  readonly lag: number;
  /** How far, in px, the drawn pointer is from the true one of `lag` ago. */
  readonly rms: number;
  readonly p95: number;
  /** Frames in which the pointer stood still though the true one (of `lag` ago) moved, as a share of those. */
  readonly stall: number;
  /** How far, in px, a pointer went past the end of a stroke that rests there: the worst. */
  readonly overshoot: number;
  /** The greatest speed between two frames, as a multiple of the greatest true speed within half a second of then. */
  readonly fastest: number;
}

/** The first seconds, in which every method gets to know its network, do not count. */
const WARM_UP_MS = 3_000;
const MAX_LAG_MS = 700;
/** The true pointer counts as moving above this speed, in px a second, the drawn one as frozen below the other. */
const MOVING = 30;
const FROZEN = 1;
/** Speeds are compared only where the true pointer was faster than this, in px a second. */
const BRISK = 300;

export function judge(trace: Trace, all: readonly Frame[]): Figures {
  const frames = all.filter(({ now, shown }) => shown && now >= WARM_UP_MS && now <= trace.ms) as Required<Frame>[];
  const lag = bestLag(trace, frames);
  const errors = frames.map(({ now, shown }) => distance(shown as Point, trace.at(now - lag)));
  let moving = 0;
  let frozen = 0;
  let fastest = 0;
  const limit = speedLimit(trace);
  for (let i = 1; i < frames.length; i++) {
    const [{ now: before, shown: from }, { now, shown: to }] = [frames[i - 1], frames[i]] as [
      Required<Frame>,
      Required<Frame>,
    ];
    const went = distance(from as Point, to as Point);
    const passed = now - before;
    const speed = trace.speed(now - lag - passed / 2);
    const most = limit(now - lag);
    if (most > BRISK) fastest = Math.max(fastest, (1_000 * went) / passed / most);
    if (speed < MOVING) continue;
    moving++;
    if ((1_000 * went) / passed < FROZEN) frozen++;
  }
  return {
    lag,
    rms: rms(errors),
    p95: percentile(errors, 0.95),
    stall: frozen / Math.max(1, moving),
    overshoot: Math.max(0, ...trace.strokes.map((stroke, i) => overshoot(stroke, trace.strokes[i + 1], frames, lag))),
    fastest,
  };
}

/** The least error, to the millisecond. */
function bestLag(trace: Trace, frames: readonly Frame[]): number {
  const error = (lag: number, step: number) => {
    let sum = 0;
    for (let i = 0; i < frames.length; i += step) {
      const { now, shown } = frames[i] as Frame;
      const { x, y } = trace.at(now - lag);
      sum += ((shown as Point).x - x) ** 2 + ((shown as Point).y - y) ** 2;
    }
    return sum;
  };
  const least = (from: number, to: number, by: number, step: number) => {
    let best = { lag: from, error: Number.POSITIVE_INFINITY };
    for (let lag = from; lag <= to; lag += by) {
      const found = error(lag, step);
      if (found < best.error) best = { lag, error: found };
    }
    return best.lag;
  };
  const coarse = least(0, MAX_LAG_MS, 10, 3);
  return least(Math.max(0, coarse - 12), coarse + 12, 1, 1);
}

/** Past the end along the stroke's last direction, while the true pointer (of `lag` ago) rests there. */
function overshoot({ end, from, to }: Stroke, next: Stroke | undefined, frames: readonly Frame[], lag: number): number {
  const until = (next?.start ?? Number.POSITIVE_INFINITY) + lag;
  const length = distance(from, to);
  let worst = 0;
  if (next && next.start <= end) return 0; // it goes on elsewhere at once
  for (let i = firstFrom(frames, end); i < frames.length; i++) {
    const { now, shown } = frames[i] as Frame;
    if (now >= until - 100) break;
    const { x, y } = shown as Point;
    worst = Math.max(worst, ((x - to.x) * (to.x - from.x) + (y - to.y) * (to.y - from.y)) / length);
  }
  return worst;
}

function firstFrom(frames: readonly Frame[], time: number): number {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[middle] as Frame).now < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The greatest true speed within half a second of a time. */
function speedLimit(trace: Trace): (time: number) => number {
  const each = 20;
  const speeds = Array.from({ length: Math.ceil(trace.ms / each) }, (_, i) => trace.speed(i * each));
  const around = 500 / each;
  const limits = speeds.map((_, i) => Math.max(...speeds.slice(Math.max(0, i - around), i + around)));
  return (time) => limits[Math.min(limits.length - 1, Math.max(0, Math.round(time / each)))] as number;
}

export const rms = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, values.length));

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
