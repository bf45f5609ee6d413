/**
 * One remote pointer: its path, and the place on it that is shown. Where nothing has come yet it goes on a little of
 * itself, and takes up the path where that comes nearest; what comes late is gone through a little faster. It keeps a
 * second or two, whatever arrives.
 */
import type { Sample } from '../protocol/cursor-codec.js';
import { type Position, REST_MS } from './batcher.js';
import { Lateness } from './lateness.js';
import { Path, type Place, REST_GAP_MS } from './path.js';
import { Playhead } from './playhead.js';
import { STRIDE_MS } from './thinning.js';

/** A pointer of which nothing came for so long has stopped. Milliseconds. */
const SILENCE_MS = 250;
/** What is shown beside the path has eased into it by two thirds in this time. Milliseconds. */
const EASE_MS = 60;
/** What comes so soon after a leap was held up with what was leapt over (a page that was frozen). Milliseconds. */
const LEAPT_MS = 50;
/** Less than anyone sees. */
const NOTHING = 5e-5;
/** What is kept of the path: behind what is shown; and of what is not, while nobody looks (a hidden page). Milliseconds. */
const PAST_MS = 150;
const OLD_MS = 1_500;
/** A batch that seems this old comes from a clock that began anew. Milliseconds. */
const ANEW_MS = 5_000;
/** Times of batches come modulo this. Milliseconds. */
const MODULO = 2 ** 16;
/** Most of what lies between two samples, while a pointer moves: the straight way of which a sender says no more. */
const STEP_MS = STRIDE_MS;
/** Where batches have one sample each, most of what lies between two. Milliseconds. */
const SINGLE_MS = 100;

export class Track {
  #path = new Path();
  #lateness = new Lateness();
  #head = new Playhead();
  /** Of the newest batch, on the sender's clock; and the way it took, on the difference of the two. */
  #sentAt = Number.NEGATIVE_INFINITY;
  #transit: number | undefined;
  /** The pointer stays where its path ends, as far as is known. */
  #rests = true;
  /** What is shown, less what the path says. */
  #dx = 0;
  #dy = 0;
  #shownAt = Number.NEGATIVE_INFINITY;
  /** When it last left out what was too old. */
  #leaptAt = Number.NEGATIVE_INFINITY;
  /** Where someone else said that it rests, and since when on our clock; until it is heard itself. */
  #told: (Position & { readonly since: number }) | undefined;
  #heardAt = Number.NEGATIVE_INFINITY;

  /** When its last batch came. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Whatever was known of it, it has rested at `position` for `restingMs`; shown at once. */
  restore(now: number, { x, y, anchor }: Position, restingMs: number): void {
    this.#path = new Path();
    this.#head = new Playhead();
    this.#rests = true;
    this.#dx = this.#dy = 0;
    this.#shownAt = now;
    this.#told = { x, y, anchor, since: now - restingMs };
  }

