/**
 * The motion lane, inbound: replays each remote pointer by the times at which its sender saw it, a little late, so that
 * what the network bunched is smooth again. One track a client; it holds no timer and draws nothing.
 */
import type { Clock } from '../clock.js';
import type { Sample } from '../protocol/cursor-codec.js';
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

  /** A batch of `client`, that arrived now. `sentAt` and the samples' times are on the sender's clock. */
  push(client: number, sentAt: number, samples: readonly Sample[], left: boolean): void {
    let track = this.#tracks.get(client);
    if (!track) {
      track = new Track();
      this.#tracks.set(client, track);
    }
    track.push(this.#clock.now(), sentAt, samples, left);
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

  /** True while the next `sample` would differ. */
  get moving(): boolean {
    for (const track of this.#tracks.values()) if (track.moving) return true;
    return false;
  }
}
