/** The initials of a name: the first letter of the first and of the last word, never half of an emoji or an accent. */
const segmenter = 'Segmenter' in Intl ? new Intl.Segmenter() : undefined;

export function initials(name: string): string {
  const words = name.split(/[\s_\-.]+/).map((word) => word.replace(/^[\p{P}\p{C}]+/u, ''));
  const [first = '', ...rest] = words.filter(Boolean).map(firstGrapheme);
  return (first + (rest.at(-1) ?? '')).toLocaleUpperCase() || '?';
}

function firstGrapheme(word: string): string {
  const [first] = segmenter ? segmenter.segment(word) : [];
  return first?.segment ?? [...word][0] ?? '';
}
