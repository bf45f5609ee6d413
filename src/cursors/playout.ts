/**
 * M5, M8: the receiving side of the motion lane, a jitter buffer. It replays each remote pointer by the times of its
 * samples, a little behind, so that motion is smooth even when batches arrive unevenly. There is one track per client.
 * It has no timer and draws nothing: the caller samples it once a frame.
 */
import type { Clock } from '../clock.js';
import type { Sample } from '../protocol/samples-codec.js';
import type { PlayedPosition } from './path.js';
import type { PointerPosition } from './position.js';
import { Track } from './track.js';

export interface PlayedPointer extends PlayedPosition {
  readonly client: number;
}

export class Playout {
  readonly #tracks = new Map<number, Track>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A batch of `client` arrived now; one without samples says that the pointer rests. The rest is as in a batch. */
  push(client: number, sentAt: number, samples: readonly Sample[], left: boolean, tapped = false): void {
    const track = samples.length > 0 ? this.#track(client) : this.#tracks.get(client);
    track?.push(this.#clock.now(), sentAt, samples, left, tapped);
  }

  /**
   * A roster says that a pointer has rested at `position` for `restingMs`. It is ignored where a batch of the client
   * itself arrived since the roster was requested at `askedAt`.
   */
  restore(client: number, position: PointerPosition, restingMs: number, askedAt: number): void {
    const track = this.#track(client);
    if (track.receivedAt < askedAt) track.restore(this.#clock.now(), position, restingMs);
  }

  /** Removes the pointers of all clients but `clients` and those whose batch arrived after `askedAt`. */
  retain(clients: readonly number[], askedAt: number): void {
    const kept = new Set(clients);
    for (const [client, { receivedAt }] of this.#tracks) {
      if (!kept.has(client) && receivedAt < askedAt) this.#tracks.delete(client);
    }
  }

  /** The newest position of each pointer on the surface, and how long it has been there: for clients that join. */
  *latest(): Iterable<PlayedPointer> {
    const now = this.#clock.now();
    for (const [client, track] of this.#tracks) {
      const position = track.latest(now);
      if (position) yield { client, ...position };
    }
  }

  remove(client: number): void {
    this.#tracks.delete(client);
  }

  /** Where to show each pointer at `now`, without those that have left and those whose first sample is not due yet. */
  sample(now: number): PlayedPointer[] {
    const played: PlayedPointer[] = [];
    for (const [client, track] of this.#tracks) {
      const position = track.sample(now);
      if (position) played.push({ client, ...position });
    }
    return played;
  }

  #track(client: number): Track {
    const track = this.#tracks.get(client) ?? new Track();
    this.#tracks.set(client, track);
    return track;
  }

  /** Whether a later `sample` would differ. */
  get moving(): boolean {
    for (const track of this.#tracks.values()) if (track.moving) return true;
    return false;
  }
}
