/**
 * The part of an anchor that stands for a word: `address@` + marks + base, and the scale of x and y over text, which count
 * characters and lines there instead of being fractions of a box.
 */
import { MARKS } from './marks.js';

/** What x and y span over text, in characters and in lines; one half of it lies before the middle. */
export const CHARACTERS = 2048;
export const LINES = 512;

/** A word of the text of an element. */
export interface WordMarks {
  readonly marks: string;
  /** The offset of its first character. */
  readonly base: number;
}

/** The anchor of a word in the element with this address. */
export function writeAnchor(address: string, { marks, base }: WordMarks): string {
  return `${address}@${marks}${base.toString(36)}`;
}

/** The parts of an anchor; without a word, the anchor is the address of a box. */
export function readAnchor(anchor: string): { readonly address: string; readonly word: WordMarks | undefined } {
  const [address = '', word] = anchor.split('@');
  return {
    address,
    word: word ? { marks: word.slice(0, MARKS), base: Number.parseInt(word.slice(MARKS), 36) } : undefined,
  };
}
