/**
 * The path of one remote pointer, as far as it is known: where it was at any moment of its sender's clock, and where it
 * will have gone a moment later. It knows nothing of when things arrive or are shown. Its moments are numbers in a row,
 * not objects: in a crowd they are so many that the garbage collector would take more time than all the rest.
 */
import { BEYOND_MS } from './playhead.js';

/** After a pause this long the pointer stood still; it does not glide through it. Milliseconds. */
export const REST_GAP_MS = 150;
/** How long the first glide after a rest takes: about one frame of the sender and of the receiver. */
const DEPARTURE_MS = 34;
/** Speeds are taken over this time at least; a single step says little. Milliseconds. */
const SPEED_MS = 30;
/** How far a path is looked along for a place. Milliseconds. */
const NEAR_MS = 100;
const MAX_MOMENTS = 512;
/** So few that are forgotten are not worth moving the others up. */
const FEW_MOMENTS = 32;

/** The numbers of a moment: when on the sender's clock, where, and what happens. */
const T = 0;
const X = 1;
const Y = 2;
const EVENT = 3;
const SIZE = 4;
/** What happens: nothing else; it stood here until just after; it left the surface. */
const MOVES = 0;
const RESTS = 1;
const LEAVES = 2;

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly anchor: string;
  /** Milliseconds since the pointer came to rest here; 0 while it moves. */
  readonly restingMs: number;
}

export class Path {
  readonly #numbers: number[] = [];
  readonly #anchors: string[] = [];
  /** Those from `#first` on and before `#end` are known; the others are forgotten, or have not been yet. */
  #first = 0;
  #end = 0;

  /** How many moments are kept. */
  get length(): number {
    return this.#end - this.#first;
  }

  /** The last moment that is known; -Infinity where none is. */
  get lastT(): number {
    return this.length > 0 ? this.#get(this.#end - 1, T) : Number.NEGATIVE_INFINITY;
  }

  /** It ends with the pointer leaving the surface. */
  get left(): boolean {
    return this.length > 0 && this.#get(this.#end - 1, EVENT) === LEAVES;
  }

  /** In order, each once. `rested`: it is known to have stood still until just before. Gives until when it stood. */
  append(t: number, x: number, y: number, anchor: string, rested: boolean): number {
    const { lastT } = this;
    if (this.length === 0) {
      this.#push(t, x, y, anchor, MOVES);
      return t;
    }
    if (t <= lastT) return lastT;
    const stood = !this.left && t - lastT > (rested ? DEPARTURE_MS : REST_GAP_MS);
    if (stood) this.#repeat(t - DEPARTURE_MS, RESTS);
    this.#push(t, x, y, anchor, MOVES);
    return stood ? t - DEPARTURE_MS : lastT;
  }

  /** The pointer left from where it was last, at `t` or just after that. */
  leave(t: number): void {
    this.#repeat(Math.max(t, this.lastT + 1), LEAVES);
  }

