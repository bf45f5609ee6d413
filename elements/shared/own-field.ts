/**
 * One field of the own awareness state, as several things of a page may write it: whoever had it last hides it, and no
 * one else's value.
 */
import type { Room } from '../../src/index.js';

export class OwnField {
  readonly #awareness: Room['awareness'] | undefined;
  readonly #name: string;
  /** What is shown, as JSON; '' while nothing is. */
  #shown = '';

  /** Without an awareness it does nothing. */
  constructor(awareness: Room['awareness'] | undefined, name: string) {
    this.#awareness = awareness;
    this.#name = name;
  }

  show(value: object): void {
    const shown = JSON.stringify(value);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#awareness?.setLocalStateField(this.#name, value);
  }

  hide(): void {
    // Another one of the page may have shown something meanwhile.
    if (this.#shown && JSON.stringify(this.#awareness?.getLocalState()?.[this.#name]) === this.#shown)
      this.#awareness?.setLocalStateField(this.#name, null);
    this.#shown = '';
  }
}
