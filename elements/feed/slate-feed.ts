import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import {
  type Bus,
  type ListenOptions,
  onAssetEvents,
  onBuildEvents,
  onFileEvents,
  onProjectEvents,
} from '../../src/index.js';
import { EventsController } from '../controllers/events-controller.js';
import { announce } from '../shared/announce.js';
import { anew, Polite } from '../shared/polite.js';
import { spokenOnly } from '../shared/styles.js';
import { trouble } from '../shared/trouble.js';
import { type FeedEvent, type FeedNews, nameOf, subjectOf, withNews } from './news.js';
import { styles } from './slate-feed.styles.js';
import { feedWords as words } from './words.js';

const DEFAULT_MAX = 30;
/** How often the relative times are looked at anew, in milliseconds. */
const TICK_MS = 20_000;

/**
 * What others did, as a list of sentences, newest first: in a project (its changes, files, assets and finished builds), to the
 * projects of a user, or both. One's own actions are left out. Screen readers hear of news politely, at most every 5 s.
 *
 * It listens on its own `.bus` or `server`, else on the connection of the `<slate-room>` around it, else on that of
 * `configure()`. It knows only what happens while it listens. People are called by their names in that room, else by their
 * ids; things by `data.name` or `data.path` of their events, else by their ids.
 *
 * @summary Notifications.
 * @slot empty - In place of the words for an empty feed.
 *
 * @attr {string} project - The project whose changes, files, assets and builds are told of.
 * @attr {string} user - The user of whose projects is told.
 * @attr {string} self - Whose actions are left out. Without it those of `user`, else of the person in the room around it.
 * @attr {number} max - How many pieces of news are kept. Default 30.
 * @attr {'on' | 'off'} announce - `off`: news is not spoken by screen readers. Default `on`.
 * @attr {string} server - WebSocket address of the NATS server; several separated by commas.
 * @attr {string} token - Access token for that server. Not reflected.
 *
 * @csspart list - The list.
 * @csspart item - One piece of news; `data-kind` (project, file, asset, build), `data-type` (created, updated, deleted,
 *   completed, failed).
 * @csspart text - Its sentence.
 * @csspart count - How often it happened, when more than once.
 * @csspart time - When.
 * @csspart error - What is wrong with the connection.
 *
 * @cssprop [--slate-feed-height=20em] - The height from which on the list scrolls.
 * @cssprop [--slate-surface=Canvas] - The background it stands on.
 * @cssprop [--slate-text=CanvasText] - Text colour.
 * @cssprop [--slate-focus] - Colour of the focus ring.
 * @cssprop [--slate-font=system-ui] - Font family.
 *
 * @fires {SlateErrorEvent} slate-error - It cannot hear; `event.error`, one of Slate's error classes.
 */
export class SlateFeed extends LitElement {
  static override styles = [spokenOnly, styles];
  static override properties = {
    project: { reflect: true },
    user: { reflect: true },
    self: { reflect: true },
    max: { type: Number, reflect: true },
    announce,
    server: { reflect: true },
    token: {},
    bus: { attribute: false },
    format: { attribute: false },
    sentence: { state: true },
  };

