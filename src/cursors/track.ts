/**
 * M8: one remote pointer, put together from three parts: its path (path.ts), how far to stay behind its sender
 * (playout-delay.ts), and the playhead that moves along the path (playhead.ts).
 *
 * When a batch is late, the pointer is extrapolated for up to 35 ms. When the batch arrives, the path under the pointer
 * changes: the playhead moves to where the path comes nearest to what is shown, and the distance that is left is an
 * offset that shrinks exponentially, so that nothing jumps. Whatever arrives, a track keeps no more than a second or
 * two.
 */
import type { Sample } from '../protocol/samples-codec.js';
import { REST_MS } from './batcher.js';
import { Path, type PlayedPosition, REST_GAP_MS } from './path.js';
import { Playhead } from './playhead.js';
import { PlayoutDelay } from './playout-delay.js';
import type { PointerPosition } from './position.js';
import { MAX_SEGMENT_MS } from './simplify.js';

/** When nothing has arrived for this long, the pointer has stopped. Milliseconds. */
const SILENCE_MS = 250;
/** The time constant with which the offset from the path shrinks. Milliseconds. */
const EASE_MS = 60;
/**
 * A batch this soon after a jump was delayed by the same cause, a frozen page say, as what was skipped. Milliseconds.
 */
const JUMPED_MS = 50;
/** An offset that nobody sees, as a fraction of the anchor's box. */
const INVISIBLE = 5e-5;
/** How much of the path is kept behind the playhead. Milliseconds. */
const PAST_MS = 150;
/** How much of the path is kept while nobody samples it, as in a hidden page. Milliseconds. */
const OLD_MS = 1_500;
/** A batch that seems this old comes from a sender whose clock has started again. Milliseconds. */
const RESTARTED_MS = 5_000;
/** Batches carry their time modulo this. Milliseconds. */
const MODULO = 2 ** 16;
/** The longest time between the samples of senders whose batches have one sample each. Milliseconds. */
const SINGLE_MS = 100;

export class Track {
  #path = new Path();
  #delay = new PlayoutDelay();
  #head = new Playhead();
  /** When the newest batch was sent, on the sender's clock. */
  #sentAt = Number.NEGATIVE_INFINITY;
  /** Our clock at the arrival of the newest batch, minus `#sentAt`. */
  #transit: number | undefined;
  /** As far as is known, the pointer stays at the end of its path. */
  #rests = true;
  /** The offset of what is shown from the path. */
  #dx = 0;
  #dy = 0;
  #shownAt = Number.NEGATIVE_INFINITY;
  /** When the playhead jumped last. */
  #jumpedAt = Number.NEGATIVE_INFINITY;
  /** Where a roster said that the pointer rests, and since when on our clock; until a batch of its own arrives. */
  #restored: (PointerPosition & { readonly since: number }) | undefined;
  #receivedAt = Number.NEGATIVE_INFINITY;
  /** The newest sample, at this time of the sender's clock, is a tap; NaN where it is none. */
  #tapAt = Number.NaN;

  /** When the last batch of this client arrived, on our clock. */
  get receivedAt(): number {
    return this.#receivedAt;
  }

  /** The pointer has rested at `position` for `restingMs`; it is shown there at once, and its path is forgotten. */
  restore(now: number, { x, y, anchor }: PointerPosition, restingMs: number): void {
    this.#path = new Path();
    this.#head = new Playhead();
    this.#rests = true;
    this.#dx = this.#dy = 0;
    this.#shownAt = now;
    this.#restored = { x, y, anchor, since: now - restingMs };
  }

