/**
 * M8: the path of one remote pointer, by the times of its sender's clock. Between two samples the position is
 * interpolated linearly; after the last one it is extrapolated from the speed before (dead reckoning). The path knows
 * nothing about arrival times or about what is shown.
 *
 * Its points are four numbers each in one flat array, and not objects: a crowd has so many that the garbage collector
 * would cost more time than everything else.
 */
import { MAX_EXTRAPOLATION_MS } from './playhead.js';
import type { PointerPosition } from './position.js';

/** When two samples are further apart than this, the pointer stood still, and was not slow. Milliseconds. */
export const REST_GAP_MS = 150;
/** A pointer that stood still departs this long before its next sample: about two frames. Milliseconds. */
const DEPARTURE_MS = 34;
/** Speeds are measured over at least this time, since a single step is too inexact. Milliseconds. */
const SPEED_MS = 30;
/** How far ahead `nearest` searches. Milliseconds. */
const SEARCH_MS = 100;
const MAX_POINTS = 512;
/** Fewer forgotten points than this are not worth moving the others to the front. */
const FEW_POINTS = 32;

/** The numbers of a point: its time on the sender's clock, its position, and what happens there. */
const T = 0;
const X = 1;
const Y = 2;
const EVENT = 3;
const SIZE = 4;
/** The events: the pointer moves on; it stood here until this time, and then departs; it left the surface. */
const MOVES = 0;
const RESTS = 1;
const LEAVES = 2;

/** Where a pointer is shown. */
export interface PlayedPosition extends PointerPosition {
  /** Milliseconds since the pointer came to rest here; 0 while it moves. */
  readonly restingMs: number;
}

export class Path {
  readonly #numbers: number[] = [];
  readonly #anchors: string[] = [];
  /** The points from `#first` to before `#end` are the path; those before it are forgotten. */
  #first = 0;
  #end = 0;

  /** The number of points. */
  get length(): number {
    return this.#end - this.#first;
  }

  /** The time of the last point; -Infinity for an empty path. */
  get lastT(): number {
    return this.length > 0 ? this.#get(this.#end - 1, T) : Number.NEGATIVE_INFINITY;
  }

  /** Whether the pointer has left the surface at the end of the path. */
  get left(): boolean {
    return this.length > 0 && this.#get(this.#end - 1, EVENT) === LEAVES;
  }

  /**
   * Appends a sample; one that is not later than the last point is ignored. `rested` says that the pointer is known to
   * have stood still since the last point. Returns the time until which the pointer stayed at the last point.
   */
  append(t: number, x: number, y: number, anchor: string, rested: boolean): number {
    const { lastT } = this;
    if (this.length === 0) {
      this.#push(t, x, y, anchor, MOVES);
      return t;
    }
    if (t <= lastT) return lastT;
    const stood = !this.left && t - lastT > (rested ? DEPARTURE_MS : REST_GAP_MS);
    if (stood) this.#repeatLast(t - DEPARTURE_MS, RESTS);
    this.#push(t, x, y, anchor, MOVES);
    return stood ? t - DEPARTURE_MS : lastT;
  }

  /** The pointer left the surface from its last position, at `t` or just after the last point. */
  leave(t: number): void {
    this.#repeatLast(Math.max(t, this.lastT + 1), LEAVES);
  }

