/** Which names are shown where several would lie over each other. Pure. */
import { type Box, meets } from './box.js';

/** A name that gave way comes back where it is this far from the other one, in CSS pixels. */
const APART = 4;

/** The name of a pointer or a caret. */
export interface Named {
  /** Its person says something there. */
  readonly says: boolean;
  /** Its person is pointed out. */
  readonly lit: boolean;
  /** It is asked for. */
  readonly called: boolean;
  /** From one's own pointer, and for how long it has been where it is, in milliseconds. */
  readonly distance: number;
  readonly restingMs: number;
  /** It gives way to another one. */
  covered: boolean;
  readonly serial: number;
}

/**
 * Lets names give way to those that matter more: of someone who says something, or is pointed out, of what is nearest
 * to one's own pointer, or else of what moved last. `boxOf`: where a name lies.
 */
export function giveWay<T extends Named>(named: readonly T[], boxOf: (one: T) => Box): void {
  const kept: Box[] = [];
  for (const one of [...named].sort(compare)) {
    const box = boxOf(one);
    const margin = one.covered ? APART : 0;
    one.covered = kept.some((other) => meets(other, box, margin));
    if (!one.covered) kept.push(box);
  }
}

function compare(a: Named, b: Named): number {
  return (
    Number(b.says) - Number(a.says) ||
    Number(b.lit) - Number(a.lit) ||
    Number(b.called) - Number(a.called) ||
    (a.called ? a.distance - b.distance : a.restingMs - b.restingMs) ||
    Number(a.covered) - Number(b.covered) ||
    a.serial - b.serial
  );
}
