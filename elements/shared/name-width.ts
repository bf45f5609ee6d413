/** How wide a name is, without measuring it: to measure would lay out the page in every frame. */

/**
 * The most characters of a name that are shown, and the assumed width of one and of what is around them, in CSS pixels.
 */
export const LONGEST = 22;
const LETTER = 7.5;
const WIDE_LETTER = 13;
const WIDE = /[\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{Emoji_Presentation}\uff00-\uff60]/gu;
/** Marks over and under other letters, and what only joins them, take no room. */
const NO_WIDTH = /[\p{Mn}\p{Cf}]/gu;
const AROUND = 26;

/** In CSS pixels, with the distance from what it names, and with what is said of its person behind it. */
export function nameWidth(label: string, said = ''): number {
  return AROUND + Math.min(LETTER * LONGEST, widthOf(label)) + widthOf(said);
}

function widthOf(text: string): number {
  const letters = [...text.replace(NO_WIDTH, '')].length;
  const wide = text.match(WIDE)?.length ?? 0;
  return LETTER * (letters - wide) + WIDE_LETTER * wide;
}
