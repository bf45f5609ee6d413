/** The strings, templates and regular expressions in TypeScript code, without those in comments. */

/** After these characters a `/` begins a regular expression; after others it divides. */
const BEFORE_REGEXP = /(?:^|[(,=:[!&|?{};>\n]|\breturn)\s*$/;

/** Each literal without its quotes; of a template, the text before, between and after its `${…}` as one text. */
export function literalsOf(source: string): string[] {
  const found: string[] = [];
  let at = 0;

  const literal = (end: string): string => {
    let text = '';
    let inClass = false;
    for (at++; at < source.length; at++) {
      const char = source[at] as string;
      if (char === '\\') text += char + source[++at];
      else if (end === '`' && source.startsWith('${', at)) {
        at += 2;
        code('}');
        text += '…';
      } else if (char === end && !inClass) break;
      else {
        if (end === '/' && (char === '[' || char === ']')) inClass = char === '[';
        text += char;
      }
    }
    return text;
  };

  /** Goes through code up to a closing bracket that it did not open, or to the end. */
  const code = (end?: string): void => {
    let depth = 0;
    for (; at < source.length; at++) {
      const char = source[at] as string;
      if (source.startsWith('//', at)) at = (source.indexOf('\n', at) + 1 || source.length) - 1;
      else if (source.startsWith('/*', at)) at = source.indexOf('*/', at) + 1;
      else if (char === "'" || char === '"' || char === '`') found.push(literal(char));
      else if (char === '/' && BEFORE_REGEXP.test(source.slice(Math.max(0, at - 40), at))) found.push(literal('/'));
      else if (char === '{') depth++;
      else if (char === '}' && depth-- === 0 && end) return;
    }
  };

  code();
  return found;
}
