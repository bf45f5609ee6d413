/**
 * What a field shows of a text. A field of one line leaves line ends out, and one of many has `\n` for each of them, so
 * the positions of the two differ.
 */
export class Sight {
  /** The characters that have no place in the field. */
  readonly #hidden: RegExp;
  readonly #manyLines: boolean;

  constructor(manyLines: boolean) {
    this.#manyLines = manyLines;
    this.#hidden = manyLines ? /\r(?=\n)/g : /[\r\n]/g;
  }

  /** The text as the field shows it. */
  of(text: string): string {
    return this.#isWhole(text) ? text : text.replace(this.#hidden, '').replaceAll('\r', '\n');
  }

  /** The position in the text of one in the field: the first that it can be. */
  toText(text: string, position: number): number {
    let result = position;
    if (this.#isWhole(text)) return result;
    for (const { index } of text.matchAll(this.#hidden)) {
      if (index >= result) break;
      result++;
    }
    return result;
  }

  /** The position in the field of one in the text. */
  toField(text: string, position: number): number {
    let result = position;
    if (this.#isWhole(text)) return result;
    for (const { index } of text.matchAll(this.#hidden)) {
      if (index >= position) break;
      result--;
    }
    return result;
  }

  /** Whether the field shows the text as it is; the quick answer for long texts. */
  #isWhole(text: string): boolean {
    return !text.includes('\r') && (this.#manyLines || !text.includes('\n'));
  }
}
