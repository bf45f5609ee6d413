/**
 * Tells others where the caret is, as editor bindings do: the awareness field `cursor` holds two relative positions
 * while the field has the focus, and null otherwise.
 */
import { createRelativePositionFromTypeIndex, type Text } from 'yjs';
import type { Room } from '../../src/index.js';
import type { Selection } from './field.js';

const FIELD = 'cursor';

export class Caret {
  readonly #text: Text;
  readonly #awareness: Room['awareness'] | undefined;
  /** What is shown, as JSON; '' while nothing is. */
  #shown = '';

  constructor(text: Text, awareness: Room['awareness'] | undefined) {
    this.#text = text;
    this.#awareness = awareness;
  }

  /** The positions count in the text. */
  show({ anchor, head }: Selection): void {
    // With all four keys: some bindings throw at a position in which one is left out.
    const at = (index: number): unknown => ({ ...createRelativePositionFromTypeIndex(this.#text, index) });
    const value = { anchor: at(anchor), head: at(head) };
    const shown = JSON.stringify(value);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#awareness?.setLocalStateField(FIELD, value);
  }

  hide(): void {
    // Another field of the page may have the focus already.
    if (this.#shown && JSON.stringify(this.#awareness?.getLocalState()?.[FIELD]) === this.#shown) {
      this.#awareness?.setLocalStateField(FIELD, null);
    }
    this.#shown = '';
  }
}
