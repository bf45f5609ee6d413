/**
 * One remote pointer's path as far as it has arrived, and the place on it that is shown. Where nothing has come yet the
 * pointer goes on a little, by its last speed, and eases back into the path when that is known; what comes late is gone
 * through a little faster. It holds a second or two, whatever arrives.
 */
import type { Sample } from '../protocol/cursor-codec.js';
import { REST_MS } from './batcher.js';
import { Lateness } from './lateness.js';
import { Playhead } from './playhead.js';

/** After a pause this long the pointer stood still; it does not glide through it. Milliseconds. */
const REST_GAP_MS = 150;
/** A pointer of which nothing came for so long has stopped. Milliseconds. */
const SILENCE_MS = 250;
/** What was added to the path is gone by two thirds in this time. Milliseconds. */
const EASE_MS = 80;
/** How far the path is looked along for the place that is shown. Milliseconds. */
const REJOIN_MS = 100;
/** Speeds are taken over this time at least; a single step says little. Milliseconds. */
const SPEED_MS = 30;
/** What is kept: of what was shown; of what was not (a hidden page shows nothing); and in all. */
const PAST_MS = 150;
const OLD_MS = 1_500;
const MAX_MOMENTS = 512;
/** A batch that seems this old comes from a clock that began anew. Milliseconds. */
const ANEW_MS = 5_000;
/** Times of batches come modulo this. Milliseconds. */
const MODULO = 2 ** 16;

interface Moment {
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

export class Track {
  #moments: Moment[] = [];
  #lateness = new Lateness();
  #head = new Playhead();
  #sentAt = Number.NEGATIVE_INFINITY;
  #transit: number | undefined;
  /** The pointer stays where its last moment is, as far as is known. */
  #rests = true;
  /** What is shown, less what the path says. */
  #dx = 0;
  #dy = 0;
  #shownAt = Number.NaN;

