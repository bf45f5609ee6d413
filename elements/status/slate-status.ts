import { html, LitElement, nothing, type PropertyValues } from 'lit';
import type { RoomStatus, SlateError } from '../../src/index.js';
import { RoomController, type RoomSource } from '../controllers/room-controller.js';
import { words } from '../shared/words.js';
import { styles } from './slate-status.styles.js';

/** How long an error that did not touch the connection is shown, in milliseconds. */
export const PASSING_ERROR_MS = 10_000;
const PASSING = ['ProtocolError', 'PayloadTooLargeError', 'PayloadError'];

/**
 * The state of the connection: a dot, a word, and in trouble the reason. Changes are spoken politely.
 * The host carries `data-state` (`connecting`, `connected`, `reconnecting`, `closed`) for the page's own styles.
 *
 * @summary The connection light.
 * @slot connecting - In place of the word for this state; likewise `connected`, `reconnecting`, `closed`.
 *
 * @attr {string} room - The id of a `<slate-room>` that is not around this element.
 *
 * @csspart dot - The light.
 * @csspart text - The word for the state.
 * @csspart reason - Why, in trouble.
 *
 * @cssprop [--slate-text=CanvasText] - Text colour.
 * @cssprop [--slate-font=system-ui] - Font family.
 */
export class SlateStatus extends LitElement {
  static override styles = styles;
  static override properties = { room: {} };

  readonly #room = new RoomController(this, () => []);
  /** The last error, and whether its time is over. */
  #error: SlateError | undefined;
  #passed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** A room, or the id of a `<slate-room>`; the room around this element where not given. */
  declare room: RoomSource;

  get #state(): RoomStatus | undefined {
    return this.#room.state?.status;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  /** After the controller has looked for the room, and before render. */
  protected override update(changed: PropertyValues): void {
    const { error } = this.#room.state ?? {};
    if (error !== this.#error) {
      this.#error = error;
      this.#passed = false;
      clearTimeout(this.#timer);
      if (error && PASSING.includes(error.name)) this.#timer = setTimeout(() => this.#pass(), PASSING_ERROR_MS);
    }
    if (this.#state) this.dataset.state = this.#state;
    else delete this.dataset.state;
    super.update(changed);
  }

  #pass(): void {
    this.#passed = true;
    this.requestUpdate();
  }

  protected override render() {
    const state = this.#state;
    if (!state) return html`<span role="status"></span>`;
    const error = this.#passed ? undefined : this.#error;
    const reason = error && (words.trouble[error.name] ?? error.message);
    return html`<span part="dot" aria-hidden="true"></span><span role="status"><span part="text"><slot name=${state}
      >${words.connection[state]}</slot></span>${reason ? html`<span part="reason">: ${reason}</span>` : nothing}</span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'slate-status': SlateStatus;
  }
}
