/**
 * The true path: a pointer that a hand moves over a surface of 1280 × 720 px. Each stroke goes to a new point with
 * minimum jerk (as a hand reaches for something: Flash and Hogan 1985), along a slight bow, faster over longer
 * distances. It rests about a third of the time. The same seed gives the same path.
 */
import type { Random } from '../../../src/clock.js';

export const SURFACE = { width: 1280, height: 720 };

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Stroke {
  readonly start: number;
  readonly end: number;
  readonly from: Point;
  readonly to: Point;
  /** How far the path leaves the straight line in its middle, in px, to the left. */
  readonly bow: number;
}

const MARGIN = 20;
const SHORTEST = 40;

export class Trace {
  readonly ms: number;
  readonly strokes: readonly Stroke[];
  /** The pointer's place 240 times a second, in px: x, y, x, y … */
  readonly #truth: Float64Array;

  constructor(random: Random, ms: number) {
    this.ms = ms;
    const between = (low: number, high: number) => low + (high - low) * random();
    const place = () => ({
      x: between(MARGIN, SURFACE.width - MARGIN),
      y: between(MARGIN, SURFACE.height - MARGIN),
    });
    const strokes: Stroke[] = [];
    let from = place();
    for (let time = 500; time < ms; ) {
      let to = place();
      while (distance(from, to) < SHORTEST) to = place();
      const length = distance(from, to);
      const end = time + (170 + 0.55 * length) * between(0.85, 1.25);
      strokes.push({ start: time, end, from, to, bow: between(-0.06, 0.06) * length });
      time = end + (random() < 0.35 ? between(150, 800) : 0);
      from = to;
    }
    this.strokes = strokes;
    const count = Math.ceil((ms * HZ) / 1_000) + 1;
    this.#truth = new Float64Array(2 * count);
    let stroke = 0;
    for (let i = 0; i < count; i++) {
      const time = (i * 1_000) / HZ;
      while (stroke + 1 < strokes.length && (strokes[stroke + 1] as Stroke).start <= time) stroke++;
      const { x, y } = along(strokes[stroke] as Stroke, time);
      this.#truth[2 * i] = x;
      this.#truth[2 * i + 1] = y;
    }
  }

  /** Where the pointer was, in px. */
  at(time: number): Point {
    const truth = this.#truth;
    const last = truth.length / 2 - 1;
    const place = Math.min(Math.max((time * HZ) / 1_000, 0), last);
    const i = Math.min(Math.floor(place), last - 1);
    const share = place - i;
    const mix = (a: number, b: number) => a + (b - a) * share;
    return {
      x: mix(truth[2 * i] as number, truth[2 * i + 2] as number),
      y: mix(truth[2 * i + 1] as number, truth[2 * i + 3] as number),
    };
  }

  /** In px a second. */
  speed(time: number): number {
    const half = 500 / HZ;
    return distance(this.at(time + half), this.at(time - half)) * HZ;
  }
}

/** How often a second the truth is known. */
const HZ = 240;

export const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);

function along({ start, end, from, to, bow }: Stroke, time: number): Point {
  const part = Math.min(1, Math.max(0, (time - start) / (end - start)));
  const done = part ** 3 * (10 - 15 * part + 6 * part ** 2);
  const length = distance(from, to);
  const side = (4 * bow * done * (1 - done)) / length;
  return {
    x: from.x + (to.x - from.x) * done - (to.y - from.y) * side,
    y: from.y + (to.y - from.y) * done + (to.x - from.x) * side,
  };
}
