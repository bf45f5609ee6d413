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
import { type Announce, announce, heedListener } from '../shared/announce.js';
import { connectionTrouble } from '../shared/connection-trouble.js';
import { dots } from '../shared/dot.styles.js';
import { type FeedWord, feedWords } from '../shared/english.js';
import { LiveRegion } from '../shared/live-region.js';
import { ownSpeech } from '../shared/speech.js';
import { spokenOnly, theme } from '../shared/styles.js';
import { ago } from './ago.js';
import { type FeedEvent, type FeedNews, nameOf, subjectOf, withNews } from './news.js';
import { styles } from './slate-feed.styles.js';

const DEFAULT_MAX = 30;
/** How often the relative times are brought up to date, in milliseconds. */
const TICK_MS = 20_000;

/**
 * What other users did, as a list of sentences, the newest first: in a project (its changes, files, assets and
 * finished builds), to the projects of a user, or both. It leaves out what the user of this page did. Screen readers
 * speak of news politely, at most every 5 s.
 *
 * It uses its own `.bus` or `server`, else the connection of the `<slate-room>` around it, else the default
 * connection of `configure()`. It shows only what happens while it is on the page. It calls users by their names in
 * that room, else by their ids, and things by `data.name` or `data.path` of their events, else by their ids.
 *
 * @summary Shows what others did.
 * @slot empty - Shown in place of the words for an empty feed.
 *
 * @attr {'on' | 'counts' | 'off'} announce - Whether screen readers speak of news: in sentences, as numbers, not at
 *   all. Default `on`. What the listener has chosen counts more.
 *
 * @csspart list - The list.
 * @csspart item - One piece of news; `data-kind` is `project`, `file`, `asset` or `build`, `data-type` is `created`,
 *   `updated`, `deleted`, `completed` or `failed`.
 * @csspart text - The sentence of one piece of news.
 * @csspart count - How often it happened, when more than once.
 * @csspart time - How long ago it happened.
 * @csspart error - What is wrong with the connection.
 *
 * @cssprop [--slate-feed-height=20em] - The height beyond which the list scrolls.
 * @cssprop [--slate-text=inherit] - Text colour.
 * @cssprop [--slate-focus=var(--slate-accent)] - Colour of the focus ring.
 * @cssprop [--slate-accent=blue] - The mark of a change.
 * @cssprop [--slate-good=green] - The mark of what was created or completed.
 * @cssprop [--slate-bad=red] - The mark of what was deleted or failed.
 * @cssprop [--slate-wait=amber] - What is wrong with the connection.
 * @cssprop [--slate-font=system-ui] - Font family.
 *
 * @fires {SlateErrorEvent} slate-error - It cannot receive events; `event.error` is one of Slate's error classes.
 */
