/**
 * What an element tells screen readers: a sentence in a polite live region, at most one in 5 s. What happens shortly
 * after one another, or during the wait, is put into one sentence. The listener chooses what is spoken.
 */
import { html } from 'lit';
import { announcing } from './announce.js';

/** The shortest time between two sentences, in milliseconds. */
export const SPEAK_EVERY_MS = 5000;
/** How long the first sentence waits for more that belongs in it, in milliseconds. */
const GATHER_MS = 500;

/** What speaks: `announce` is what the page says about that. */
export interface SpeakingHost {
  readonly announce?: unknown;
  requestUpdate(): void;
}

export class LiveRegion {
  readonly #host: SpeakingHost;
  readonly #compose: (counts: boolean) => string;
  #sentence = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the next sentence may be spoken, by `performance.now()`. */
  #next = 0;

  /**
   * `compose` gives the sentence about everything since the last one, with numbers alone where it is told `counts`, or
   * '' where there is nothing to say. What it gives is thrown away where nothing is to be told.
   */
  constructor(host: SpeakingHost, compose: (counts: boolean) => string) {
    this.#host = host;
    this.#compose = compose;
  }

  /** Composes and speaks a sentence soon. Calling it again before that changes nothing; it is never called off. */
  schedule(): void {
    this.#timer ??= setTimeout(this.#speak, Math.max(GATHER_MS, this.#next - performance.now()));
  }

  /** The last sentence. */
  get sentence(): string {
    return this.#sentence;
  }

  render() {
    return html`<div class="spoken" role="status">${this.#sentence}</div>`;
  }

  readonly #speak = (): void => {
    this.#timer = undefined;
    const level = announcing(this.#host.announce);
    const sentence = this.#compose(level === 'counts');
    if (!sentence || level === 'none') return;
    this.#next = performance.now() + SPEAK_EVERY_MS;
    // A screen reader stays silent when the text does not change: the same sentence again gets a space that nobody
    // hears.
    this.#sentence = sentence === this.#sentence ? `${sentence}\u00a0` : sentence;
    this.#host.requestUpdate();
  };
}
