/**
 * What an element tells screen readers: a sentence in a polite live region, at most one in 5 s. What happens shortly
 * after one another, or during the wait, is put into one sentence.
 */
import { html, type ReactiveController, type ReactiveControllerHost } from 'lit';

/** The shortest time between two sentences, in milliseconds. */
export const SPEAK_EVERY_MS = 5000;
/** How long the first sentence waits for more that belongs in it, in milliseconds. */
const GATHER_MS = 500;

export class LiveRegion implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #compose: () => string;
  #sentence = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #spokeAt = Number.NEGATIVE_INFINITY;

  /** `compose` gives the sentence about everything since the last one, or '' where there is nothing to say. */
  constructor(host: ReactiveControllerHost, compose: () => string) {
    this.#host = host;
    this.#compose = compose;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.cancel();
  }

  /** Composes and speaks a sentence soon. Calling it again before that changes nothing. */
  schedule(): void {
    const wait = this.#spokeAt + SPEAK_EVERY_MS - performance.now();
    this.#timer ??= setTimeout(() => this.#speak(), Math.max(GATHER_MS, wait));
  }

  /** Calls off the sentence that is due. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  render() {
    return html`<div class="spoken" role="status">${this.#sentence}</div>`;
  }

  #speak(): void {
    this.#timer = undefined;
    const sentence = this.#compose();
    if (!sentence) return;
    this.#spokeAt = performance.now();
    // A screen reader stays silent when the text does not change: the same sentence again gets a space that nobody
    // hears.
    this.#sentence = sentence === this.#sentence ? `${sentence}\u00a0` : sentence;
    this.#host.requestUpdate();
  }
}
