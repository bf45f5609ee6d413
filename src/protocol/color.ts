/**
 * D3: colours. Editor bindings put a colour into styles, and append digits to it; both need `#rrggbb`. So every colour
 * of a user is converted to that form before a page sees it, without a browser and alike in every client.
 */
import { namedColor } from './color-names.js';

// A colour function has three or four numbers, percentages or angles. Every text matches in one way only: with
// backtracking, refusing a hostile colour could take years.
const PART = '(?:[-+]?(?:\\d+(?:\\.\\d+)?|\\.\\d+)(?:e-?\\d+)?(?:%|deg|g?rad|turn)?|none)';
const FUNCTION = new RegExp(`^(rgb|hsl|hwb|oklab|oklch)a?\\( *(${PART}(?:(?: *[,/] *| +)${PART}){2,3}) *\\)$`);
/** Degrees in one of each unit. */
const ANGLES: Record<string, number> = { turn: 360, grad: 0.9, rad: 180 / Math.PI };

/**
 * A CSS colour of at most 64 characters as `#rrggbb`, with `alpha` as `#rrggbbaa` where it is translucent. It may be a
 * name, hexadecimal, or `rgb()`, `hsl()`, `hwb()`, `oklab()` or `oklch()` of plain numbers. `undefined` for anything
 * else, and for what nobody would see.
 */
export function hexColor(value: unknown, alpha = false): string | undefined {
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const text = value.toLowerCase();
  const [, short, long] = /^#(?:([\da-f]{3,4})|([\da-f]{6}|[\da-f]{8}))$/.exec(text) ?? [];
  const digits = short?.replace(/./g, '$&$&') ?? long ?? (namedColor(text) || functionDigits(text));
  if (!digits || digits.slice(6) === '00') return undefined;
  return `#${digits.slice(0, alpha && digits.slice(6) !== 'ff' ? 8 : 6)}`;
}

/** The colour behind a selection: translucent, as editor bindings derive it themselves. */
export function lightOf(color: string): string {
  return `${color}33`;
}

/** Six or eight hexadecimal digits for a colour function; `undefined` for anything else. */
function functionDigits(text: string): string | undefined {
  const [, name, inside = ''] = FUNCTION.exec(text) ?? [];
  if (name === undefined) return undefined;
  const parts = inside.split(/[ ,/]+/);
  // What 100 % of each part is; a percentage may be written without its sign in hsl() and hwb().
  const part = (index: number, whole: number, plain = 1) => {
    const [, number, unit = ''] = /^(.*?)(%|[a-z]*)$/.exec(parts[index] ?? '') ?? [];
    return (Number.parseFloat(number ?? '') || 0) * (unit === '%' ? whole / 100 : (ANGLES[unit] ?? plain));
  };
  const hue = part(0, 0);
  const [second, third] = [part(1, 1, 0.01), part(2, 1, 0.01)];
  let color: number[];
  if (name === 'rgb') color = [0, 1, 2].map((index) => part(index, 1, 1 / 255));
  else if (name === 'hsl') color = hsl(hue, unit(second), unit(third));
  else if (name === 'hwb') {
    const sum = Math.max(1, second + third);
    color = hsl(hue, 1, 0.5).map((one) => (one * (sum - second - third) + second) / sum);
  } else {
    const [one, other] = [part(1, 0.4), name === 'oklab' ? part(2, 0.4) : (part(2, 0) * Math.PI) / 180];
    const lightness = unit(part(0, 1));
    color =
      name === 'oklab' ? oklab(lightness, one, other) : oklab(lightness, one * Math.cos(other), one * Math.sin(other));
  }
  return toDigits(parts.length > 3 ? [...color, part(3, 1)] : color);
}

/** From 0 to 1; 0 for what is no number. */
const unit = (value: number) => Math.min(1, Math.max(0, value || 0));

const toDigits = (color: number[]) =>
  color
    .map((part) =>
      Math.round(unit(part) * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('');

/** Red, green and blue, each from 0 to 1: https://drafts.csswg.org/css-color-4/#hsl-to-rgb */
function hsl(hue: number, saturation: number, lightness: number): number[] {
  const amplitude = saturation * Math.min(lightness, 1 - lightness);
  return [0, 8, 4].map((n) => {
    const k = (((n + hue / 30) % 12) + 12) % 12;
    return lightness - amplitude * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  });
}

/** The same for a colour of Oklab, perhaps beyond 0 and 1: https://bottosson.github.io/posts/oklab */
function oklab(lightness: number, a: number, b: number): number[] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((part) => (part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055));
}
