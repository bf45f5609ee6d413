/** Text for a terminal: text from the network can neither move the cursor nor hide other text. */

/**
 * Control characters (C1 too: some terminals read 0x9b as ESC [), line separators, and characters that reorder or hide
 * text.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff]/gu;

/** Escapes unsafe characters. JSON stays valid and means the same: it has such characters only in strings. */
export function safe(text: string): string {
  return text.replace(UNSAFE, (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

export type Paint = (text: string) => string;
const sgr =
  (on: boolean, code: string): Paint =>
  (text) =>
    on && text !== '' ? `\x1b[${code}m${text}\x1b[0m` : text;

export interface Palette {
  readonly dim: Paint;
  readonly bold: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
  readonly good: Paint;
  /** One of six colours, always the same for the same name. */
  named(name: string): Paint;
}

export function palette(on: boolean): Palette {
  const colors = ['36', '35', '34', '33', '32', '96'].map((code) => sgr(on, code));
  return {
    dim: sgr(on, '2'),
    bold: sgr(on, '1'),
    bad: sgr(on, '31'),
    warn: sgr(on, '33'),
    good: sgr(on, '32'),
    named: (name) =>
      colors[[...name].reduce((sum, char) => sum + (char.codePointAt(0) ?? 0), 0) % colors.length] as Paint,
  };
}

/** True on a terminal, unless NO_COLOR is set (https://no-color.org) or the terminal has no colours. */
export function wantsColor(out: { readonly isTTY?: boolean | undefined }, env: NodeJS.ProcessEnv): boolean {
  return out.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

/** Characters that take two columns. */
const WIDE = new RegExp(
  '[\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\ua4cf\\uac00-\\ud7a3\\uf900-\\ufaff' +
    '\\ufe30-\\ufe6f\\uff01-\\uff60\\uffe0-\\uffe6]' +
    '|[\\u{20000}-\\u{3fffd}]|\\p{Emoji_Presentation}',
  'u',
);
/** Characters that take none. */
const NONE = /\p{Mn}|\p{Me}|\u200d|\ufe0f/u;

/** About how many columns of a terminal a character takes. */
function columnsOf(char: string): number {
  if (char <= '~') return 1;
  return NONE.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
}

/** The text without the colours of a palette. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours that palette() wrote
  return text.replace(/\x1b\[\d+m/g, '');
}

/** The width of a text in columns of a terminal. Colours take none. */
export function width(text: string): number {
  return [...plain(text)].reduce((sum, char) => sum + columnsOf(char), 0);
}

/** Cuts a text without colours to `max` columns; the last one is an ellipsis where something is left out. */
export function clip(text: string, max: number): string {
  if (text.length * 2 <= max || width(text) <= max) return text;
  let room = max - 1;
  let clipped = '';
  for (const char of text) {
    room -= columnsOf(char);
    if (room < 0) break;
    clipped += char;
  }
  return max < 1 ? '' : `${clipped}…`;
}

/** Fills a text with spaces to `columns`: on the right, or on the left with `right`, which aligns it to the right. */
export function pad(text: string, columns: number, right = false): string {
  const spaces = ' '.repeat(Math.max(0, columns - width(text)));
  return right ? spaces + text : text + spaces;
}

/** `1234567` → `1.23M`: three digits and a unit. */
export function short(value: number): string {
  const units = ['', 'k', 'M', 'G', 'T'];
  let rest = Math.abs(value);
  let unit = 0;
  while (rest >= 999.5 && unit < units.length - 1) {
    rest /= 1000;
    unit++;
  }
  const digits = unit === 0 ? (Number.isInteger(rest) ? 0 : 1) : rest < 9.995 ? 2 : rest < 99.95 ? 1 : 0;
  return `${value < 0 ? '-' : ''}${rest.toFixed(digits)}${units[unit]}`;
}