  #news: readonly FeedNews[] = [];
  #of: readonly unknown[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;
  /** What has come since something was last spoken. */
  #unspoken: string[] = [];
  readonly #polite = new Polite(() => {
    const [newest = '', ...more] = this.#unspoken.splice(0).reverse();
    this.sentence = anew(more.length > 0 ? `${newest} ${words.more(more.length)}` : newest, this.sentence);
  });
  readonly #events = new EventsController(
    this,
    () => [this.project, this.user],
    (options) => this.#listen(options),
  );

  declare private sentence: string;

  declare project: string | null | undefined;
  declare user: string | null | undefined;
  /** The id of the user whose actions are left out. */
  declare self: string | null | undefined;
  /** How many pieces of news are kept. */
  declare max: number;
  /** Whether news is spoken by screen readers. */
  declare announce: boolean;
  declare server: string | null | undefined;
  declare token: string | null | undefined;
  /** A bus that the page already has, in place of `server` and `token`. It is left open. */
  declare bus: Bus | null | undefined;
  /** Words a piece of news in the page's own way; what it gives nothing for is left out. */
  declare format: ((news: FeedEvent) => string | undefined) | null | undefined;

  constructor() {
    super();
    this.max = DEFAULT_MAX;
    this.announce = true;
    this.sentence = '';
  }

  /** The news, newest first. */
  get news(): readonly FeedNews[] {
    return this.#news;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.#news.length > 0 && !document.hidden && this.requestUpdate(), TICK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    this.#silence();
  }

  /** Forgets the news there is. */
  clear(): void {
    this.#news = [];
    this.requestUpdate();
  }

  #listen(options: ListenOptions) {
    const { project, user } = this;
    const undo: (() => void)[] = [];
    const stop = () => {
      for (const each of undo.splice(0)) each();
    };
    try {
      const projects = project ? [project] : [];
      const own = { ...options, projects };
      if (project || user) {
        undo.push(onProjectEvents(user || undefined, (event) => this.#take({ kind: 'project', event }), own));
      }
      if (project) {
        undo.push(
          onFileEvents(project, (event) => this.#take({ kind: 'file', event }), options),
          onAssetEvents(project, (event) => this.#take({ kind: 'asset', event }), options),
          onBuildEvents(project, (event) => this.#take({ kind: 'build', event }), options),
        );
      }
    } catch (error) {
      stop();
      throw error;
    }
    return stop;
  }

  #take(one: FeedEvent): void {
    const { userId } = one.event;
    const self = this.self || this.user || this.#events.room?.self.user.id;
    if (userId !== undefined && userId === self) return;
    const before = this.#news;
    this.#news = withNews(before, one, Math.max(1, this.max || DEFAULT_MAX));
    const [newest] = this.#news;
    if (this.#news === before || !newest) return;
    const sentence = this.#word(newest);
    if (sentence && this.announce) {
      this.#unspoken.push(sentence);
      this.#polite.note();
    }
    this.requestUpdate();
  }

  protected override update(changed: PropertyValues): void {
    const of = [this.project || '', this.user || ''];
    if (of.some((id, index) => id !== this.#of[index])) {
      this.#of = of;
      this.#news = [];
      this.#silence();
    }
    super.update(changed);
  }

  #silence(): void {
    this.#polite.stop();
    this.#unspoken = [];
  }

  #word(one: FeedEvent): string {
    if (this.format) return this.format(one) ?? '';
    const { userId } = one.event;
    const member = this.#events.room?.members.find(({ user }) => user.id === userId);
    const who = member?.user.name ?? userId;
    return (
      words.sentence[one.kind]?.[subjectOf(one).type]?.(
        who === undefined ? words.someone : isolated(who),
        isolated(nameOf(one)),
      ) ?? ''
    );
  }

  protected override updated(): void {
    const list = this.shadowRoot?.querySelector('ol');
    if (list) list.tabIndex = list.scrollHeight > list.clientHeight ? 0 : -1; // what scrolls can be reached by keyboard
  }

  protected override render() {
    const now = Date.now();
    const news = this.#news.map((one) => ({ ...one, text: this.#word(one) })).filter(({ text }) => text);
    return html`<ol part="list" role="list" aria-label=${words.label} ?hidden=${news.length === 0}>${repeat(
      news,
      ({ key }) => key,
      ({ kind, event, count, text, ...rest }) => html`<li part="item" data-kind=${kind}
        data-type=${subjectOf({ kind, event, ...rest } as FeedEvent).type}><span part="text"><bdi>${text}</bdi></span>${
          count > 1 ? html`<small part="count" dir="auto">${words.times(count)}</small>` : nothing
        }<time part="time" dir="auto" datetime=${new Date(event.timestamp).toISOString()}>${words.ago(now - event.timestamp)}</time></li>`,
    )}</ol>
    ${news.length === 0 ? html`<p><slot name="empty"><bdi>${words.empty}</bdi></slot></p>` : nothing}
    <div class="spoken" role="status">${this.sentence}</div>
    ${trouble(this.#events)}`;
  }
}

/** Between marks that keep the direction of a name from touching what is around it (U+2068, U+2069). */
const isolated = (name: string): string => `\u2068${name}\u2069`;

declare global {
  interface HTMLElementTagNameMap {
    'slate-feed': SlateFeed;
  }
}
