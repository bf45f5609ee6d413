/**
 * Scrolls smoothly to a pointer position, through every scroller around it. One's own input ends it. With reduced
 * motion the page is there at once.
 */
import type { PointerPosition } from '../../src/index.js';
import { rest, wake } from '../shared/frame-loop.js';
import type { Surface } from '../surface/surface.js';
import { onOwnInput } from './own-input.js';

/** After this time two thirds of the way are done, in milliseconds. */
const EASE_MS = 90;
/** Slower than this, in CSS pixels a frame, counts as standing still. */
const STANDING = 0.5;
/**
 * A frame that comes sooner is left out, in milliseconds: its share of the way may be less than a pixel, and it would
 * look as if the page stood still. A frame that was late is followed by one that has hardly a time of its own.
 */
const SHORTEST_MS = 4;

export class Travel {
  readonly #still = matchMedia('(prefers-reduced-motion:reduce)');
  #stop: (() => void) | undefined;

  /** False where nothing on this page matches the position. Scrolling that is under way ends. */
  start(surface: Surface, position: PointerPosition): boolean {
    this.stop();
    let last = performance.now();
    const step = (now: number): boolean => {
      if (now - last < SHORTEST_MS) return true;
      const share = this.#still.matches ? 1 : 1 - Math.exp((last - now) / EASE_MS);
      last = now;
      surface.begin();
      const moved = surface.reveal(position, share);
      const goes = moved !== undefined && share < 1 && moved > STANDING * share;
      if (!goes) this.stop();
      return goes;
    };
    surface.begin();
    if (!surface.resolve(position)) return false;
    const unsubscribe = onOwnInput(() => this.stop());
    this.#stop = () => {
      unsubscribe();
      rest(step);
    };
    wake(step);
    return true;
  }

  /** Ends the scrolling where it is. Harmless where there is none. */
  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }
}
