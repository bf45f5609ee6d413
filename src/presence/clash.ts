/**
 * Another session uses our client id (P8): a copy of this page that kept its document's id, another machine with the
 * same saved id, or a stranger. The true state is announced above what the other one said, and when that does not end
 * it, this session goes on under a new id.
 */
import type { Clock, Random } from '../clock.js';
import type { Announcer } from './announcer.js';
import { Paced } from './bounds.js';
import { CLASH_REST_MS, CLASH_WINDOW_MS, CLASHES, REACTION_MS } from './constants.js';
import type { OwnClient } from './own-client.js';
import { MAX_FOLLOWED_JUMP } from './peers.js';

/** Two sessions that each go above the other's clock must not come to the same one, at which both seem to be known. */
const MAX_STEP = 2 ** 16;

export interface ClashOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly own: OwnClient;
  readonly announcer: Pick<Announcer, 'reassert' | 'heartbeat'>;
  /** Goes on under a new client id. */
  readonly renew: () => void;
}

export class Clash {
  readonly #options: ClashOptions;
  /** Answers after a new id did not help. */
  readonly #later: Paced;
  /** The highest clock that the other session used, and we have not answered yet. */
  #clock = 0;
  /** It used one that is too high to follow (D5). */
  #beyond = false;
  /** When the other session was heard, within {@link CLASH_WINDOW_MS}. */
  #times: number[] = [];
  #renewedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ClashOptions) {
    this.#options = options;
    this.#later = new Paced(options.clock, REACTION_MS, () => this.#reassert());
  }

  /** Another sender used our id, at `clock`. */
  heard(clock: number): void {
    const { clock: time, own } = this.#options;
    const now = time.now();
    if (clock > own.clock + MAX_FOLLOWED_JUMP) this.#beyond = true;
    else this.#clock = Math.max(this.#clock, clock);
    if (now - this.#renewedAt < CLASH_REST_MS) {
      this.#later.run();
      return;
    }
    this.#times = [...this.#times.filter((at) => now - at < CLASH_WINDOW_MS), now];
    if (this.#times.length < CLASHES) {
      this.#reassert();
      return;
    }
    this.#renewedAt = now;
    [this.#times, this.#clock, this.#beyond] = [[], 0, false];
    this.#options.renew();
  }

  stop(): void {
    this.#later.stop();
  }

  #reassert(): void {
    const { announcer, random } = this.#options;
    if (this.#beyond) announcer.heartbeat(); // D5: others doubt that clock, and take the state that follows
    announcer.reassert(this.#clock + Math.floor(random() * MAX_STEP));
    [this.#clock, this.#beyond] = [0, false];
  }
}
