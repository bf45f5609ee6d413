/** Bytes in the notation of the tests, which can be compared with docs/PROTOCOL.md by eye. */

const utf8 = new TextEncoder();

/** Bytes from pairs of hexadecimal digits, and from quoted text, which stands for its UTF-8: `bytes("01 05 'Ada'")`. */
export function bytes(...parts: string[]): Uint8Array {
  const tokens = parts.join(' ').matchAll(/'([^']*)'|([0-9a-f]{2})(?= |$)|(\S+)/g);
  return Uint8Array.from(
    [...tokens].flatMap(([, text, pair, wrong]) => {
      if (wrong !== undefined) throw new Error(`"${wrong}" is neither a pair of hexadecimal digits nor a quoted text`);
      return text !== undefined ? [...utf8.encode(text)] : [Number.parseInt(pair ?? '', 16)];
    }),
  );
}

/** The notation of `bytes`, without quoted text. */
export function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