  /** The newest position that is known, and how long the pointer has been there; `undefined` where it has left. */
  latest(now: number): PlayedPosition | undefined {
    if (this.#restored) return this.#position(now);
    const { lastT } = this.#path;
    const last = this.#path.at(lastT, true);
    return last && { ...last, restingMs: Math.max(0, now - this.#delay.ms - lastT) };
  }

  /** A batch arrived at `now`, which was sent at `time` of the sender's clock; its samples come oldest first. */
  push(now: number, time: number, samples: readonly Sample[], left: boolean, tapped = false): void {
    const sentAt = time + MODULO * Math.round((now - (this.#transit ?? now - time) - time) / MODULO);
    if (sentAt < this.#sentAt - RESTARTED_MS) this.#restart();
    this.#continueFromRestored(sentAt, samples, left);
    const known = this.#path.lastT;
    const isNew = sentAt - (samples.at(-1)?.ago ?? Number.POSITIVE_INFINITY) > known || left !== this.#path.left;
    // A newer batch arrived first, or this one arrived twice.
    if (sentAt < this.#sentAt || (sentAt === this.#sentAt && !isNew)) return;
    if (sentAt > this.#sentAt) {
      this.#advance(now); // what was shown until now does not depend on this batch
      this.#transit = now - sentAt;
      this.#delay.add(this.#transit, spanOf(samples, sentAt, known), now);
    }
    this.#sentAt = sentAt;
    this.#receivedAt = now;
    const shown = this.#position(now);
    let stood = Number.POSITIVE_INFINITY; // until when the pointer stayed where it was before this batch
    for (const { ago, x, y, anchor } of samples) {
      stood = Math.min(stood, this.#path.append(sentAt - ago, x, y, anchor, this.#rests));
      this.#rests = false;
    }
    if (this.#path.length > 0) {
      const { lastT } = this.#path;
      const gone = this.#path.left;
      if (left && !gone) this.#path.leave(sentAt);
      this.#rests = left || gone || sentAt - lastT >= REST_MS;
      // The playhead went beyond the old end of the path: it continues where the new path is nearest to what is shown.
      if (shown && this.#head.at > stood && now - this.#jumpedAt > JUMPED_MS)
        this.#head.at = stood > known ? stood : this.#path.nearest(shown, known);
    }
    if (samples.length > 0) this.#tapAt = tapped ? sentAt - (samples.at(-1)?.ago ?? 0) : Number.NaN;
    this.#easeFrom(shown, now);
    this.#forget(now);
  }

  /** Where to show the pointer at `now`; `undefined` before its first sample is due, and after it has left. */
  sample(now: number): PlayedPosition | undefined {
    this.#advance(now);
    this.#forget(now);
    return this.#position(now);
  }

  #forget(now: number): void {
    const past = this.#head.at - PAST_MS || Number.NEGATIVE_INFINITY; // NaN before the first frame
    this.#path.forget(Math.max(past, now - this.#delay.ms - OLD_MS));
  }

  /** Whether a later `sample` would differ. */
  get moving(): boolean {
    if (this.#path.length === 0) return false;
    return !this.#rests || !(this.#head.at >= this.#path.lastT) || this.#dx !== 0 || this.#dy !== 0;
  }

  /** Moves the playhead to `now`, and shrinks the offset. */
  #advance(now: number): void {
    const { lastT } = this.#path;
    if (this.#path.length === 0 || this.#transit === undefined) return;
    const wanted = now - this.#delay.ms;
    if (!this.#rests && wanted - lastT > SILENCE_MS) {
      const shown = this.#position(now);
      this.#rests = true;
      this.#easeFrom(shown, now);
    }
    const still = this.#path.stillUntil(this.#head.at, this.#rests);
    const continuous = this.#head.advance(now, wanted, still, this.#rests ? undefined : lastT);
    if (!continuous) this.#jumpedAt = now;
    const ease = Math.exp((this.#shownAt - now) / EASE_MS);
    this.#shownAt = now;
    this.#dx = eased(this.#dx, ease);
    this.#dy = eased(this.#dy, ease);
  }

  #position(now: number): PlayedPosition | undefined {
    if (this.#restored) {
      const { x, y, anchor, since } = this.#restored;
      return { x, y, anchor, restingMs: now - since };
    }
    const onPath = this.#path.at(this.#head.at, this.#rests);
    if (!onPath) return undefined;
    const shown = { ...onPath, x: inside(onPath.x + this.#dx), y: inside(onPath.y + this.#dy) };
    return this.#head.at >= this.#tapAt ? { ...shown, tapped: true } : shown;
  }

  /** The path has changed under the pointer: sets the offset so that the pointer stays at `shown`. */
  #easeFrom(shown: PlayedPosition | undefined, now: number): void {
    const onPath = this.#path.at(this.#head.at, this.#rests);
    const same = shown && onPath && shown.anchor === onPath.anchor && now - this.#jumpedAt > JUMPED_MS;
    this.#dx = same ? shown.x - onPath.x : 0;
    this.#dy = same ? shown.y - onPath.y : 0;
  }

  /** The first batch after `restore`: the path starts at the restored position, long enough ago to count as a rest. */
  #continueFromRestored(sentAt: number, samples: readonly Sample[], left: boolean): void {
    const restored = this.#restored;
    const [first] = samples;
    if (!restored || !(first || left)) return;
    this.#restored = undefined;
    const t = sentAt - (first?.ago ?? 0) - 2 * REST_GAP_MS;
    this.#path.append(t, restored.x, restored.y, restored.anchor, true);
  }

  /** The sender's clock has started again: its page was reloaded and kept the client id, or its machine slept. */
  #restart(): void {
    this.#path = new Path();
    this.#delay = new PlayoutDelay();
    this.#head = new Playhead();
    this.#sentAt = Number.NEGATIVE_INFINITY;
    this.#rests = true;
    this.#dx = this.#dy = 0;
  }
}

const inside = (part: number) => Math.min(1, Math.max(0, part));

const eased = (offset: number, ease: number) => (Math.abs(offset * ease) < INVISIBLE ? 0 : offset * ease);

/**
 * How much of the path a batch brings: how old its first new part was when the batch was sent, in milliseconds; 0 for a
 * pointer that rested. `last` is the time of the last sample before the batch.
 */
function spanOf(samples: readonly Sample[], sentAt: number, last: number): number {
  const [first] = samples;
  if (!first) return 0;
  const gap = sentAt - first.ago - last;
  if (gap < REST_GAP_MS && samples.length === 1) return Math.min(Math.max(gap, first.ago), SINGLE_MS);
  if (gap < REST_GAP_MS) return first.ago + Math.min(gap, MAX_SEGMENT_MS);
  return samples.find(({ ago }, i) => ago - (samples[i + 1]?.ago ?? Number.NEGATIVE_INFINITY) < REST_GAP_MS)?.ago ?? 0;
}
