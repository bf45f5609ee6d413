/**
 * A session's log. Past 300 lines because following the tail, drawing only what is in sight and keeping the reader's place
 * are one piece of arithmetic on one scroller.
 */
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import { type Bus, onRuntimeEvents, type RuntimeEvent } from '../../src/index.js';
import { EventsController } from '../controllers/events-controller.js';
import { announce } from '../shared/announce.js';
import { rest, wake } from '../shared/frame-loop.js';
import { anew, Polite } from '../shared/polite.js';
import { spokenOnly } from '../shared/styles.js';
import { trouble } from '../shared/trouble.js';
import { type Level, type Line, Lines, levelOf } from './lines.js';
import { styles } from './slate-log.styles.js';
import { logWords as words } from './words.js';

const DEFAULT_MAX = 100_000;
/** Browsers cannot scroll much farther than a million rows of 20 px. */
const MOST = 1_000_000;
/** Rows drawn beyond each edge of what is in view. */
const BEYOND = 8;
/** Of a line so many characters are drawn; what is copied has all of them. */
const DRAWN = 2000;
const COPIED_MS = 2000;
const LEVELS: readonly string[] = ['info', 'warn', 'error'];

/**
 * What a runtime session logs, as it comes. Only the rows in view are in the page, so that it stays fast with 100,000 lines.
 * It follows the newest line until the reader scrolls up or selects text, and goes on when the reader comes back to the end.
 * Ctrl+A and Ctrl+C in it, and its button, copy every line it shows. Screen readers hear of errors, at most every 5 s.
 *
 * It listens on its own `.bus` or `server`, else on the connection of the `<slate-room>` around it, else on that of
 * `configure()`. It knows only what is logged while it listens. Its height is 20em; give it another as to any element.
 *
 * @summary A live log.
 *
 * @attr {string} session - The session whose log is shown.
 * @attr {'info' | 'warn' | 'error'} level - Shows this level and those above it; everything without one.
 * @attr {number} max - How many lines are kept, at most 1,000,000. Beyond, and beyond 64 million characters, the oldest tenth is forgotten. Default 100,000.
 * @attr {'on' | 'off'} announce - `off`: errors are not spoken by screen readers. Default `on`.
 * @attr {string} server - WebSocket address of the NATS server; several separated by commas.
 * @attr {string} token - Access token for that server. Not reflected.
 *
 * @csspart bar - The controls above the lines.
 * @csspart level - The choice of a level.
 * @csspart size - How many lines there are.
 * @csspart copy - The button that copies.
 * @csspart lines - What scrolls.
 * @csspart line - One line; `data-level` (debug, info, warn, error).
 * @csspart empty - The words where there is no line.
 * @csspart newest - The button that goes to the newest line.
 * @csspart error - What is wrong with the connection.
 *
 * @cssprop [--slate-log-height=20em] - Height of the element.
 * @cssprop [--slate-mono=ui-monospace] - Font family of the lines.
 * @cssprop [--slate-surface=Canvas] - The background it stands on.
 * @cssprop [--slate-text=CanvasText] - Text colour.
 * @cssprop [--slate-focus] - Colour of the focus ring.
 * @cssprop [--slate-font=system-ui] - Font family of the controls.
 *
 * @fires {SlateErrorEvent} slate-error - It cannot hear; `event.error`, one of Slate's error classes.
 */
export class SlateLog extends LitElement {
  static override styles = [spokenOnly, styles];
  static override properties = {
    session: { reflect: true },
    level: { reflect: true },
    max: { type: Number, reflect: true },
    announce,
    server: { reflect: true },
    token: {},
    bus: { attribute: false },
    sentence: { state: true },
    copied: { state: true },
  };