export class SlateFeed extends LitElement {
  static override styles = [theme, spokenOnly, dots, styles];
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
  };

  readonly #speech = ownSpeech(this, feedWords);
  #news: readonly FeedNews[] = [];
  /** The project and the user of the news. */
  #source = '';
  #timer: ReturnType<typeof setInterval> | undefined;
  /** The sentences since the last spoken one. */
  #unspoken: string[] = [];
  readonly #liveRegion = new LiveRegion(this, (counts) => {
    const more = this.#unspoken.splice(0);
    if (counts) return more.length > 0 ? this.#speech.say('feed.count', { n: more.length }) : '';
    const newest = more.pop() ?? '';
    return more.length > 0 ? `${newest} ${this.#speech.say('feed.more', { n: more.length })}` : newest;
  });
  readonly #events = new EventsController(
    this,
    () => [this.project, this.user],
    (options) => this.#subscribe(options),
  );

  /** The id of the project whose changes, files, assets and finished builds are shown. */
  declare project: string | null | undefined;
  /** The id of the user whose projects are shown. */
  declare user: string | null | undefined;
  /** The id of the user whose actions are left out. Default: that of `user`, else of the user in the room around it. */
  declare self: string | null | undefined;
  /** The number of pieces of news that are kept, at least 1. Default 30. */
  declare max: number;
  /** Whether screen readers speak of news, politely and at most every 5 s. */
  declare announce: Announce;
  /** WebSocket address of the NATS server (`wss://…`), or several separated by commas or white space. */
  declare server: string | null | undefined;
  /** Access token for that server. It is not reflected to the attribute. */
  declare token: string | null | undefined;
  /** A bus that the page already has, in place of `server` and `token`. The element does not close it. */
  declare bus: Bus | null | undefined;
  /**
   * Gives the sentence for a piece of news in the page's own words, or undefined to leave it out. Default: the words
   * of `setWords`.
   */
  declare format: ((news: FeedEvent) => string | undefined) | null | undefined;

  constructor() {
    super();
    this.max = DEFAULT_MAX;
    this.announce = true;
    heedListener(this);
  }

  /** The news, the newest first. */
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
    this.#unspoken = [];
  }

  /** Forgets all news. */
  clear(): void {
    this.#news = [];
    this.requestUpdate();
  }

  #subscribe(options: ListenOptions) {
    const { project, user } = this;
    const unsubscribes: (() => void)[] = [];
    const unsubscribeAll = () => {
      for (const unsubscribe of unsubscribes) unsubscribe();
    };
    try {
      const projects = project ? [project] : [];
      const own = { ...options, projects };
      if (project || user) {
        unsubscribes.push(
          onProjectEvents(user || undefined, (event) => this.#receive({ kind: 'project', event }), own),
        );
      }
      if (project) {
        unsubscribes.push(
          onFileEvents(project, (event) => this.#receive({ kind: 'file', event }), options),
          onAssetEvents(project, (event) => this.#receive({ kind: 'asset', event }), options),
          onBuildEvents(project, (event) => this.#receive({ kind: 'build', event }), options),
        );
      }
    } catch (error) {
      unsubscribeAll();
      throw error;
    }
    return unsubscribeAll;
  }

  #receive(one: FeedEvent): void {
    const { userId } = one.event;
    const self = this.self || this.user || this.#events.room?.self.user.id;
    if (userId !== undefined && userId === self) return;
    const before = this.#news;
    this.#news = withNews(before, one, Math.max(1, Number(this.max) || DEFAULT_MAX));
    const [newest] = this.#news;
    if (this.#news === before || !newest) return;
    const sentence = this.#sentence(newest);
    if (sentence) {
      this.#unspoken.push(sentence);
      this.#liveRegion.schedule();
    }
    this.requestUpdate();
  }

  protected override update(changed: PropertyValues): void {
    const source = JSON.stringify([this.project || '', this.user || '']);
    if (source !== this.#source) {
      this.#source = source;
      this.#news = [];
      this.#unspoken = [];
    }
    super.update(changed);
  }

  #sentence(one: FeedEvent): string {
    if (this.format) return this.format(one) ?? '';
    const { userId } = one.event;
    const member = this.#events.room?.members.find(({ user }) => user.id === userId);
    const who = member?.label ?? userId;
    const name = `${one.kind}.${subjectOf(one).type}`;
    if (!Object.hasOwn(feedWords, name)) return '';
    return this.#speech.say(name as FeedWord, { who: who ?? this.#speech.say('feed.someone'), what: nameOf(one) });
  }

  protected override updated(): void {
    const list = this.renderRoot.querySelector('ol');
    // A list that scrolls must be reachable by keyboard.
    if (list) list.tabIndex = list.scrollHeight > list.clientHeight ? 0 : -1;
  }

  protected override render() {
    const now = Date.now();
    const news = this.#news.map((one) => ({ one, text: this.#sentence(one) })).filter(({ text }) => text);
    return html`<ol part="list" role="list" aria-label=${this.#speech.say('feed.label')}
      ?hidden=${news.length === 0}>${repeat(
        news,
        ({ one }) => one.key,
        ({ one, text }) => html`<li part="item" data-kind=${one.kind}
        data-type=${subjectOf(one).type}><span part="text"><bdi>${text}</bdi></span>${
          one.count > 1
            ? html`<small part="count" dir="auto">${this.#speech.say('feed.times', { n: one.count })}</small>`
            : nothing
        }<time part="time" dir="auto" datetime=${new Date(one.event.timestamp).toISOString()}
        >${ago(now - one.event.timestamp, this.#speech)}</time></li>`,
      )}</ol>
    ${news.length === 0 ? html`<p><slot name="empty"><bdi>${this.#speech.say('feed.empty')}</bdi></slot></p>` : nothing}
    ${this.#liveRegion.render()}
    ${connectionTrouble(this, this.#events)}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'slate-feed': SlateFeed;
  }
}
