/** A finger or a pen that stays on something for a while, without moving. */

/** How long, in milliseconds. */
const AFTER_MS = 500;
/** Further than this is a move, in CSS pixels. */
const STILL = 10;

export class LongPress {
  readonly #act: (target: HTMLElement) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #at = { x: 0, y: 0 };
  /** True from a long press on until the next press: a click that comes of it does nothing more. */
  acted = false;
  #touches = false;

  /** `act` is called, once for each long press, with what was pressed. */
  constructor(act: (target: HTMLElement) => void) {
    this.#act = act;
  }

  /** Receives every `pointerdown`, `pointermove`, `pointerup`, `pointercancel` and `contextmenu`. */
  handle(event: PointerEvent): void {
    const { type, pointerType, clientX: x, clientY: y, target } = event;
    if (type === 'contextmenu') {
      if (this.#touches) event.preventDefault(); // it has a meaning here already
    } else if (type !== 'pointermove') {
      this.end();
      if (type !== 'pointerdown') return;
      this.acted = false;
      this.#touches = /touch|pen/.test(pointerType);
      this.#at = { x, y };
      if (this.#touches) this.#timer = setTimeout(() => this.#press(target as HTMLElement), AFTER_MS);
    } else if (Math.hypot(x - this.#at.x, y - this.#at.y) > STILL) this.end();
  }

  /** The press under way is none any more. */
  end(): void {
    clearTimeout(this.#timer);
  }

  #press(target: HTMLElement): void {
    this.acted = true;
    this.#act(target);
  }
}
