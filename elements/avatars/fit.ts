/**
 * How many avatars fit into the width of the element (`max="auto"`). The element then takes the width that the page
 * gives it, whatever is in it, so that a measurement does not change what it measured.
 */

/** The padding of the stack on both sides, for the ring around oneself. CSS pixels. */
const PADDING = 6;
/** The diameter of an avatar before one was seen. CSS pixels. */
const SIZE = 32;
/** How far the next avatar is from the last, in parts of its size, before two were seen. */
const STEP = 0.85;

export class Fit {
  readonly #host: HTMLElement;
  readonly #changed: () => void;
  readonly #watch = new ResizeObserver(() => this.measure());
  #step: number | undefined;
  /** How many fit, the +N button among them. */
  most = 1;

  /** `changed` is called when another number fits. */
  constructor(host: HTMLElement, changed: () => void) {
    this.#host = host;
    this.#changed = changed;
  }

  /** Begins or ends to follow the width. */
  watch(on: boolean): void {
    this.#watch.disconnect();
    if (on) this.#watch.observe(this.#host);
  }

  /** To be called before a render, and after it: the size of an avatar may be another one. */
  measure(): void {
    const items = [...(this.#host.shadowRoot?.querySelectorAll('[part=stack]>li:not(.gone)') ?? [])];
    // Of the face, because what is around it grows when it makes its entrance.
    const size = items[0]?.querySelector<HTMLElement>('.face')?.offsetWidth || SIZE;
    const second = items[1] && Number.parseFloat(getComputedStyle(items[1]).marginInlineStart);
    if (second !== undefined && Number.isFinite(second)) this.#step = (size + second) / size;
    const step = Math.max(1, size * (this.#step ?? STEP));
    const most = Math.max(1, 1 + Math.floor((this.#host.clientWidth - PADDING - size) / step));
    if (most === this.most) return;
    this.most = most;
    this.#changed();
  }
}
