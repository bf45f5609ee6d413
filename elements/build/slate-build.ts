import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { type Bus, onBuildEvents } from '../../src/index.js';
import { EventsController } from '../controllers/events-controller.js';
import { type Announce, announce, announcing, heedListener, statusRole } from '../shared/announce.js';
import { connectionTrouble } from '../shared/connection-trouble.js';
import { dots } from '../shared/dot.styles.js';
import { buildWords } from '../shared/english.js';
import { ownSpeech } from '../shared/speech.js';
import { spokenOnly, theme } from '../shared/styles.js';
import { advance, type BuildState, IDLE } from './build-state.js';
import { styles } from './slate-build.styles.js';

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
 * @attr {'on' | 'counts' | 'off'} announce - Whether screen readers speak of the start and the end: with what the
 *   builder says, without that, not at all. Default `on`. What the listener has chosen counts more.
 *
 * @csspart head - The line above the bar.
 * @csspart state - The state in words.
 * @csspart figure - The percentage, and at the end how long the build took.
 * @csspart track - The groove of the bar.
 * @csspart bar - The bar.
 * @csspart message - What the builder says: a step, or why the build failed.
 * @csspart error - What is wrong with the connection.
 *
 * @cssprop [--slate-accent=blue] - Colour of the bar while the build runs.
 * @cssprop [--slate-text=inherit] - Text colour.
 * @cssprop [--slate-good=green] - Colour of a completed build.
 * @cssprop [--slate-bad=red] - Colour of a failed build.
 * @cssprop [--slate-wait=amber] - What is wrong with the connection.
 * @cssprop [--slate-radius=10px] - Corners; those of the bar have two fifths of it.
 * @cssprop [--slate-font=system-ui] - Font family.
 *
 * @fires {SlateErrorEvent} slate-error - It cannot receive events; `event.error` is one of Slate's error classes.
 */
export class SlateBuild extends LitElement {
  static override styles = [theme, spokenOnly, dots, styles];
  static override properties = {
    project: { reflect: true },
    announce,
    server: { reflect: true },
    token: {},
    bus: { attribute: false },
  };

  readonly #speech = ownSpeech(this, buildWords);
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
  /** Whether screen readers speak of the start and the end, politely. */
  declare announce: Announce;
  /** WebSocket address of the NATS server (`wss://…`), or several separated by commas or white space. */
  declare server: string | null | undefined;
  /** Access token for that server. It is not reflected to the attribute. */
  declare token: string | null | undefined;
  /** A bus that the page already has, in place of `server` and `token`. The element does not close it. */
  declare bus: Bus | null | undefined;

  constructor() {
    super();
    this.announce = true;
    heedListener(this);
  }

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

  #percent(value: number): string {
    const format = new Intl.NumberFormat(this.#speech.lang, { style: 'percent', maximumFractionDigits: 0 });
    return format.format(value / 100);
  }

  #took(ms: number): string {
    const seconds = Math.round(ms / 1000);
    if (seconds < 60) return this.#speech.say('build.seconds', { n: seconds });
    return this.#speech.say('build.minutes', { minutes: Math.floor(seconds / 60), n: seconds % 60 });
  }

  protected override render() {
    const { state, percent, message, startedAt, at } = this.#build;
    const took = state === 'completed' && startedAt !== undefined && at > startedAt && this.#took(at - startedAt);
    const figure = took || (state === 'progress' && this.#percent(percent));
    const word = this.#speech.say(`state.${state}`);
    const ended = state === 'completed' || state === 'failed';
    const known = state === 'progress' || ended;
    const says = state === 'failed' && announcing(this.announce) === 'all' && message;
    const spoken = (state === 'started' || ended) && [word, took, says];
    return html`<div part="head"><span part="state" aria-hidden="true">${word}</span>${
      figure ? html`<span part="figure" dir="auto">${figure}</span>` : nothing
    }</div>
    <div part="track" role="progressbar" aria-label=${this.#speech.say('build.label')}
      aria-valuemin="0" aria-valuemax="100"
      aria-valuenow=${known ? Math.round(percent) : nothing}
      aria-valuetext=${[word, figure].filter(Boolean).join(', ')}><div part="bar"
      .style=${`--_p:${percent}%`}></div></div>
    <p part="message">${message ? html`<bdi>${message}</bdi>` : nothing}</p>
    <div class="spoken" role=${statusRole(this.announce)}>${spoken ? spoken.filter(Boolean).join(', ') : nothing}</div>
    ${connectionTrouble(this, this.#events)}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'slate-build': SlateBuild;
  }
}