  /** A batch that arrived `now`, and was sent at `time` of the sender's clock. */
  push(now: number, time: number, samples: readonly Sample[], left: boolean): void {
    const sentAt = time + MODULO * Math.round((now - (this.#transit ?? now - time) - time) / MODULO);
    if (sentAt < this.#sentAt - ANEW_MS) this.#beginAnew();
    if (sentAt < this.#sentAt) return; // overtaken
    const before = this.#moments.at(-1);
    if (sentAt > this.#sentAt) {
      this.#advance(now);
      this.#transit = now - sentAt;
      this.#lateness.add(this.#transit, spanOf(samples, sentAt, before), now);
    } else if (!samples.some(({ ago }) => !before || sentAt - ago > before.t) && left === (before?.left ?? false))
      return;
    this.#sentAt = sentAt;

    const shown = this.#place();
    for (const { ago, ...place } of samples) this.#append({ ...place, t: sentAt - ago, left: false });
    const last = this.#moments.at(-1);
    if (!last) return;
    if (left && !last.left) this.#append({ ...last, t: Math.max(sentAt, last.t + 1), left: true });
    this.#rests = left || last.left || sentAt - last.t >= REST_MS;
    if (shown && before && this.#head.at > before.t) this.#rejoin(shown, before);
    this.#keep(shown);
    this.#forget(now - this.#lateness.delay - OLD_MS);
  }

  /** Where the pointer is to be drawn; `undefined` before its first moment is due, and after it has left. */
  sample(now: number): Place | undefined {
    this.#advance(now);
    this.#forget(this.#head.at - PAST_MS);
    return this.#place();
  }

  /** The next `sample` differs. */
  get moving(): boolean {
    const last = this.#moments.at(-1);
    return last !== undefined && (!this.#rests || !(this.#head.at >= last.t) || this.#dx !== 0 || this.#dy !== 0);
  }

  /** Brings what is shown to `now`, by what is known: a batch must not change what was shown before it came. */
  #advance(now: number): void {
    const last = this.#moments.at(-1);
    if (!last) return;
    const wanted = now - this.#lateness.delay;
    if (!this.#rests && wanted - last.t > SILENCE_MS) {
      const shown = this.#place();
      this.#rests = true;
      this.#keep(shown);
    }
    const known = this.#rests ? Number.POSITIVE_INFINITY : last.t;
    const inTime = this.#head.advance(now, wanted, this.#stillUntil(), known);
    const ease = inTime ? Math.exp((this.#shownAt - now) / EASE_MS) : 0;
    this.#shownAt = now;
    this.#dx = settle(this.#dx * ease);
    this.#dy = settle(this.#dy * ease);
  }

  /** A reload that kept its id, or a machine that slept. */
  #beginAnew(): void {
    this.#moments = [];
    this.#lateness = new Lateness();
    this.#head = new Playhead();
    this.#sentAt = Number.NEGATIVE_INFINITY;
    this.#rests = true;
    this.#dx = this.#dy = 0;
  }

  /** In order, each once. */
  #append(moment: Moment): void {
    const last = this.#moments.at(-1);
    if (last && moment.t <= last.t) return;
    if (last && !last.left && !moment.left) {
      const gap = moment.t - last.t;
      const rested = gap > (this.#rests ? REST_MS : REST_GAP_MS);
      if (rested) this.#moments.push({ ...last, t: moment.t - REST_MS, rest: true });
      // It stood still, so going back in time is not seen.
      if (this.#rests) this.#head.at = Math.min(this.#head.at, rested ? moment.t - REST_MS : last.t);
    }
    this.#rests = false;
    this.#moments.push(moment);
  }

  #index(): number {
    const moments = this.#moments;
    let i = moments.length - 1;
    while (i >= 0 && !((moments[i] as Moment).t <= this.#head.at)) i--;
    return i;
  }

  #stillUntil(): number {
    const i = this.#index();
    const from = this.#moments[i];
    const to = this.#moments[i + 1];
    if (!to) return this.#rests ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    const still = !from || from.left || (from.x === to.x && from.y === to.y && from.anchor === to.anchor);
    return still ? to.t : Number.NEGATIVE_INFINITY;
  }

  #place(): Place | undefined {
    const i = this.#index();
    const from = this.#moments[i];
    if (!from || from.left) return undefined;
    const to = this.#moments[i + 1];
    const since = this.#head.at - from.t;
    let { x, y } = from;
    let moves = false;
    if (to && !to.left && to.anchor === from.anchor) {
      moves = to.x !== x || to.y !== y;
      x += ((to.x - x) * since) / (to.t - from.t);
      y += ((to.y - y) * since) / (to.t - from.t);
    } else if (!to && !this.#rests) {
      moves = true;
      x += this.#beyond(i, since, 'x');
      y += this.#beyond(i, since, 'y');
    }
    x = Math.min(1, Math.max(0, x + this.#dx));
    y = Math.min(1, Math.max(0, y + this.#dy));
    return { x, y, anchor: from.anchor, restingMs: moves ? 0 : since };
  }

  /**
   * How far it will have gone in `ms` after moment `i`: going on as it did, or braking twice as hard as it has begun to. It
   * never turns back.
   */
  #beyond(i: number, ms: number, axis: 'x' | 'y'): number {
    const last = this.#moments[i] as Moment;
    const before = this.#before(last);
    const earlier = before && this.#before(before);
    if (!before || !earlier) return 0;
    const span = last.t - before.t;
    const speed = (last[axis] - before[axis]) / span;
    const was = (before[axis] - earlier[axis]) / (before.t - earlier.t);
    const change = (4 * (speed - was)) / (last.t - earlier.t);
    if (change * speed >= 0) return speed * ms;
    const now = speed + (change * span) / 2;
    if (now * speed <= 0) return 0;
    const until = Math.min(ms, -now / change);
    return now * until + (change * until * until) / 2;
  }

  /** A moment far enough before another to tell a speed, in the same anchor without a rest between. */
  #before({ t, anchor }: Moment): Moment | undefined {
    const found = this.#moments.findLast((moment) => moment.t <= t - SPEED_MS);
    return found && !found.left && !found.rest && found.anchor === anchor ? found : undefined;
  }

  /** The path goes on from `from` otherwise than was thought: it is taken up where it is nearest to what is shown. */
  #rejoin(shown: Place, from: Moment): void {
    let nearest = Number.POSITIVE_INFINITY;
    let a = from;
    for (const b of this.#moments.slice(this.#moments.indexOf(from) + 1)) {
      if (b.t > from.t + REJOIN_MS || b.left || b.anchor !== shown.anchor || a.anchor !== b.anchor) return;
      const [x, y] = [b.x - a.x, b.y - a.y];
      const along = ((shown.x - a.x) * x + (shown.y - a.y) * y) / (x * x + y * y);
      const share = along > 0 ? Math.min(1, along) : 0;
      const away = Math.hypot(a.x + x * share - shown.x, a.y + y * share - shown.y);
      if (away < nearest) [nearest, this.#head.at] = [away, a.t + (b.t - a.t) * share];
      a = b;
    }
  }

  /** The path has changed under what is shown, which stays, and eases into the path. */
  #keep(shown: Place | undefined): void {
    const place = this.#place();
    if (shown && place && shown.anchor === place.anchor) {
      this.#dx += shown.x - place.x;
      this.#dy += shown.y - place.y;
    } else this.#dx = this.#dy = 0;
  }

  /** What is before the last moment of `time` or earlier. */
  #forget(time: number): void {
    const moments = this.#moments;
    let count = Math.max(0, moments.length - MAX_MOMENTS);
    while (count + 1 < moments.length && (moments[count + 1] as Moment).t <= time) count++;
    if (count > 0) moments.splice(0, count);
  }
}

/** Less than anyone sees is nothing. */
const settle = (part: number) => (Math.abs(part) < 1e-5 ? 0 : part);

/** How long before its sending the path was unknown that a batch brings; 0 for a pointer that rested. */
function spanOf(samples: readonly Sample[], sentAt: number, last: Moment | undefined): number {
  const [first] = samples;
  if (!first) return 0;
  const gap = last ? sentAt - first.ago - last.t : REST_GAP_MS;
  if (gap < REST_GAP_MS && samples.length === 1) return Math.min(Math.max(gap, first.ago), 100);
  if (gap < REST_GAP_MS) return first.ago + Math.min(gap, 17);
  return samples.find(({ ago }, i) => ago - (samples[i + 1]?.ago ?? Number.NEGATIVE_INFINITY) < REST_GAP_MS)?.ago ?? 0;
}
