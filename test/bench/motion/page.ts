/** In the page: the real codec and playout on real animation frames, fed with a recorded run. */
import { systemClock } from '../../../src/clock.js';
import { SlatePlayer } from './players-slate.js';

export interface Recording {
  readonly ms: number;
  /** For each network: when each batch arrives, and its bytes. */
  readonly arrivals: readonly (readonly { readonly at: number; readonly bytes: readonly number[] }[])[];
}

/** For each network: time, x, y of every frame in which something was shown. */
export type Drawn = number[][];

function play({ ms, arrivals }: Recording): Promise<Drawn> {
  const start = performance.now() + 200;
  const players = arrivals.map(() => new SlatePlayer(systemClock));
  const drawn: Drawn = arrivals.map(() => []);
  for (const [i, network] of arrivals.entries()) {
    for (const { at, bytes } of network) {
      setTimeout(() => players[i]?.receive(Uint8Array.from(bytes)), start + at - performance.now());
    }
  }
  return new Promise((resolve) => {
    requestAnimationFrame(function frame() {
      const now = performance.now();
      for (const [i, player] of players.entries()) {
        const shown = player.frame(now);
        if (shown) drawn[i]?.push(now - start, shown.x, shown.y);
      }
      if (now - start < ms) requestAnimationFrame(frame);
      else resolve(drawn);
    });
  });
}

Object.assign(globalThis, { play });
