/**
 * The initials of a name: the first letter of the first and of the last word, never half of an emoji, of an accent or
 * of a syllable.
 */
const segmenter = 'Segmenter' in Intl ? new Intl.Segmenter() : undefined;

/** Besides white space; the dots of foreign names in Japanese and Chinese are among them. */
const BETWEEN = /[\s_.\p{Pd}・·]+/u;
/** Vowels of Thai and Lao that are written before the consonant with which the name begins. */
const VOWEL = /^[เ-ไເ-ໄ](?=.)/u;
/** Of scripts in which letters join, two that follow each other look like a word. */
const JOINING = /\p{sc=Arab}|\p{sc=Syrc}|\p{sc=Nkoo}|\p{sc=Mong}|\p{sc=Adlm}|\p{sc=Rohg}/u;
const APART = '\u200c';

/** The scripts of which two letters fit beside each other. */
const NARROW = /^[\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Arab}\p{sc=Hebr}\p{sc=Thai}\p{N}\p{M}\p{Cf}]*$/u;

/** Whether initials are drawn smaller, so that they are whole: two letters, one of them wide. */
export function areWide(initials: string): boolean {
  return initials !== firstGrapheme(initials) && !NARROW.test(initials);
}

export function initials(name: string): string {
  const words = name.split(BETWEEN).map((word) => word.replace(/^[\p{P}\p{C}]+/u, '').replace(VOWEL, ''));
  const [first = '', ...rest] = words.filter(Boolean).map(firstGrapheme);
  const last = rest.at(-1) ?? '';
  const between = JOINING.test(first) && JOINING.test(last) ? APART : '';
  return (first + between + last).toLocaleUpperCase() || '?';
}

function firstGrapheme(word: string): string {
  const [first] = segmenter ? segmenter.segment(word) : [];
  return first?.segment ?? [...word][0] ?? '';
}
