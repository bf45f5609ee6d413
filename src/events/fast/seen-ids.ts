/** As `seenIds` of plain.ts, by the numbers in the ids: a publisher that skips none takes a few bytes in all. */
import { numberOf, sourceOf } from './id-bytes.js';
import type { SeenIds } from './plain.js';
import { sequences } from './sequences.js';

export function seenIds(size: number): SeenIds {
  const numbers = sequences(size);
  return {
    add(id) {
      const number = numberOf(id);
      return number < 0 ? undefined : numbers.add(sourceOf(id), number);
    },
  };
}