  /**
   * The position at `t`; `undefined` before the first point, and while the pointer has left. With `rests`, the pointer
   * stays at the last point; without, it is extrapolated.
   */
  at(t: number, rests: boolean): PlayedPosition | undefined {
    const i = this.#index(t);
    if (i < this.#first || this.#get(i, EVENT) === LEAVES) return undefined;
    const to = i + 1;
    const known = to < this.#end;
    const anchor = this.#anchors[i] as string;
    let x = this.#get(i, X);
    let y = this.#get(i, Y);
    const since = t - this.#get(i, T);
    if (known ? this.#stays(i) || this.#get(to, EVENT) === LEAVES || this.#anchors[to] !== anchor : rests)
      return { x, y, anchor, restingMs: since };
    if (known) {
      const share = since / (this.#get(to, T) - this.#get(i, T));
      x += (this.#get(to, X) - x) * share;
      y += (this.#get(to, Y) - y) * share;
    } else {
      const before = this.#before(i);
      const earlier = this.#before(before);
      if (earlier >= 0) {
        x += this.#extrapolate(i, before, earlier, since, X);
        y += this.#extrapolate(i, before, earlier, since, Y);
      }
    }
    return { x, y, anchor, restingMs: 0 };
  }

  /** The time until which the pointer stays where it is at `t`; `undefined` where it moves. */
  stillUntil(t: number, rests: boolean): number | undefined {
    const i = this.#index(t);
    if (i + 1 >= this.#end) return rests ? Number.POSITIVE_INFINITY : undefined;
    const still = i < this.#first || this.#get(i, EVENT) === LEAVES || this.#stays(i);
    return still ? this.#get(i + 1, T) : undefined;
  }

  /**
   * The time, from `from` on, at which the path comes nearest to a position. The last segment is taken to go straight
   * on for as long as playout may extrapolate it.
   */
  nearest(position: PointerPosition, from: number): number {
    let best = from;
    let nearest = Number.POSITIVE_INFINITY;
    for (let a = this.#index(from), b = a + 1; a >= this.#first && b < this.#end; a = b++) {
      const t = this.#get(b, T);
      if (t > from + SEARCH_MS || this.#get(b, EVENT) === LEAVES) break;
      if (this.#anchors[b] !== position.anchor || this.#anchors[a] !== position.anchor) break;
      const ax = this.#get(a, X);
      const ay = this.#get(a, Y);
      const dx = this.#get(b, X) - ax;
      const dy = this.#get(b, Y) - ay;
      // The projection of the position on the segment, 0 at its start and 1 at its end; NaN for one without length.
      const projection = ((position.x - ax) * dx + (position.y - ay) * dy) / (dx * dx + dy * dy);
      const most = b + 1 < this.#end ? 1 : 1 + MAX_EXTRAPOLATION_MS / (t - this.#get(a, T));
      const share = projection > 0 ? Math.min(most, projection) : 0;
      const distance = Math.hypot(ax + dx * share - position.x, ay + dy * share - position.y);
      if (distance < nearest) {
        nearest = distance;
        best = this.#get(a, T) + (t - this.#get(a, T)) * share;
      }
    }
    return best;
  }

  /** Forgets the points before the one that is current at `t`, and the oldest ones where there are more than 512. */
  forget(t: number): void {
    this.#first = Math.max(this.#first, this.#end - MAX_POINTS);
    while (this.#first + 1 < this.#end && this.#get(this.#first + 1, T) <= t) this.#first++;
  }

  #get(i: number, part: number): number {
    return this.#numbers[i * SIZE + part] as number;
  }

  /** The last point at `t` or before it, by binary search; less than `#first` where there is none. */
  #index(t: number): number {
    let low = this.#first;
    let high = this.#end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#get(middle, T) <= t) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Appends a point at the position of the last one. */
  #repeatLast(t: number, event: number): void {
    const last = this.#end - 1;
    if (last < this.#first) return;
    this.#push(t, this.#get(last, X), this.#get(last, Y), this.#anchors[last] as string, event);
  }

  #push(t: number, x: number, y: number, anchor: string, event: number): void {
    if (this.#first > FEW_POINTS && this.#first > this.length) this.#moveToFront();
    const at = this.#end * SIZE;
    this.#numbers[at + T] = t;
    this.#numbers[at + X] = x;
    this.#numbers[at + Y] = y;
    this.#numbers[at + EVENT] = event;
    this.#anchors[this.#end++] = anchor;
  }

  /** Overwrites the forgotten points, so that the arrays stay short. */
  #moveToFront(): void {
    const { length } = this;
    for (let i = 0; i < length; i++) this.#anchors[i] = this.#anchors[this.#first + i] as string;
    const from = this.#first * SIZE;
    for (let i = 0; i < length * SIZE; i++) this.#numbers[i] = this.#numbers[from + i] as number;
    this.#first = 0;
    this.#end = length;
  }

  /** Whether the point after `i` is at the same position. */
  #stays(i: number): boolean {
    return (
      this.#get(i, X) === this.#get(i + 1, X) &&
      this.#get(i, Y) === this.#get(i + 1, Y) &&
      this.#anchors[i] === this.#anchors[i + 1] &&
      this.#get(i + 1, EVENT) !== LEAVES
    );
  }

  /**
   * How far the pointer goes, on one axis, in the `ms` after the point `from`. It keeps its last speed, unless it was
   * slowing down: then it brakes twice as hard as it did, until it stops. It never turns back.
   */
  #extrapolate(from: number, before: number, earlier: number, ms: number, axis: number): number {
    const span = this.#get(from, T) - this.#get(before, T);
    const speed = (this.#get(from, axis) - this.#get(before, axis)) / span;
    const was = (this.#get(before, axis) - this.#get(earlier, axis)) / (this.#get(before, T) - this.#get(earlier, T));
    // Twice Δv / Δt, where Δt is half of the whole time, since a mean speed belongs to the middle of its span.
    const acceleration = (4 * (speed - was)) / (this.#get(from, T) - this.#get(earlier, T));
    if (acceleration * speed >= 0) return speed * ms;
    const now = speed + (acceleration * span) / 2;
    if (now * speed <= 0) return 0;
    const until = Math.min(ms, -now / acceleration);
    return now * until + (acceleration * until * until) / 2;
  }

  /**
   * The last point early enough before `i` to measure a speed, in the same anchor and without a rest; -1 without one.
   */
  #before(i: number): number {
    if (i < 0) return -1;
    const found = this.#index(this.#get(i, T) - SPEED_MS);
    const fits = found >= this.#first && this.#get(found, EVENT) === MOVES && this.#anchors[found] === this.#anchors[i];
    return fits ? found : -1;
  }
}