  /** Where it was last, and for how long by now; `undefined` where it has left. */
  latest(now: number): Place | undefined {
    if (this.#told) return this.#place(now);
    const { lastT } = this.#path;
    const last = this.#path.at(lastT, true);
    return last && { ...last, restingMs: Math.max(0, now - this.#lateness.delay - lastT) };
  }

  /** A batch that arrived `now`, and was sent at `time` of the sender's clock; its samples in order. */
  push(now: number, time: number, samples: readonly Sample[], left: boolean): void {
    const sentAt = time + MODULO * Math.round((now - (this.#transit ?? now - time) - time) / MODULO);
    if (sentAt < this.#sentAt - ANEW_MS) this.#beginAnew();
    this.#begin(sentAt, samples, left);
    const known = this.#path.lastT;
    const news = sentAt - (samples.at(-1)?.ago ?? Number.POSITIVE_INFINITY) > known || left !== this.#path.left;
    if (sentAt < this.#sentAt || (sentAt === this.#sentAt && !news)) return; // overtaken, or repeated
    if (sentAt > this.#sentAt) {
      this.#advance(now); // a batch changes nothing that was shown before it came
      this.#transit = now - sentAt;
      this.#lateness.add(this.#transit, spanOf(samples, sentAt, known), now);
    }
    this.#sentAt = sentAt;
    this.#heardAt = now;
    const shown = this.#place(now);
    let stood = Number.POSITIVE_INFINITY;
    for (const { ago, x, y, anchor } of samples) {
      stood = Math.min(stood, this.#path.append(sentAt - ago, x, y, anchor, this.#rests));
      this.#rests = false;
    }
    if (this.#path.length > 0) {
      const { lastT } = this.#path;
      const gone = this.#path.left;
      if (left && !gone) this.#path.leave(sentAt);
      this.#rests = left || gone || sentAt - lastT >= REST_MS;
      // What is shown is ahead of what is known: it takes up the path from there, unless that is too long ago.
      if (shown && this.#head.at > stood && now - this.#leaptAt > LEAPT_MS)
        this.#head.at = stood > known ? stood : this.#path.nearest(shown, known);
    }
    this.#easeFrom(shown, now);
    this.#forget(now);
  }

  /** Where the pointer is to be drawn; `undefined` before its first moment is due, and after it has left. */
  sample(now: number): Place | undefined {
    this.#advance(now);
    this.#forget(now);
    return this.#place(now);
  }

  #forget(now: number): void {
    const past = this.#head.at - PAST_MS || Number.NEGATIVE_INFINITY; // nothing has been shown yet
    this.#path.forget(Math.max(past, now - this.#lateness.delay - OLD_MS));
  }

  /** The next `sample` differs. */
  get moving(): boolean {
    if (this.#path.length === 0) return false;
    return !this.#rests || !(this.#head.at >= this.#path.lastT) || this.#dx !== 0 || this.#dy !== 0;
  }

  /** Brings what is shown to `now`, by what is known. */
  #advance(now: number): void {
    const { lastT } = this.#path;
    if (this.#path.length === 0 || this.#transit === undefined) return;
    const wanted = now - this.#lateness.delay;
    if (!this.#rests && wanted - lastT > SILENCE_MS) {
      const shown = this.#place(now);
      this.#rests = true;
      this.#easeFrom(shown, now);
    }
    const still = this.#path.stillUntil(this.#head.at, this.#rests);
    const inTime = this.#head.advance(now, wanted, still, this.#rests ? undefined : lastT);
    if (!inTime) this.#leaptAt = now;
    const ease = Math.exp((this.#shownAt - now) / EASE_MS);
    this.#shownAt = now;
    this.#dx = eased(this.#dx, ease);
    this.#dy = eased(this.#dy, ease);
  }

  #place(now: number): Place | undefined {
    if (this.#told) {
      const { x, y, anchor, since } = this.#told;
      return { x, y, anchor, restingMs: now - since };
    }
    const place = this.#path.at(this.#head.at, this.#rests);
    return place && { ...place, x: inside(place.x + this.#dx), y: inside(place.y + this.#dy) };
  }

  /** The path has changed under what is shown, which stays, and eases into the path. */
  #easeFrom(shown: Place | undefined, now: number): void {
    const place = this.#path.at(this.#head.at, this.#rests);
    const same = shown && place && shown.anchor === place.anchor && now - this.#leaptAt > LEAPT_MS;
    this.#dx = same ? shown.x - place.x : 0;
    this.#dy = same ? shown.y - place.y : 0;
  }

  /** The path goes on from where the pointer was said to rest. */
  #begin(sentAt: number, samples: readonly Sample[], left: boolean): void {
    const told = this.#told;
    const [first] = samples;
    if (!told || !(first || left)) return;
    this.#told = undefined;
    this.#path.append(sentAt - (first?.ago ?? 0) - 2 * REST_GAP_MS, told.x, told.y, told.anchor, true);
  }

  /** A reload that kept its id, or a machine that slept. */
  #beginAnew(): void {
    this.#path = new Path();
    this.#lateness = new Lateness();
    this.#head = new Playhead();
    this.#sentAt = Number.NEGATIVE_INFINITY;
    this.#rests = true;
    this.#dx = this.#dy = 0;
  }
}

const inside = (part: number) => Math.min(1, Math.max(0, part));

const eased = (part: number, ease: number) => (Math.abs(part * ease) < NOTHING ? 0 : part * ease);

/** How long before its sending the path was unknown that a batch brings; 0 for a pointer that rested. */
function spanOf(samples: readonly Sample[], sentAt: number, last: number): number {
  const [first] = samples;
  if (!first) return 0;
  const gap = sentAt - first.ago - last;
  if (gap < REST_GAP_MS && samples.length === 1) return Math.min(Math.max(gap, first.ago), SINGLE_MS);
  if (gap < REST_GAP_MS) return first.ago + Math.min(gap, STEP_MS);
  return samples.find(({ ago }, i) => ago - (samples[i + 1]?.ago ?? Number.NEGATIVE_INFINITY) < REST_GAP_MS)?.ago ?? 0;
}
