/**
 * A finger or a pen on the screen: whether it taps, or scrolls, or draws. A finger that scrolls is no pointer to
 * others; the browser takes its gesture over soon after it came down, and until then nothing tells the two apart.
 */

/** A finger that is down for this long, in milliseconds, points, if the browser has not taken its gesture over. */
const POINTS_MS = 150;
/** It taps where it is lifted within this of where it came down, in CSS pixels, however long it was down. */
const SLOP = 10;

export class Contact {
  readonly #points: (event: PointerEvent) => void;
  #down: PointerEvent | undefined;
  #last: PointerEvent | undefined;
  #taps = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `points` is called with the last event of a finger that has been down for long enough. */
  constructor(points: (event: PointerEvent) => void) {
    this.#points = points;
  }

  /** Notes that the pointer comes down or moves. True while it may be a finger that is about to scroll. */
  holdsBack(event: PointerEvent): boolean {
    const { type, pointerType, clientX, clientY } = event;
    if (type === 'pointerdown') {
      this.end();
      if (pointerType === 'mouse') return false;
      this.#down = event;
      this.#taps = true;
      if (pointerType === 'touch') this.#timer = setTimeout(this.#decide, POINTS_MS);
    }
    if (this.#down && Math.hypot(clientX - this.#down.clientX, clientY - this.#down.clientY) > SLOP) this.#taps = false;
    this.#last = event;
    return this.#timer !== undefined;
  }

  /** It is lifted, or the browser takes it over; without an event, it no longer counts. True where that was a tap. */
  end(event?: PointerEvent): boolean {
    if (event && event.pointerId !== this.#down?.pointerId) return false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const isTap = event?.type === 'pointerup' && this.#taps;
    this.#down = this.#last = undefined;
    this.#taps = false;
    return isTap;
  }

  readonly #decide = (): void => {
    this.#timer = undefined;
    if (this.#last) this.#points(this.#last);
  };
}
