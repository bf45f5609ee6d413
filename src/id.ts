/** Names that no other program makes: about 50 random bits that stand for this program, and a count. */
import { type Random, systemRandom } from './clock.js';

export const NAME_LENGTH = 10;

/** Makes a name of ten characters, each `0` to `9` or `a` to `z`. */
export function randomName(random: Random): string {
  return random()
    .toString(36)
    .slice(2, 2 + NAME_LENGTH)
    .padEnd(NAME_LENGTH, '0');
}

let own = '';
let count = 0;

/** Makes an id of 128 random bits, in 32 hexadecimal digits. */
export function randomId(random: Random): string {
  const words = Array.from({ length: 4 }, () => Math.floor(random() * 2 ** 32));
  return words.map((word) => word.toString(16).padStart(8, '0')).join('');
}

/** The name of this program: the same on every call. */
export function ownName(): string {
  own ||= randomName(systemRandom);
  return own;
}

/** Makes an id that is new on every call. */
export function uniqueId(): string {
  return ownName() + (count++).toString(36);
}
