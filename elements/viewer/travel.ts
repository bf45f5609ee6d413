/**
 * Scrolls to a spot smoothly, through every scroller around it. There is one way to go at a time; one's own input ends
 * it. With reduced motion it is there at once.
 */
import type { PointerPosition } from '../../src/index.js';
import { rest, wake } from '../shared/frame-loop.js';
import type { Surface } from '../surface/anchors.js';
import { onOwnInput } from './own-input.js';

/** Two thirds of the way are gone after this, in milliseconds. */
const EASE_MS = 90;
/** Slower than this, in CSS pixels a frame, is standing still. */
const STANDING = 0.5;

const still = matchMedia('(prefers-reduced-motion:reduce)');
let stop: (() => void) | undefined;

/** False where nothing on this page matches the spot. A way under way is left for this one. */
export function travel(surface: Surface, spot: PointerPosition): boolean {
  arrive();
  let last = performance.now();
  const step = (now: number): boolean => {
    const share = still.matches ? 1 : 1 - Math.exp(-Math.max(0, now - last) / EASE_MS);
    last = now;
    surface.begin();
    const moved = surface.reveal(spot, share);
    const goes = moved !== undefined && share < 1 && (share === 0 || moved > STANDING * share);
    if (!goes) arrive();
    return goes;
  };
  surface.begin();
  if (!surface.place(spot)) return false;
  const unhear = onOwnInput(arrive);
  stop = () => {
    unhear();
    rest(step);
  };
  wake(step);
  return true;
}

/** Ends the way under way, if any, where it is. */
export function arrive(): void {
  stop?.();
  stop = undefined;
}