  readonly #lines = new Lines(DEFAULT_MAX);
  readonly #scroller = createRef<HTMLElement>();
  readonly #rows = createRef<HTMLElement>();
  readonly #probe = createRef<HTMLElement>();
  readonly #sizes = new ResizeObserver(() => this.#measure());
  #row = 20;
  #height = 400;
  #width = 0;
  /** Where it is scrolled to, in pixels, and the number of the first line then. */
  #top = 0;
  #first = 0;
  /** How far below the top the first drawn line is. */
  #offset = 0;
  #following = true;
  #unseen = 0;
  /** True while Ctrl+A holds: what is copied is everything. */
  #everything = false;
  #of: string | null | undefined;
  #errors: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #polite = new Polite(() => {
    const errors = this.#errors.splice(0);
    this.sentence = anew(words.errors(errors.length, errors.at(-1) ?? ''), this.sentence);
  });
  readonly #events = new EventsController(
    this,
    () => [this.session],
    (options) => this.session && onRuntimeEvents(this.session, (event) => this.#take(event), options),
  );
  readonly #draw = (): boolean => {
    this.requestUpdate();
    return false;
  };

  declare private sentence: string;
  declare private copied: boolean;

  declare session: string | null | undefined;
  declare level: string | null | undefined;
  /** How many lines are kept. */
  declare max: number;
  /** Whether errors are spoken by screen readers. */
  declare announce: boolean;
  declare server: string | null | undefined;
  declare token: string | null | undefined;
  /** A bus that the page already has, in place of `server` and `token`. It is left open. */
  declare bus: Bus | null | undefined;

  constructor() {
    super();
    this.max = DEFAULT_MAX;
    this.announce = true;
    this.sentence = '';
    this.copied = false;
  }

  /** Every line that the level lets through, as it would be copied. */
  get text(): string {
    const lines = [];
    for (let number = this.#lines.first; number < this.#lines.end; number++) {
      const line = this.#lines.at(number);
      if (line) lines.push(`${clock(line.time)} ${words.tag[line.level]} ${line.text}`);
    }
    return lines.join('\n');
  }

  /** Whether it follows the newest line. */
  get following(): boolean {
    return this.#following;
  }

  /** Forgets every line. */
  clear(): void {
    this.#lines.clear();
    this.#filter();
    this.requestUpdate();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('selectionchange', this.#handleSelection);
    for (const { value } of [this.#scroller, this.#probe]) if (value) this.#sizes.observe(value);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('selectionchange', this.#handleSelection);
    this.#sizes.disconnect();
    this.#polite.stop();
    clearTimeout(this.#timer);
    rest(this.#draw);
  }

  #take(event: RuntimeEvent): void {
    const { type, timestamp } = event;
    if (type === 'status') return;
    const level: Level = type === 'log' ? levelOf(event.data.level) : type === 'error' ? 'error' : 'info';
    const text = type === 'log' ? event.data.message : type === 'error' ? event.data.error : words[type];
    const shown = this.#lines.add(text, level, timestamp);
    if (!this.#following) this.#unseen += shown;
    if (level === 'error' && this.announce) {
      this.#errors.push(text);
      this.#polite.note();
    }
    wake(this.#draw);
  }

  protected override firstUpdated(): void {
    for (const { value } of [this.#scroller, this.#probe]) if (value) this.#sizes.observe(value);
  }

  #measure(): void {
    this.#height = this.#scroller.value?.clientHeight || this.#height;
    this.#row = this.#probe.value?.offsetHeight || this.#row; // as it is laid out, though the page may draw it scaled
    this.requestUpdate();
  }

  protected override update(changed: PropertyValues): void {
    if (this.session !== this.#of) {
      this.#of = this.session;
      this.#lines.clear();
      this.#errors = [];
      this.#polite.stop();
      this.#filter();
    }
    if (changed.has('max')) this.#lines.limit(Math.min(MOST, Math.max(1, this.max || DEFAULT_MAX)));
    if (changed.has('level')) this.#filter();
    super.update(changed);
  }

  #filter(): void {
    this.#lines.filter(LEVELS.includes(this.level ?? '') ? (this.level as Level) : undefined);
    this.#first = this.#lines.first;
    this.#width = 0;
    this.#everything = false;
    this.#follow();
  }

  #follow(): void {
    this.#following = true;
    this.#unseen = 0;
  }

  protected override updated(): void {
    const scroller = this.#scroller.value;
    const rows = this.#rows.value;
    if (!scroller?.clientHeight || !rows) return; // out of sight it has no place to scroll to; the one it had is kept
    // The widest line so far says how wide it is: else it would shrink under a reader who has scrolled aside.
    const width = Math.max(this.#width, rows.offsetWidth);
    if (width > this.#width && scroller.scrollWidth > scroller.clientWidth) {
      this.#width = width;
      rows.style.minWidth = `${width}px`;
    } else if (this.#width === 0) rows.style.minWidth = '';
    rows.style.transform = `translateY(${this.#offset}px)`;
    const top = this.#following ? scroller.scrollHeight - scroller.clientHeight : this.#top;
    if (Math.abs(scroller.scrollTop - top) >= 1) scroller.scrollTop = top;
    this.#top = scroller.scrollTop;
  }

  readonly #handleScroll = (): void => {
    const scroller = this.#scroller.value;
    if (!scroller) return;
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    if (scrollTop + clientHeight >= scrollHeight - 1) {
      if (!this.#selecting) this.#follow();
    } else if (scrollTop < this.#top - 0.5) this.#following = false;
    this.#top = scrollTop;
    this.requestUpdate();
  };

  /** Whether text of this log is selected. */
  get #selecting(): boolean {
    const root = this.shadowRoot as (ShadowRoot & { getSelection?(): Selection | null }) | null;
    const selection = root?.getSelection?.() ?? getSelection();
    const { anchorNode = null, isCollapsed = true } = selection ?? {};
    return !isCollapsed && (this.#rows.value?.contains(anchorNode) ?? false);
  }

  readonly #handleSelection = (): void => {
    if (!this.#following || !this.#selecting) return;
    this.#following = false; // else what is selected would run away
    this.requestUpdate();
  };

  #handleKey(event: KeyboardEvent): void {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === 'a') {
      event.preventDefault();
      this.#everything = true;
      if (this.#rows.value) getSelection()?.selectAllChildren(this.#rows.value);
    } else if (event.key === 'Escape') {
      this.#everything = false;
      getSelection()?.removeAllRanges();
    }
  }

  #handleCopy(event: ClipboardEvent): void {
    if (!this.#everything || !event.clipboardData) return;
    event.preventDefault();
    event.clipboardData.setData('text/plain', this.text);
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text);
    } catch {
      // The page may not write to the clipboard in this way; a copy command it may.
      this.#everything = true;
      this.#scroller.value?.focus();
      const done = document.execCommand('copy');
      this.#everything = false;
      if (!done) return;
    }
    this.copied = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.copied = false;
    }, COPIED_MS);
  }

  #toNewest(): void {
    getSelection()?.removeAllRanges();
    this.#follow();
    this.#scroller.value?.focus();
    this.requestUpdate();
  }

  /** The numbers of the first line to draw and of the one after the last. */
  #window(): [from: number, to: number] {
    const { first, end } = this.#lines;
    const forgotten = (first - this.#first) * this.#row;
    this.#first = first;
    this.#top = this.#following ? (end - first) * this.#row - this.#height : Math.max(0, this.#top - forgotten);
    const from = first + Math.floor(this.#top / this.#row) - BEYOND;
    const to = first + Math.ceil((this.#top + this.#height) / this.#row) + BEYOND;
    const begin = Math.max(first, Math.min(from, end));
    this.#offset = (begin - first) * this.#row;
    return [begin, Math.min(end, to)];
  }

  protected override render() {
    const { first, end, size } = this.#lines;
    const [from, to] = this.#window();
    const numbers = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
    return html`<div part="bar">
      <label for="level">${words.level}</label>
      <select part="level" id="level" @change=${this.#handleLevel}>${Object.entries(words.levels).map(
        ([value, label]) => html`<option value=${value} ?selected=${value === (this.level ?? '')}>${label}</option>`,
      )}</select>
      <span part="size" dir="auto">${words.lines(end - first)}</span>
      <button part="copy" type="button" ?disabled=${end === first} @click=${this.#copy}>${this.copied ? words.copied : words.copy}</button>
    </div>
    <div part="frame">
      <div part="lines" role="log" aria-live="off" aria-label=${words.label} tabindex="0" ${ref(this.#scroller)} @scroll=${this.#handleScroll}
        @keydown=${this.#handleKey} @copy=${this.#handleCopy} @pointerdown=${this.#handlePointer}>
        <div class="probe" aria-hidden="true" ${ref(this.#probe)}></div>
        <div class="space" .style=${`height:${(end - first) * this.#row}px`}><div class="rows" ${ref(this.#rows)}>${repeat(
          numbers,
          (number) => number,
          (number) => this.#line(this.#lines.at(number)),
        )}</div></div>
      </div>
      ${end === first ? html`<p part="empty"><bdi>${size === 0 ? words.empty : words.none}</bdi></p>` : nothing}
      <button part="newest" type="button" ?hidden=${this.#following} @click=${this.#toNewest}>${words.newest(this.#unseen)}</button>
    </div>
    <div class="spoken" role="status">${this.sentence}</div>
    ${trouble(this.#events)}`;
  }

  #line(line: Line | undefined) {
    if (!line) return nothing;
    const { level, text, time } = line;
    const tag = words.tag[level] ?? level;
    const drawn = text.length > DRAWN ? `${text.slice(0, DRAWN)}…` : text;
    // In one line: every white space here would be drawn.
    return html`<div part="line" data-level=${level}><time>${clock(time)}</time> <b>${tag}</b>${' '.repeat(Math.max(1, 6 - tag.length))}${drawn}</div>`;
  }

  #handleLevel(event: Event): void {
    this.level = (event.target as HTMLSelectElement).value || null;
  }

  #handlePointer(): void {
    this.#everything = false;
  }
}

/** 09:05:01.250, local. */
function clock(time: number): string {
  const date = new Date(time);
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'slate-log': SlateLog;
  }
}
