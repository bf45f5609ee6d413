/** Names that nobody else has made: about 50 random bits that stand for this program, and a count. */
import { systemRandom } from './clock.js';

export const OWN_NAME_LENGTH = 10;

let own = '';
let count = 0;

/** Of this program: ten of `0` to `9` and `a` to `z`. */
export function ownName(): string {
  if (own === '') {
    own = systemRandom()
      .toString(36)
      .slice(2, 2 + OWN_NAME_LENGTH)
      .padEnd(OWN_NAME_LENGTH, '0');
  }
  return own;
}

export function uniqueId(): string {
  return ownName() + (count++).toString(36);
}
