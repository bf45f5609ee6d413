import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { type Bus, onBuildEvents } from '../../src/index.js';
import { EventsController } from '../controllers/events-controller.js';
import { spokenOnly } from '../shared/styles.js';
import { trouble } from '../shared/trouble.js';
import { advance, type BuildState, IDLE } from './build-state.js';
import { styles } from './slate-build.styles.js';
import { buildWords as words } from './words.js';

/**
 * How the build of a project goes, from its build events: a progress bar, the state in words, and what the builder says.
 * Screen readers hear of the start and the end; between them the bar can be asked. The host carries `data-state` (`idle`,
 * `started`, `progress`, `completed`, `failed`) for the page's own styles.
 *
 * It listens on its own `.bus` or `server`, else on the connection of the `<slate-room>` around it, else on that of
 * `configure()`. It knows only what happens while it listens: a build that ended before is not shown.
 *
 * @summary The progress of a build.
 *
 * @attr {string} project - The project whose builds are shown.
 * @attr {string} server - WebSocket address of the NATS server; several separated by commas.
 * @attr {string} token - Access token for that server. Not reflected.
 *
 * @csspart head - The line above the bar.
 * @csspart state - The state in words.
 * @csspart figure - How many percent, and in the end how long it took.
 * @csspart track - The bar's groove.
 * @csspart bar - The bar.
 * @csspart message - What the builder says: a step, or why it failed.
 * @csspart error - What is wrong with the connection.
 *
 * @cssprop [--slate-accent] - Colour of the bar while it runs.
 * @cssprop [--slate-surface=Canvas] - The background it stands on.
 * @cssprop [--slate-text=CanvasText] - Text colour.
 * @cssprop [--slate-font=system-ui] - Font family.
 *
 * @fires {SlateErrorEvent} slate-error - It cannot hear; `event.error`, one of Slate's error classes.
 */
export class SlateBuild extends LitElement {
  static override styles = [spokenOnly, styles];
  static override properties = {
    project: { reflect: true },
    server: { reflect: true },
    token: {},
    bus: { attribute: false },
  };

  #build: BuildState = IDLE;
  #of: string | null | undefined;
  readonly #events = new EventsController(
    this,
    () => [this.project],
    (options) =>
      this.project && onBuildEvents(this.project, (event) => this.#take(advance(this.#build, event)), options),
  );

  declare project: string | null | undefined;
  declare server: string | null | undefined;
  declare token: string | null | undefined;
  /** A bus that the page already has, in place of `server` and `token`. It is left open. */
  declare bus: Bus | null | undefined;

  /** What is known of the build: `state`, `percent` (0 to 100), `message`, `buildId`. */
  get build(): BuildState {
    return this.#build;
  }

  #take(build: BuildState): void {
    if (build === this.#build) return;
    this.#build = build;
    this.requestUpdate();
  }

  protected override update(changed: PropertyValues): void {
    if (this.project !== this.#of) {
      this.#of = this.project;
      this.#build = IDLE;
    }
    this.dataset.state = this.#build.state;
    super.update(changed);
  }

  protected override render() {
    const { state, percent, message, startedAt, at } = this.#build;
    const took = state === 'completed' && startedAt !== undefined && at > startedAt && words.took(at - startedAt);
    const figure = took || (state === 'progress' && words.percent(percent));
    const known = state === 'progress' || state === 'completed' || state === 'failed';
    const spoken = state === 'started' || state === 'completed' || state === 'failed';
    const said = message && html`<bdi>${message}</bdi>`;
    return html`<div part="head"><span part="state" aria-hidden="true">${words.state[state]}</span>${
      figure ? html`<span part="figure" dir="auto">${figure}</span>` : nothing
    }</div>
    <div part="track" role="progressbar" aria-label=${words.label} aria-valuemin="0" aria-valuemax="100"
      aria-valuenow=${known ? Math.round(percent) : nothing}
      aria-valuetext=${[words.state[state], figure].filter(Boolean).join(', ')}><div part="bar"
      .style=${`--_p:${percent}%`}></div></div>
    <p part="message">${said || nothing}</p>
    <div class="spoken" role="status">${spoken ? [words.state[state], took, state === 'failed' && message].filter(Boolean).join(', ') : nothing}</div>
    ${trouble(this.#events)}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'slate-build': SlateBuild;
  }
}
