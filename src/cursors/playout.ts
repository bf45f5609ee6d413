/**
 * The motion lane, inbound: replays each remote pointer by the times at which its sender saw it, a little late, so that
 * what the network bunched is smooth again. One track a client; it holds no timer and draws nothing.
 */
import type { Clock } from '../clock.js';
import type { Sample } from '../protocol/cursor-codec.js';
import type { Position } from './batcher.js';
import { Lateness } from './lateness.js';

/** After a pause this long the pointer stood still; it does not glide through it. Milliseconds. */
const REST_GAP_MS = 150;
/** How long the first glide after a rest takes: about one frame of the sender and of the receiver. */
const DEPARTURE_MS = 34;
/** A track nobody samples (a hidden page) keeps no more than this; the newest win. */
const MAX_TRACK = 512;
/** How fast the lag may change while a pointer moves: playback at 0.8 to 1.2 of its speed, never a jump. */
const SLEW = 0.2;
/** A sender whose clock goes back by more than this has begun anew (a reload that kept its id). Milliseconds. */
const RESTART_MS = 5_000;

interface Moment {
  /** On the sender's clock. */
  t: number;
  x: number;
  y: number;
  anchor: string;
  /** The pointer left the surface here. */
  left: boolean;
}

interface Track {
  moments: Moment[];
  lateness: Lateness;
  /** `sentAt` of the newest batch. */
  newest: number;
  /** How far playback runs behind the sender's clock now (their difference included), and when that was last moved. */
  lag: number;
  sampledAt: number;
  /** When its last batch came, on our clock. */
  heardAt: number;
  /** The moment last shown, on the sender's clock. */
  head: number;
}

export interface Played {
  readonly client: number;
  readonly x: number;
  readonly y: number;
  readonly anchor: string;
  /** Milliseconds since the pointer came to rest here; 0 while it moves. */
  readonly restingMs: number;
}

export class Playout {
  readonly #tracks = new Map<number, Track>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A batch of `client`, that arrived now. `sentAt` and the samples' times are on the sender's clock. */
  push(client: number, sentAt: number, samples: readonly Sample[], left: boolean): void {
    const now = this.#clock.now();
    let track = this.#tracks.get(client);
    if (!track || sentAt < track.newest - RESTART_MS) {
      track = newTrack(now);
      this.#tracks.set(client, track);
    }
    track.heardAt = now;
    const first = samples[0];
    if (sentAt > track.newest && first) {
      track.newest = sentAt; // else it is repeated or overtaken, which says nothing of the way
      const resume = resumption(track.moments.at(-1), sentAt - first.ago);
      track.lateness.add(now - sentAt, Math.min(sentAt - resume, REST_GAP_MS), now);
      wait(track, resume, now);
    }
    for (const { ago, x, y, anchor } of samples) append(track, { t: sentAt - ago, x, y, anchor, left: false });
    const last = track.moments.at(-1);
    if (left && last && !last.left && last.t <= sentAt)
      append(track, { ...last, t: Math.max(sentAt, last.t + 1), left: true });
    if (track.moments.length > MAX_TRACK) track.moments.splice(0, track.moments.length - MAX_TRACK);
  }

  /** Where a pointer rests, by someone else's word: shown at once, and no measure of its sender's way. */
  restore(client: number, position: Position, t: number): void {
    const track = this.#tracks.get(client) ?? newTrack(this.#clock.now());
    this.#tracks.set(client, track);
    append(track, { ...position, t, left: false });
  }

  /** Drops the pointers of all but `clients`, save for those heard after `since`, on our clock. */
  retain(clients: readonly number[], since: number): void {
    const kept = new Set(clients);
    for (const [client, { heardAt }] of this.#tracks) {
      if (!kept.has(client) && heardAt < since) this.#tracks.delete(client);
    }
  }

  remove(client: number): void {
    this.#tracks.delete(client);
  }

  /** Where each pointer that has not left was last, `t` on its sender's clock: for those who come later. */
  *latest(): Iterable<Position & { readonly client: number; readonly t: number }> {
    for (const [client, { moments }] of this.#tracks) {
      const last = moments.at(-1);
      if (last && !last.left) yield { client, t: last.t, x: last.x, y: last.y, anchor: last.anchor };
    }
  }

  /** Where everyone is at `now`. A pointer that has left, or has not begun yet, is not in it. */
  sample(now: number): Played[] {
    const played: Played[] = [];
    for (const [client, track] of this.#tracks) {
      const head = advance(track, now);
      const { moments } = track;
      while (moments.length > 1 && (moments[1] as Moment).t <= head) moments.shift();
      const from = moments[0];
      if (!from || from.left || from.t > head) continue;
      const to = moments[1];
      const moving = to !== undefined && !to.left && to.anchor === from.anchor && to.t - head < to.t - from.t;
      const share = moving ? (head - from.t) / (to.t - from.t) : 0;
      const x = moving ? from.x + (to.x - from.x) * share : from.x;
      const y = moving ? from.y + (to.y - from.y) * share : from.y;
      played.push({ client, x, y, anchor: from.anchor, restingMs: moving ? 0 : Math.max(0, head - from.t) });
    }
    return played;
  }

  /** True while some pointer has moments still to be played. */
  get moving(): boolean {
    for (const { moments, head } of this.#tracks.values()) {
      if (moments.length > 1 || (moments[0] && moments[0].t > head)) return true;
    }
    return false;
  }
}

/** In order, each once: what is not newer than the last is a repetition. */
function append(track: Track, moment: Moment): void {
  const last = track.moments.at(-1);
  if (last && moment.t <= last.t) return;
  if (last && !last.left && moment.t - last.t > REST_GAP_MS && !moment.left) {
    track.moments.push({ ...last, t: moment.t - DEPARTURE_MS }); // it stood still until just before
  }
  track.moments.push(moment);
}

/** When playback must go on to show, without a break, a sample of `t` behind `last`: from there if need be, where nothing moved between. */
function resumption(last: Moment | undefined, t: number): number {
  if (!last || last.left) return t;
  return t - last.t > REST_GAP_MS ? t - DEPARTURE_MS : Math.min(t, last.t);
}

/**
 * Playback that stood still for want of what follows `resume` goes on from there, and runs later by as much; after a wait
 * too long to be made up for, it jumps.
 */
function wait(track: Track, resume: number, now: number): void {
  const head = Math.max(resume, now - target(track) - REST_GAP_MS);
  if (!(head < now - track.lag)) return; // it came in time, or nothing is shown yet
  track.head = head;
  track.lag = now - head;
}

const target = ({ lateness }: Track) => lateness.transit + lateness.delay;

/** The moment to show at `now`, on the sender's clock: never an earlier one. The lag follows its target, slowly while something moves. */
function advance(track: Track, now: number): number {
  if (!track.lateness.known) {
    track.head = Math.max(track.head, track.moments.at(-1)?.t ?? track.head); // restored, and not heard yet
    return track.head;
  }
  const resting = track.moments.length <= 1;
  const passed = Math.max(0, now - track.sampledAt);
  track.sampledAt = now;
  if (Number.isNaN(track.lag) || resting || passed > 1_000) track.lag = target(track);
  else track.lag += Math.max(-SLEW * passed, Math.min(SLEW * passed, target(track) - track.lag));
  track.head = Math.max(track.head, now - track.lag);
  return track.head;
}

function newTrack(now: number): Track {
  const never = Number.NEGATIVE_INFINITY;
  return {
    moments: [],
    lateness: new Lateness(),
    newest: never,
    lag: Number.NaN,
    sampledAt: now,
    heardAt: never,
    head: never,
  };
}
