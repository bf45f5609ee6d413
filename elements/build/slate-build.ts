import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { type Bus, onBuildEvents } from '../../src/index.js';
import { EventsController } from '../controllers/events-controller.js';
import { connectionTrouble } from '../shared/connection-trouble.js';
import { spokenOnly } from '../shared/styles.js';
import { advance, type BuildState, IDLE } from './build-state.js';
import { styles } from './slate-build.styles.js';
import { buildWords as words } from './words.js';

/**
 * The progress of a project's build, from its build events: a progress bar, the state in words, and what the builder
 * says. Screen readers speak of the start and the end; in between, the progress bar has the figures. The host element
 * carries `data-state` (`idle`, `started`, `progress`, `completed`, `failed`) for the page's own styles.
 *
 * It uses its own `.bus` or `server`, else the connection of the `<slate-room>` around it, else the default
 * connection of `configure()`. It shows only what happens while it is on the page, and no build that ended before.
 *
 * @summary Shows the progress of a build.
 *
 * @csspart head - The line above the bar.
 * @csspart state - The state in words.
 * @csspart figure - The percentage, and at the end how long the build took.
 * @csspart track - The groove of the bar.
 * @csspart bar - The bar.
 * @csspart message - What the builder says: a step, or why the build failed.
 * @csspart error - What is wrong with the connection.
 *
 * @cssprop [--slate-accent=light-dark(#1558d6,#8ab4ff)] - Colour of the bar while the build runs.
 * @cssprop [--slate-surface=Canvas] - Background colour of the page around it, with which its own colours are mixed.
 * @cssprop [--slate-text=CanvasText] - Text colour.
 * @cssprop [--slate-font=system-ui] - Font family.
 *
 * @fires {SlateErrorEvent} slate-error - It cannot receive events; `event.error` is one of Slate's error classes.
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
  /** The project of that build. */
  #project: string | null | undefined;
  readonly #events = new EventsController(
    this,
    () => [this.project],
    (options) =>
      this.project && onBuildEvents(this.project, (event) => this.#show(advance(this.#build, event)), options),
  );

  /** The id of the project whose builds are shown. */
  declare project: string | null | undefined;
  /** WebSocket address of the NATS server (`wss://…`), or several separated by commas or white space. */
  declare server: string | null | undefined;
  /** Access token for that server. It is not reflected to the attribute. */
  declare token: string | null | undefined;
  /** A bus that the page already has, in place of `server` and `token`. The element does not close it. */
  declare bus: Bus | null | undefined;

  /** What is known about the build: `state`, `percent` (0 to 100), `message`, `buildId`. */
  get build(): BuildState {
    return this.#build;
  }

  #show(build: BuildState): void {
    if (build === this.#build) return;
    this.#build = build;
    this.requestUpdate();
  }

  protected override update(changed: PropertyValues): void {
    if (this.project !== this.#project) {
      this.#project = this.project;
      this.#build = IDLE;
    }
    this.dataset.state = this.#build.state;
    super.update(changed);
  }

  protected override render() {
    const { state, percent, message, startedAt, at } = this.#build;
    const took = state === 'completed' && startedAt !== undefined && at > startedAt && words.took(at - startedAt);
    const figure = took || (state === 'progress' && words.percent(percent));
    const ended = state === 'completed' || state === 'failed';
    const known = state === 'progress' || ended;
    const spoken = (state === 'started' || ended) && [words.state[state], took, state === 'failed' && message];
    return html`<div part="head"><span part="state" aria-hidden="true">${words.state[state]}</span>${
      figure ? html`<span part="figure" dir="auto">${figure}</span>` : nothing
    }</div>
    <div part="track" role="progressbar" aria-label=${words.label} aria-valuemin="0" aria-valuemax="100"
      aria-valuenow=${known ? Math.round(percent) : nothing}
      aria-valuetext=${[words.state[state], figure].filter(Boolean).join(', ')}><div part="bar"
      .style=${`--_p:${percent}%`}></div></div>
    <p part="message">${message ? html`<bdi>${message}</bdi>` : nothing}</p>
    <div class="spoken" role="status">${spoken ? spoken.filter(Boolean).join(', ') : nothing}</div>
    ${connectionTrouble(this.#events)}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'slate-build': SlateBuild;
  }
}
