/** What may be said at a pointer, checked the same whether one says it or hears it (F4, F5). Pure. */

/** In characters. */
export const LONGEST_SAYING = 80;
/** A reaction rises so long, and is off the wire after it, in milliseconds. */
export const RISE_MS = 1_500;
const LONGEST_EMOJI = 16;
const USUAL = ['👍', '❤️', '🎉', '😂', '👀'];

/** Text as it may be shown: no controls, nothing that turns the line round, and not too long. '' where it is none. */
export function sayingOf(text: unknown): string {
  if (typeof text !== 'string') return '';
  // No more than is looked at: a hostile one is long.
  return [...text.slice(0, 4 * LONGEST_SAYING).replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ')]
    .slice(0, LONGEST_SAYING)
    .join('')
    .trimStart();
}

/** One emoji, or a few that are joined to one. */
export function isEmoji(text: unknown): text is string {
  return (
    typeof text === 'string' &&
    text.length <= LONGEST_EMOJI &&
    /^(?=.*[\p{Extended_Pictographic}\p{Regional_Indicator}])[^\p{L}\p{N}\p{Z}\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+$/u.test(
      text,
    )
  );
}

/** The emoji that a `reactions` attribute offers: '' the usual ones, null none. */
export function emojiOf(reactions: string | null | undefined): readonly string[] {
  const given = reactions?.split(/\s+/).filter(isEmoji) ?? [];
  return given.length > 0 || typeof reactions !== 'string' ? given : USUAL;
}
