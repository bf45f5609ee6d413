/** The sayings and reactions that are allowed at a pointer: sender and receiver check them alike (F4, F5). Pure. */
import { hasInk } from '../../src/index.js';

/** The longest saying, in characters. */
export const LONGEST_SAYING = 80;
/** The longest reaction, in UTF-16 units. */
const LONGEST_EMOJI = 16;
const USUAL = ['👍', '❤️', '🎉', '😂', '👀'];

/**
 * Text as it may be shown: controls, and characters that reorder text, become spaces, and what is too long is cut. ''
 * for anything else, and for what shows nothing.
 */
export function sayingOf(text: unknown): string {
  if (typeof text !== 'string') return '';
  // A hostile text may be very long: only the part that can be shown is looked at.
  const saying = [
    ...text.slice(0, 4 * LONGEST_SAYING).replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' '),
  ]
    .slice(0, LONGEST_SAYING)
    .join('')
    .trimStart();
  return hasInk(saying) ? saying : '';
}

/** Whether a text is one emoji, or several that are joined to one. */
export function isEmoji(text: unknown): text is string {
  return (
    typeof text === 'string' &&
    text.length <= LONGEST_EMOJI &&
    /[\p{Extended_Pictographic}\p{Regional_Indicator}]/u.test(text) &&
    /^[^\p{L}\p{N}\p{Z}\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+$/u.test(text)
  );
}

/** The emoji that a `reactions` attribute offers: '' the usual ones, null none. */
export function emojiOf(reactions: string | null | undefined): readonly string[] {
  const given = reactions?.split(/\s+/).filter(isEmoji) ?? [];
  return given.length > 0 || typeof reactions !== 'string' ? given : USUAL;
}
