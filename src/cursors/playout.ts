/**
 * The motion lane, inbound: replays each remote pointer by the times at which its sender saw it, a little late, so that
 * what the network bunched is smooth again. One track a client; it holds no timer and draws nothing.
 */
import type { Clock } from '../clock.js';
import type { Sample } from '../protocol/cursor-codec.js';
import type { Position } from './batcher.js';
import type { Place } from './path.js';
import { Track } from './track.js';

export interface Played extends Place {
  readonly client: number;
}

export class Playout {
  readonly #tracks = new Map<number, Track>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A batch of `client`, that arrived now; one without samples says that the pointer rests. */
  push(client: number, sentAt: number, samples: readonly Sample[], left: boolean): void {
    const track = samples.length > 0 ? this.#track(client) : this.#tracks.get(client);
    track?.push(this.#clock.now(), sentAt, samples, left);
  }

  /** Where a pointer has rested for `restingMs`, by someone else's word; unless it was heard itself after `askedAt`. */
  restore(client: number, position: Position, restingMs: number, askedAt: number): void {
    const track = this.#track(client);
    if (track.heardAt < askedAt) track.restore(this.#clock.now(), position, restingMs);
  }

  /** Drops the pointers of all but `clients`, save for those heard after `askedAt`. */
  retain(clients: readonly number[], askedAt: number): void {
    const kept = new Set(clients);
    for (const [client, { heardAt }] of this.#tracks) {
      if (!kept.has(client) && heardAt < askedAt) this.#tracks.delete(client);
    }
  }

  /** Where each pointer that has not left was last, and for how long: for those who come later. */
  *latest(): Iterable<Position & { readonly client: number; readonly restingMs: number }> {
    const now = this.#clock.now();
    for (const [client, track] of this.#tracks) {
      const place = track.latest(now);
      if (place) yield { client, ...place };
    }
  }

  remove(client: number): void {
    this.#tracks.delete(client);
  }

  /** Where everyone is at `now`. A pointer that has left, or has not begun yet, is not in it. */
  sample(now: number): Played[] {
    const played: Played[] = [];
    for (const [client, track] of this.#tracks) {
      const place = track.sample(now);
      if (place) played.push({ client, ...place });
    }
    return played;
  }

  #track(client: number): Track {
    const track = this.#tracks.get(client) ?? new Track();
    this.#tracks.set(client, track);
    return track;
  }

  /** True while the next `sample` would differ. */
  get moving(): boolean {
    for (const track of this.#tracks.values()) if (track.moving) return true;
    return false;
  }
}
