/**
 * What an element tells screen readers: a sentence in a polite live region, at most one in 5 s. What happens shortly
 * after one another, or during the wait, is put into one sentence.
 */
import { html, type ReactiveControllerHost } from 'lit';

/** The shortest time between two sentences, in milliseconds. */
export const SPEAK_EVERY_MS = 5000;
/** How long the first sentence waits for more that belongs in it, in milliseconds. */
const GATHER_MS = 500;

export class LiveRegion {
  readonly #host: Pick<ReactiveControllerHost, 'requestUpdate'>;
  readonly #compose: () => string;
  #sentence = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the next sentence may be spoken, by `performance.now()`. */
  #next = 0;

  /** `compose` gives the sentence about everything since the last one, or '' where there is nothing to say. */
  constructor(host: Pick<ReactiveControllerHost, 'requestUpdate'>, compose: () => string) {
    this.#host = host;
    this.#compose = compose;
  }

  /** Composes and speaks a sentence soon. Calling it again before that changes nothing; it is never called off. */
  schedule(): void {
    this.#timer ??= setTimeout(this.#speak, Math.max(GATHER_MS, this.#next - performance.now()));
  }

  render() {
    return html`<div class="spoken" role="status">${this.#sentence}</div>`;
  }

  readonly #speak = (): void => {
    this.#timer = undefined;
    const sentence = this.#compose();
    if (!sentence) return;
    this.#next = performance.now() + SPEAK_EVERY_MS;
    // A screen reader stays silent when the text does not change: the same sentence again gets a space that nobody
    // hears.
    this.#sentence = sentence === this.#sentence ? `${sentence}\u00a0` : sentence;
    this.#host.requestUpdate();
  };
}
