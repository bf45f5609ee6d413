/**
 * What a field shows of a text. A field of one line leaves line ends out, and one of many has `\n` for each of them, so
 * the positions of the two differ.
 */
export class Sight {
  /** The characters that have no place in the field. */
  readonly #hidden: RegExp;

  constructor(manyLines: boolean) {
    this.#hidden = manyLines ? /\r(?=\n)/g : /[\r\n]/g;
  }

  /** The text as the field shows it. */
  of(text: string): string {
    return text.replace(this.#hidden, '').replaceAll('\r', '\n');
  }

  /** The position in the text of one in the field: the first that it can be. */
  toText(text: string, position: number): number {
    let result = position;
    for (const { index } of text.matchAll(this.#hidden)) {
      if (index >= result) break;
      result++;
    }
    return result;
  }

  /** The position in the field of one in the text. */
  toField(text: string, position: number): number {
    let result = position;
    for (const { index } of text.matchAll(this.#hidden)) {
      if (index >= position) break;
      result--;
    }
    return result;
  }
}
