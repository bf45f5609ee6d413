/**
 * Tells others where the caret is, as editor bindings do: the awareness field `cursor` holds two relative positions
 * while the field has the focus, and null otherwise, or while the person hides their pointer (C4).
 */
import { createRelativePositionFromTypeIndex, type Text } from 'yjs';
import type { Room } from '../../src/index.js';
import { OwnField } from '../shared/own-field.js';
import { reserve } from '../shared/reserve.js';
import type { Selection } from './field.js';

export class Caret {
  readonly #text: Text;
  readonly #field: OwnField;

  constructor(text: Text, awareness: Room['awareness'] | undefined) {
    this.#text = text;
    this.#field = new OwnField(awareness, 'cursor');
  }

  /** The positions count in the text. */
  show({ anchor, head }: Selection): void {
    if (reserve().pointer) {
      this.hide();
      return;
    }
    // With all four keys: some bindings throw at a position in which one is left out.
    const at = (index: number): unknown => ({ ...createRelativePositionFromTypeIndex(this.#text, index) });
    this.#field.show({ anchor: at(anchor), head: at(head) });
  }

  hide(): void {
    this.#field.hide();
  }
}
