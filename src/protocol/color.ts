/** D3: which colours from the network may reach a page, and the colour of a user who has none. */
import { hash } from './hash.js';

const NAMED_OR_HEX = /^(?:#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|[a-z]{3,24})$/i;
// A colour function has three or four numbers, percentages or angles, and nothing that could end a declaration or name
// a resource. Every text matches in one way only: with backtracking, refusing a hostile colour could take years.
const PART = '(?:[-+]?(?:\\d+(?:\\.\\d+)?|\\.\\d+)(?:e-?\\d+)?(?:%|deg|g?rad|turn)?|none)';
const FUNCTION = new RegExp(
  `^(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\\( *${PART}(?:(?: *[,/] *| +)${PART}){2,3} *\\)$`,
  'i',
);

/**
 * True for a CSS colour of at most 64 characters: a name, a hexadecimal colour, or a colour function of plain numbers.
 */
export function isColor(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 64 && (NAMED_OR_HEX.test(value) || FUNCTION.test(value));
}

/**
 * The colour of a user id: `#` and six hexadecimal digits, the same in every client. The hue comes from the id. The
 * lightness is the one that has a relative luminance of 0.16, which gives white text a contrast of 5:1 (WCAG 2.2,
 * 1.4.3), and the colour itself at least 3:1 against white pages and near-black ones (1.4.11).
 */
export function colorOf(id: string): string {
  const hue = hash(id) % 360;
  let low = 0;
  let high = 1;
  for (let step = 0; step < 12; step++) {
    const middle = (low + high) / 2;
    if (luminance(hsl(hue, 0.68, middle)) < 0.16) low = middle;
    else high = middle;
  }
  return `#${hsl(hue, 0.68, low)
    .map((part) =>
      Math.round(part * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

/** Red, green and blue, each from 0 to 1: https://drafts.csswg.org/css-color-4/#hsl-to-rgb */
function hsl(hue: number, saturation: number, lightness: number): number[] {
  const amplitude = saturation * Math.min(lightness, 1 - lightness);
  return [0, 8, 4].map((n) => {
    const k = (n + hue / 30) % 12;
    return lightness - amplitude * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  });
}

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(rgb: number[]): number {
  const [r = 0, g = 0, b = 0] = rgb.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
