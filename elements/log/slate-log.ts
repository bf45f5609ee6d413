import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import { type Bus, onRuntimeEvents, type RuntimeEvent } from '../../src/index.js';
import { EventsController } from '../controllers/events-controller.js';
import { type Announce, announce, heedListener } from '../shared/announce.js';
import { connectionTrouble } from '../shared/connection-trouble.js';
import { logWords } from '../shared/english.js';
import { wake } from '../shared/frame-loop.js';
import { LiveRegion } from '../shared/live-region.js';
import { ownSpeech } from '../shared/speech.js';
import { spokenOnly, theme } from '../shared/styles.js';
import { clock } from './clock.js';
import { Copying } from './copying.js';
import { isLevel, type Level, levelOf } from './levels.js';
import { type Line, Lines } from './lines.js';
import { styles } from './slate-log.styles.js';
import { Viewport } from './viewport.js';

const DEFAULT_MAX = 100_000;
/** Browsers cannot scroll much farther than a million rows of 20 px. */
const MOST = 1_000_000;
/** How many characters of a line are drawn. Copying takes the whole line. */
const DRAWN = 2000;
/** What the control offers: everything, or a lowest level. */
const LEVELS = ['', 'info', 'warn', 'error'] as const;

/**
 * The log of a runtime session, line by line as it comes. Only the rows in view are in the page, so it stays fast with
 * 100,000 lines. It follows the newest line until the reader scrolls up or selects text, and again from when the reader
 * scrolls to the end. Its button, and Ctrl+A and Ctrl+C in it, copy every line that it shows. Screen readers speak of
 * errors, at most every 5 s.
 *
 * It uses its own `.bus` or `server`, else the connection of the `<slate-room>` around it, else the default
 * connection of `configure()`. It shows only what is logged while it is on the page.
 *
 * @summary Shows a log as it is written.
 *
 * @attr {'on' | 'counts' | 'off'} announce - Whether screen readers speak of errors: with the newest one, as a number,
 *   not at all. Default `on`. What the listener has chosen counts more.
 *
 * @csspart bar - The controls above the lines.
 * @csspart level - The control that chooses a level.
 * @csspart size - The number of lines.
 * @csspart copy - The button that copies every line.
 * @csspart lines - The box that scrolls.
 * @csspart line - One line; `data-level` is `debug`, `info`, `warn` or `error`.
 * @csspart empty - The words in place of lines.
 * @csspart newest - The button that goes to the newest line.
 * @csspart error - What is wrong with the connection.
 *
 * @cssprop [--slate-log-height=20em] - Height of the element.
 * @cssprop [--slate-mono=ui-monospace] - Font family of the lines.
 * @cssprop [--slate-surface=Canvas] - Background colour of the button that goes to the newest line.
 * @cssprop [--slate-text=inherit] - Text colour.
 * @cssprop [--slate-focus=var(--slate-accent)] - Colour of the focus ring.
 * @cssprop [--slate-wait=amber] - Colour of warnings.
 * @cssprop [--slate-bad=red] - Colour of errors.
 * @cssprop [--slate-radius=10px] - Corners of the box and of the controls.
 * @cssprop [--slate-shadow=0 6px 24px #0003] - Shadow of the button that goes to the newest line.
 * @cssprop [--slate-font=system-ui] - Font family of the controls.
 *
 * @fires {SlateErrorEvent} slate-error - It cannot receive events; `event.error` is one of Slate's error classes.
 */
export class SlateLog extends LitElement {
  static override styles = [theme, spokenOnly, styles];
  static override properties = {
    session: { reflect: true },
    level: { reflect: true },
    max: { type: Number, reflect: true },
    announce,
    server: { reflect: true },
    token: {},
    bus: { attribute: false },
  };

