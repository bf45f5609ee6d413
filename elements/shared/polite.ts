/** Gathers what is to be spoken: at most one call in 5 s, a moment after the first of what has come since. */
export const SPEAK_EVERY_MS = 5000;
/** A first wait, so that what comes together is told of together. */
const GATHER_MS = 500;

export class Polite {
  readonly #speak: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #spokeAt = Number.NEGATIVE_INFINITY;

  constructor(speak: () => void) {
    this.#speak = speak;
  }

  /** There is something to say. */
  note(): void {
    const wait = this.#spokeAt + SPEAK_EVERY_MS - performance.now();
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#spokeAt = performance.now();
        this.#speak();
      },
      Math.max(GATHER_MS, wait),
    );
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** The words for a live region: one that has the same already would stay unspoken, so they differ by a space that nobody hears. */
export function anew(sentence: string, before: string): string {
  return sentence === before ? `${sentence}\u00a0` : sentence;
}
