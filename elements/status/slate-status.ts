import { html, LitElement, nothing, type PropertyValues } from 'lit';
import type { RoomStatus, SlateError } from '../../src/index.js';
import { RoomController, type RoomSource } from '../controllers/room-controller.js';
import { type Announce, announce, heedListener, statusRole } from '../shared/announce.js';
import { dots } from '../shared/dot.styles.js';
import { roomWords } from '../shared/english.js';
import { ownSpeech } from '../shared/speech.js';
import { theme } from '../shared/styles.js';
import { troubleOf } from '../shared/trouble.js';
import { styles } from './slate-status.styles.js';

/** How long an error is shown that does not affect the connection, in milliseconds. */
export const PASSING_ERROR_MS = 10_000;
const PASSING = ['ProtocolError', 'PayloadTooLargeError', 'PayloadError'];
const CREDENTIALS = ['AuthenticationError', 'TokenError'];

/**
 * The state of the connection: a light, a word, and the reason when something is wrong. Screen readers speak of
 * changes politely. The host element carries `data-state` (`connecting`, `connected`, `reconnecting`, `closed`) for
 * the page's own styles.
 *
 * @summary Shows the state of the connection.
 * @attr {'on' | 'off'} announce - `off`: screen readers do not speak of changes. Default `on`. What the listener has
 *   chosen counts more.
 *
 * @slot connecting - Shown in place of the word for `connecting`.
 * @slot connected - Shown in place of the word for `connected`.
 * @slot reconnecting - Shown in place of the word for `reconnecting`.
 * @slot closed - Shown in place of the word for `closed`.
 *
 * @csspart dot - The light.
 * @csspart text - The word for the state.
 * @csspart reason - What is wrong, when something is.
 *
 * @cssprop [--slate-text=inherit] - Text colour.
 * @cssprop [--slate-good=green] - The light while connected.
 * @cssprop [--slate-wait=amber] - The light while connecting.
 * @cssprop [--slate-bad=red] - The light when closed.
 * @cssprop [--slate-font=system-ui] - Font family.
 */
export class SlateStatus extends LitElement {
  static override styles = [theme, dots, styles];
  static override properties = { room: {}, announce };

  readonly #room = new RoomController(this, () => []);
  readonly #speech = ownSpeech(this, roomWords);
  #error: SlateError | undefined;
  /** True when the error has been shown long enough. */
  #passed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * A room, or the id of a `<slate-room>` anywhere in the document. Default: the `<slate-room>` around this element.
   */
  declare room: RoomSource;
  /** Whether screen readers speak of changes, politely. */
  declare announce: Announce;

  constructor() {
    super();
    this.announce = true;
    heedListener(this);
  }

  get #state(): RoomStatus | undefined {
    return this.#room.state?.status;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  /** Runs after the controller has looked for the room, and before render. */
  protected override update(changed: PropertyValues): void {
    const { error } = this.#room.state ?? {};
    if (error !== this.#error) {
      this.#error = error;
      this.#passed = false;
      clearTimeout(this.#timer);
      if (error && this.#passes(error)) this.#timer = setTimeout(() => this.#pass(), PASSING_ERROR_MS);
    }
    if (this.#state) this.dataset.state = this.#state;
    else delete this.dataset.state;
    super.update(changed);
  }

  /** Credentials that could not be renewed are no matter yet while there is a connection. */
  #passes({ name }: SlateError): boolean {
    return PASSING.includes(name) || (this.#state === 'connected' && CREDENTIALS.includes(name));
  }

  #pass(): void {
    this.#passed = true;
    this.requestUpdate();
  }

  protected override render() {
    const state = this.#state;
    const role = statusRole(this.announce);
    if (!state) return html`<span role=${role}></span>`;
    const error = this.#passed ? undefined : this.#error;
    return html`<span part="dot" aria-hidden="true"></span><span role=${role}><span part="text"><slot name=${state}
      >${this.#speech.say(state)}</slot></span>${
        error ? html`<span part="reason">${this.#speech.say('colon')}${troubleOf(error, this.#speech)}</span>` : nothing
      }</span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'slate-status': SlateStatus;
  }
}