  /** Where it is at `t`; `undefined` before the first moment and where it has left. `rests`: it stays at the last. */
  at(t: number, rests: boolean): Place | undefined {
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
        x += this.#ahead(i, before, earlier, since, X);
        y += this.#ahead(i, before, earlier, since, Y);
      }
    }
    return { x, y, anchor, restingMs: 0 };
  }

  /** Until when it stays where it is at `t`; `undefined` where it moves. */
  stillUntil(t: number, rests: boolean): number | undefined {
    const i = this.#index(t);
    if (i + 1 >= this.#end) return rests ? Number.POSITIVE_INFINITY : undefined;
    const still = i < this.#first || this.#get(i, EVENT) === LEAVES || this.#stays(i);
    return still ? this.#get(i + 1, T) : undefined;
  }

  /** The moment soon after `from` at which it is nearest to a place; at its end also as it would go straight on. */
  nearest(place: Place, from: number): number {
    let best = from;
    let nearest = Number.POSITIVE_INFINITY;
    for (let a = this.#index(from), b = a + 1; a >= this.#first && b < this.#end; a = b++) {
      const t = this.#get(b, T);
      if (t > from + NEAR_MS || this.#get(b, EVENT) === LEAVES) break;
      if (this.#anchors[b] !== place.anchor || this.#anchors[a] !== place.anchor) break;
      const ax = this.#get(a, X);
      const ay = this.#get(a, Y);
      const x = this.#get(b, X) - ax;
      const y = this.#get(b, Y) - ay;
      const along = ((place.x - ax) * x + (place.y - ay) * y) / (x * x + y * y);
      const most = b + 1 < this.#end ? 1 : 1 + BEYOND_MS / (t - this.#get(a, T));
      const share = along > 0 ? Math.min(most, along) : 0;
      const away = Math.hypot(ax + x * share - place.x, ay + y * share - place.y);
      if (away < nearest) {
        nearest = away;
        best = this.#get(a, T) + (t - this.#get(a, T)) * share;
      }
    }
    return best;
  }

  /** What is before the last moment of `t` or earlier; and what is too much. */
  forget(t: number): void {
    this.#first = Math.max(this.#first, this.#end - MAX_MOMENTS);
    while (this.#first + 1 < this.#end && this.#get(this.#first + 1, T) <= t) this.#first++;
  }

  #get(i: number, part: number): number {
    return this.#numbers[i * SIZE + part] as number;
  }

  /** Of the last moment at `t` or before; less than the first where there is none. */
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

  #repeat(t: number, event: number): void {
    const last = this.#end - 1;
    if (last < this.#first) return;
    this.#push(t, this.#get(last, X), this.#get(last, Y), this.#anchors[last] as string, event);
  }

  #push(t: number, x: number, y: number, anchor: string, event: number): void {
    if (this.#first > FEW_MOMENTS && this.#first > this.length) this.#moveUp();
    const at = this.#end * SIZE;
    this.#numbers[at + T] = t;
    this.#numbers[at + X] = x;
    this.#numbers[at + Y] = y;
    this.#numbers[at + EVENT] = event;
    this.#anchors[this.#end++] = anchor;
  }

  /** What is forgotten makes room. */
  #moveUp(): void {
    const { length } = this;
    for (let i = 0; i < length; i++) this.#anchors[i] = this.#anchors[this.#first + i] as string;
    const from = this.#first * SIZE;
    for (let i = 0; i < length * SIZE; i++) this.#numbers[i] = this.#numbers[from + i] as number;
    this.#first = 0;
    this.#end = length;
  }

  /** The moment after `i` is at the same place. */
  #stays(i: number): boolean {
    return (
      this.#get(i, X) === this.#get(i + 1, X) &&
      this.#get(i, Y) === this.#get(i + 1, Y) &&
      this.#anchors[i] === this.#anchors[i + 1] &&
      this.#get(i + 1, EVENT) !== LEAVES
    );
  }

  /** How far it will have gone in `ms` after `from`: on as it did, or braking twice as hard as it began to; never back. */
  #ahead(from: number, before: number, earlier: number, ms: number, axis: number): number {
    const span = this.#get(from, T) - this.#get(before, T);
    const speed = (this.#get(from, axis) - this.#get(before, axis)) / span;
    const was = (this.#get(before, axis) - this.#get(earlier, axis)) / (this.#get(before, T) - this.#get(earlier, T));
    const change = (4 * (speed - was)) / (this.#get(from, T) - this.#get(earlier, T));
    if (change * speed >= 0) return speed * ms;
    const now = speed + (change * span) / 2;
    if (now * speed <= 0) return 0;
    const until = Math.min(ms, -now / change);
    return now * until + (change * until * until) / 2;
  }

  /** A moment far enough before `i` to tell a speed, in the same anchor and without a rest between; -1 without one. */
  #before(i: number): number {
    if (i < 0) return -1;
    const found = this.#index(this.#get(i, T) - SPEED_MS);
    const fits = found >= this.#first && this.#get(found, EVENT) === MOVES && this.#anchors[found] === this.#anchors[i];
    return fits ? found : -1;
  }
}
