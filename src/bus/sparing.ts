/**
 * M9: a subscription to a subject that carries what is for others, too. It is kept while that is cheap: when more than
 * so many messages for others come within a second, it ends, and begins anew 30 s later.
 */
import type { Clock } from '../clock.js';

/** The span over which messages for others are counted. Milliseconds. */
const WINDOW_MS = 1_000;
/** How long a subscription stays away that carried too much for others. Milliseconds. */
export const PAUSE_MS = 30_000;

export interface Sparing {
  /** Counts a message that was for others. */
  forOthers(): void;
  /** Unsubscribes, or calls off the return. */
  stop(): void;
}

/**
 * Calls `subscribe` now and after each pause; it returns a function that unsubscribes. Calls `paused` at the beginning
 * of each pause. `limit`: how many messages for others are received in a second at most.
 */
export function sparing(clock: Clock, limit: number, subscribe: () => () => void, paused: () => void): Sparing {
  let windowEnds = Number.NEGATIVE_INFINITY;
  let count = 0;
  let stop = subscribe();
  return {
    forOthers() {
      const now = clock.now();
      if (now >= windowEnds) {
        windowEnds = now + WINDOW_MS;
        count = 0;
      }
      if (++count <= limit) return;
      stop();
      stop = clock.after(PAUSE_MS, () => {
        stop = subscribe();
      });
      paused();
    },
    stop: () => stop(),
  };
}