  readonly #speech = ownSpeech(this, logWords);
  readonly #lines = new Lines(DEFAULT_MAX);
  readonly #viewport = new Viewport(this);
  readonly #copying = new Copying(this, this.#viewport);
  /** The session of the lines. */
  #session: string | null | undefined;
  /** Errors since the last spoken sentence. */
  #errors: string[] = [];
  readonly #liveRegion = new LiveRegion(this, (counts) => {
    const errors = this.#errors.splice(0);
    const n = errors.length;
    if (n === 0) return '';
    return this.#speech.say(counts ? 'log.errorCount' : 'log.errors', { n, newest: errors.at(-1) ?? '' });
  });
  readonly #events = new EventsController(
    this,
    () => [this.session],
    (options) => this.session && onRuntimeEvents(this.session, (event) => this.#receive(event), options),
  );
  /** A frame task that runs once: however many lines come, they cost one update a frame. */
  readonly #draw = (): boolean => {
    this.requestUpdate();
    return false;
  };

  /** The id of the session whose log is shown. */
  declare session: string | null | undefined;
  /** The lowest level that is shown: `info`, `warn` or `error`. Default: everything. */
  declare level: string | null | undefined;
  /**
   * The number of lines that are kept, 1 to 1,000,000. Beyond it, and beyond 64 million characters, the oldest tenth is
   * forgotten. Default 100000.
   */
  declare max: number;
  /** Whether screen readers speak of errors, politely and at most every 5 s. */
  declare announce: Announce;
  /** WebSocket address of the NATS server (`wss://…`), or several separated by commas or white space. */
  declare server: string | null | undefined;
  /** Access token for that server. It is not reflected to the attribute. */
  declare token: string | null | undefined;
  /** A bus that the page already has, in place of `server` and `token`. The element does not close it. */
  declare bus: Bus | null | undefined;

  constructor() {
    super();
    this.max = DEFAULT_MAX;
    this.announce = true;
    heedListener(this);
  }

  /** Every line that the level lets through, as it is copied. */
  get text(): string {
    const tags = this.#tags;
    return this.#lines.shown.map(({ time, level, text }) => `${clock(time)} ${tags[level]} ${text}`).join('\n');
  }

  /** The levels as they are written in a line. */
  get #tags(): Readonly<Record<Level, string>> {
    const tag = (level: Level) => this.#speech.say(`tag.${level}`);
    return { debug: tag('debug'), info: tag('info'), warn: tag('warn'), error: tag('error') };
  }

  /** Whether it follows the newest line. */
  get following(): boolean {
    return this.#viewport.following;
  }

  /** Forgets every line. */
  clear(): void {
    this.#lines.clear();
    this.#filter();
  }

  #receive(event: RuntimeEvent): void {
    const { type, timestamp } = event;
    if (type === 'status') return;
    const level: Level = type === 'log' ? levelOf(event.data.level) : type === 'error' ? 'error' : 'info';
    const text =
      type === 'log' ? event.data.message : type === 'error' ? event.data.error : this.#speech.say(`log.${type}`);
    this.#viewport.add(this.#lines.add(text, level, timestamp));
    if (level === 'error') {
      this.#errors.push(text);
      this.#liveRegion.schedule();
    }
    wake(this.#draw);
  }

  protected override update(changed: PropertyValues): void {
    if (this.session !== this.#session) {
      this.#session = this.session;
      this.#lines.clear();
      this.#errors = [];
      this.#filter();
    }
    if (changed.has('max')) this.#lines.limit(Math.min(MOST, Math.max(1, Number(this.max) || DEFAULT_MAX)));
    if (changed.has('level')) this.#filter();
    super.update(changed);
  }

  #filter(): void {
    this.#lines.filter(isLevel(this.level) ? this.level : undefined);
    this.#viewport.reset(this.#lines.first);
    this.#copying.reset();
  }

  #handleLevel(event: Event): void {
    this.level = (event.target as HTMLSelectElement).value || null;
  }

  #goToNewest(): void {
    getSelection()?.removeAllRanges();
    this.#viewport.follow();
    this.#viewport.scroller.value?.focus();
  }

  protected override render() {
    const speech = this.#speech;
    const tags = this.#tags;
    const { first, end, size, shown } = this.#lines;
    const { scroller, rows, probe, rowHeight, following, unseen, handleScroll } = this.#viewport;
    const { copied, copy, handleKey, handleCopy, reset } = this.#copying;
    const [from, to] = this.#viewport.window(first, end);
    const none = speech.say(size === 0 ? 'log.empty' : 'log.none');
    return html`<div part="bar">
      <label for="level">${speech.say('log.level')}</label>
      <select part="level" id="level" @change=${this.#handleLevel}>${LEVELS.map(
        (level) => html`<option value=${level} ?selected=${level === (this.level ?? '')}
          >${speech.say(`level.${level || 'all'}`)}</option>`,
      )}</select>
      <span part="size" dir="auto">${speech.say('log.lines', { n: end - first })}</span>
      <button part="copy" type="button" ?disabled=${end === first}
        @click=${copy}>${speech.say(copied ? 'log.copied' : 'log.copy')}</button>
    </div>
    <div part="frame">
      <div part="lines" role="log" aria-live="off" aria-label=${speech.say('log.label')} tabindex="0" ${ref(scroller)}
        @scroll=${handleScroll} @keydown=${handleKey} @copy=${handleCopy} @pointerdown=${reset}>
        <div class="probe" aria-hidden="true" ${ref(probe)}></div>
        <div class="space" .style=${`height:${(end - first) * rowHeight}px`}><div class="rows" ${ref(rows)}>${repeat(
          shown.slice(from - first, to - first),
          (_, index) => from + index,
          (line) => renderLine(line, tags),
        )}</div></div>
      </div>
      ${end === first ? html`<p part="empty"><bdi>${none}</bdi></p>` : nothing}
      <button part="newest" type="button" ?hidden=${following}
        @click=${this.#goToNewest}>${speech.say(unseen > 0 ? 'log.unseen' : 'log.newest', { n: unseen })}</button>
    </div>
    ${this.#liveRegion.render()}
    ${connectionTrouble(this, this.#events)}`;
  }
}

function renderLine({ level, text, time }: Line, tags: Readonly<Record<Level, string>>) {
  const tag = tags[level];
  const drawn = text.length > DRAWN ? `${text.slice(0, DRAWN)}…` : text;
  const gap = ' '.repeat(Math.max(1, 6 - tag.length));
  // In one line, because the browser would draw every white space between the parts.
  return html`<div part="line" data-level=${level}><time>${clock(time)}</time> <b>${tag}</b>${gap}${drawn}</div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'slate-log': SlateLog;
  }
}
