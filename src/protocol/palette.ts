/**
 * P15: the looks by which people are told apart. The colours differ in hue and in lightness, each is visible on white
 * and on near-black pages, and they stay apart for those who do not see red or green: `npm run palette` measures that,
 * and finds such a list. Neighbours are far apart, because on a clash one moves to the next.
 */
import { hash } from './hash.js';

export const PALETTE = [
  ...(['#2878fc', '#fc600c', '#187028', '#bc1088', '#04a0a8', '#c80c00'] as const),
  ...(['#a880e0', '#14a400', '#106894', '#fc50a0', '#803cd0', '#a0786c'] as const),
] as const;
/** How many marks there are, the absent one (0) included: a ring, dashes, dots. */
export const MARKS = 4;
/** The highest arrival: a higher one counts as none. */
export const MAX_ARRIVAL = 2 ** 24;

/** What is seen of a person: `#rrggbb`, and a mark from 0 (none) to 3. */
export interface Look {
  readonly color: string;
  readonly mark: number;
}

/** The colour that a user id prefers, the same in every client. */
export function colorOf(id: string): string {
  return at(hash(id));
}

/** Every look, in the order in which this user id prefers them. */
export function* looksOf(id: string): Generator<Look, void> {
  const first = hash(id) % PALETTE.length;
  for (let n = 0; n < PALETTE.length * MARKS; n++) yield { color: at(first + n), mark: Math.floor(n / PALETTE.length) };
}

/** The look of a user id where every look is taken. */
export function sharedLook(id: string): Look {
  const number = hash(id);
  return { color: at(number), mark: Math.floor(number / PALETTE.length) % MARKS };
}

const at = (number: number): string => PALETTE[number % PALETTE.length] as string;
