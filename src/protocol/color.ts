/** D3: which colours may reach a page, and the colour that a user id stands for. */

const NAMED_OR_HEX = /^(?:#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|[a-z]{3,24})$/i;
// Three or four numbers, percentages or angles, set apart: nothing in it can end a declaration or name a resource. Each
// character can be read in one way only, or a hostile colour would take years to refuse.
const PART = '(?:[-+]?(?:\\d+(?:\\.\\d+)?|\\.\\d+)(?:e-?\\d+)?(?:%|deg|g?rad|turn)?|none)';
const FUNCTION = new RegExp(
  `^(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\\( *${PART}(?:(?: *[,/] *| +)${PART}){2,3} *\\)$`,
  'i',
);

export function isColor(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 64 && (NAMED_OR_HEX.test(value) || FUNCTION.test(value));
}

/**
 * A colour for an id, the same everywhere: six hex digits, as editor bindings want them. The hue comes from the id; the
 * lightness is solved for a relative luminance of 0.16, where white text has a contrast of 5:1 (WCAG 2.2, 1.4.3) and
 * the colour itself at least 3:1 against white and against near-black pages (1.4.11).
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

/** FNV-1a over UTF-16 units, finished so that ids which differ only at the end get hues far apart. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  return (value ^ (value >>> 16)) >>> 0;
}

/** https://drafts.csswg.org/css-color-4/#hsl-to-rgb; parts in 0 to 1. */
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
