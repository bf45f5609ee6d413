/** From what was set and seen to how long carets were under way. Pure. */
import type { Sight } from './worker.js';

/**
 * Milliseconds from each caret that was set until each other person saw it, or a newer one of the same person: what a
 * system leaves out because something newer replaced it was not late.
 */
export function latencies(sights: readonly Sight[], people: number): { values: Float64Array; missing: number } {
  const seen = new Map<string, { move: number; at: number }[]>();
  for (const { by, move, at, observer } of sights) {
    if (observer === undefined) continue;
    const key = `${by} ${observer}`;
    const list = seen.get(key) ?? [];
    seen.set(key, list);
    list.push({ move, at });
  }
  const values: number[] = [];
  let missing = 0;
  for (const { by, move, at, observer } of sights) {
    if (observer !== undefined) continue;
    for (let other = 0; other < people; other++) {
      if (other === by) continue;
      const first = seen.get(`${by} ${other}`)?.find((one) => one.move >= move && one.at >= at);
      if (first) values.push(first.at - at);
      else missing++;
    }
  }
  return { values: Float64Array.from(values), missing };
}
