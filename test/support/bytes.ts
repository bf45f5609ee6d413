/** Bytes as a test writes them down, so that it can be read beside docs/PROTOCOL.md. */

const utf8 = new TextEncoder();

/** `bytes("01 05 'Ada'")`: pairs of hexadecimal digits, and text in quotes for its UTF-8. */
export function bytes(...parts: string[]): Uint8Array {
  const tokens = parts.join(' ').matchAll(/'([^']*)'|([0-9a-f]{2})(?= |$)|(\S+)/g);
  return Uint8Array.from(
    [...tokens].flatMap(([, text, pair, wrong]) => {
      if (wrong !== undefined) throw new Error(`"${wrong}" is neither a pair of hexadecimal digits nor a quoted text`);
      return text !== undefined ? [...utf8.encode(text)] : [Number.parseInt(pair ?? '', 16)];
    }),
  );
}

/** As `bytes` takes it, without quotes. */
export function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
