/**
 * The path of one remote pointer, as far as it is known: where it was at any moment of its sender's clock, and where it
 * will have gone a moment later. It knows nothing of when things arrive or are shown.
 */

/** After a pause this long the pointer stood still; it does not glide through it. Milliseconds. */
export const REST_GAP_MS = 150;
/** How long the first glide after a rest takes: about one frame of the sender and of the receiver. */
const DEPARTURE_MS = 34;
/** Speeds are taken over this time at least; a single step says little. Milliseconds. */
const SPEED_MS = 30;
/** How far a path is looked along for a place. Milliseconds. */
const NEAR_MS = 100;
const MAX_MOMENTS = 512;

export interface Moment {
  /** On the sender's clock. */
  readonly t: number;
  readonly x: number;
  readonly y: number;
  readonly anchor: string;
  /** The pointer left the surface here. */
  readonly left: boolean;
  /** It stood here until just after. */
  readonly rest?: boolean;
}

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly anchor: string;
  /** Milliseconds since the pointer came to rest here; 0 while it moves. */
  readonly restingMs: number;
}

export class Path {
  #moments: Moment[] = [];

  /** How many moments are kept. */
  get length(): number {
    return this.#moments.length;
  }

  get last(): Moment | undefined {
    return this.#moments.at(-1);
  }

  /** In order, each once. `rested`: it is known to have stood still until just before. Gives until when it stood. */
  append(moment: Moment, rested: boolean): number {
    const { last } = this;
    if (last && moment.t <= last.t) return last.t;
    const departure = moment.t - DEPARTURE_MS;
    const stood = last && !last.left && !moment.left && moment.t - last.t > (rested ? DEPARTURE_MS : REST_GAP_MS);
    if (stood) this.#moments.push({ ...last, t: departure, rest: true });
    this.#moments.push(moment);
    return stood ? departure : (last?.t ?? moment.t);
  }

  /** Where it is at `t`; `undefined` before the first moment and where it has left. `rests`: it stays at the last. */
  at(t: number, rests: boolean): Place | undefined {
    const i = this.#index(t);
    const from = this.#moments[i];
    if (!from || from.left) return undefined;
    const to = this.#moments[i + 1];
    let { x, y } = from;
    const since = t - from.t;
    if (to ? isSame(from, to) || to.left || to.anchor !== from.anchor : rests)
      return { x, y, anchor: from.anchor, restingMs: since };
    if (to) {
      x += ((to.x - x) * since) / (to.t - from.t);
      y += ((to.y - y) * since) / (to.t - from.t);
    } else {
      x += this.#ahead(from, since, 'x');
      y += this.#ahead(from, since, 'y');
    }
    return { x, y, anchor: from.anchor, restingMs: 0 };
  }

  /** Until when it stays where it is at `t`; `undefined` where it moves. */
  stillUntil(t: number, rests: boolean): number | undefined {
    const i = this.#index(t);
    const from = this.#moments[i];
    const to = this.#moments[i + 1];
    if (!to) return rests ? Number.POSITIVE_INFINITY : undefined;
    return !from || from.left || isSame(from, to) ? to.t : undefined;
  }

  /** The moment soon after `from` at which it is nearest to a place. */
  nearest(place: Place, from: Moment): number {
    let best = from.t;
    let nearest = Number.POSITIVE_INFINITY;
    let a = from;
    for (const b of this.#moments) {
      if (b.t <= from.t) continue;
      if (b.t > from.t + NEAR_MS || b.left || b.anchor !== place.anchor || a.anchor !== b.anchor) break;
      const [x, y] = [b.x - a.x, b.y - a.y];
      const along = ((place.x - a.x) * x + (place.y - a.y) * y) / (x * x + y * y);
      const share = along > 0 ? Math.min(1, along) : 0;
      const away = Math.hypot(a.x + x * share - place.x, a.y + y * share - place.y);
      if (away < nearest) [nearest, best] = [away, a.t + (b.t - a.t) * share];
      a = b;
    }
    return best;
  }

  /** What is before the last moment of `t` or earlier; and what is too much. */
  forget(t: number): void {
    const moments = this.#moments;
    let count = Math.max(0, moments.length - MAX_MOMENTS);
    while (count + 1 < moments.length && (moments[count + 1] as Moment).t <= t) count++;
    if (count > 0) moments.splice(0, count);
  }

  /** Of the last moment at `t` or before. */
  #index(t: number): number {
    return this.#moments.findLastIndex((moment) => moment.t <= t);
  }

  /** How far it will have gone in `ms` after `from`: on as it did, or braking twice as hard as it began to; never back. */
  #ahead(from: Moment, ms: number, axis: 'x' | 'y'): number {
    const before = this.#before(from);
    const earlier = before && this.#before(before);
    if (!before || !earlier) return 0;
    const span = from.t - before.t;
    const speed = (from[axis] - before[axis]) / span;
    const was = (before[axis] - earlier[axis]) / (before.t - earlier.t);
    const change = (4 * (speed - was)) / (from.t - earlier.t);
    if (change * speed >= 0) return speed * ms;
    const now = speed + (change * span) / 2;
    if (now * speed <= 0) return 0;
    const until = Math.min(ms, -now / change);
    return now * until + (change * until * until) / 2;
  }

  /** A moment far enough before another to tell a speed, in the same anchor and without a rest between. */
  #before({ t, anchor }: Moment): Moment | undefined {
    const found = this.#moments.findLast((moment) => moment.t <= t - SPEED_MS);
    return found && !found.left && !found.rest && found.anchor === anchor ? found : undefined;
  }
}

const isSame = (a: Moment, b: Moment) => a.x === b.x && a.y === b.y && a.anchor === b.anchor && !b.left;
