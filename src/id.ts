/** Names that nobody else has made: about 50 random bits that stand for this program, and a count. */
import { type Random, systemRandom } from './clock.js';

export const NAME_LENGTH = 10;

/** Ten of `0` to `9` and `a` to `z`. */
export function randomName(random: Random): string {
  return random()
    .toString(36)
    .slice(2, 2 + NAME_LENGTH)
    .padEnd(NAME_LENGTH, '0');
}

let own = '';
let count = 0;

/** Of this program. */
export function ownName(): string {
  own ||= randomName(systemRandom);
  return own;
}

export function uniqueId(): string {
  return ownName() + (count++).toString(36);
}
