/** D3: text of others that a page shows: what is taken out of it, and whether anything is left to see. */

// Control characters, line separators, and every character that reorders or hides text, except joiners, variation
// selectors and flag tags, which scripts and emoji need.
const UNSAFE_TEXT =
  /(?!\u200c|\u200d|\ufe0e|\ufe0f|[\u180b-\u180d\u{e0020}-\u{e007f}])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{DI}\ufff9-\ufffb]/gu;

// Something to see: letters, digits, punctuation and symbols, but not those that are blank (fillers, a braille pattern
// without dots, a missing object, blank hieroglyphs, a null note). Emoji that this engine does not know yet count too.
const INK = /(?![\p{DI}\u2800\ufffc\u{13441}\u{13442}\u{1d159}])[\p{L}\p{N}\p{P}\p{S}\p{Extended_Pictographic}]/u;

/** D3: whether a text shows anything. Joiners, accents and blank letters alone do not. */
export function hasInk(text: string): boolean {
  return INK.test(text);
}

/**
 * Removes characters that reorder or hide text on a page, and cuts to `max` whole characters; '' for what is no text,
 * or shows nothing.
 */
export function cleanText(value: unknown, max: number): string {
  if (typeof value !== 'string') return '';
  const text = [
    ...value
      .slice(0, max * 8)
      .replace(UNSAFE_TEXT, '')
      .trim(),
  ]
    .slice(0, max)
    .join('')
    .trimEnd();
  return hasInk(text) ? text : '';
}
