/**
 * Short words and emoji at one's own pointer: `/` opens a bubble there. What others say is heard.ts. It is loaded where the
 * page enables it, and takes no key but that one, and none from who is typing.
 */
import { html, nothing, render } from 'lit';
import type { Room } from '../../src/index.js';
import { words } from '../shared/words.js';
import { pathAt } from '../surface/anchors.js';
import { Heard, rise } from './heard.js';
import { emojiOf, isEmoji, LONGEST_SAYING, RISE_MS, sayingOf } from './sayings.js';
import { type Stage, stageWatchers } from './stage.js';
import { styles } from './talk.styles.js';

/** What was said stays so long after the last key, in milliseconds. */
const SAID_MS = 6_000;

export class Talk {
  readonly #stage: Stage;
  readonly #bubble = Object.assign(document.createElement('form'), { popover: 'manual' });
  readonly #heard: Heard;
  readonly #undo = new AbortController();
  #chat = false;
  /** The emoji offered; none: no reactions. */
  #emoji: readonly string[] = [];
  /** What had the focus before the bubble got it. */
  #before: Element | null = null;
  #over: ReturnType<typeof setTimeout> | undefined;
  /** Its pointer was put there for what is said, as there was none. */
  #lent = false;

  constructor(stage: Stage) {
    this.#stage = stage;
    const root = stage.host.shadowRoot as ShadowRoot;
    if (styles.styleSheet) root.adoptedStyleSheets.push(styles.styleSheet);
    this.#bubble.part.add('bubble');
    this.#bubble.dataset.slateHold = ''; // what is said stays beside what it is about
    root.append(this.#bubble);
    this.#heard = new Heard(stage);
    const { signal } = this.#undo;
    addEventListener('keydown', this.#key, { signal });
    // What has buttons must not run away from who would press one.
    const follow = () => this.#emoji.length === 0 && this.#place();
    addEventListener('pointermove', follow, { signal, passive: true });
    this.#bubble.addEventListener('submit', (event) => {
      event.preventDefault();
      this.close();
    });
    this.#bubble.addEventListener('keydown', (event) => {
      event.stopPropagation(); // it is not for the page
      if (event.key !== 'Escape') return;
      event.preventDefault();
      this.#silence();
      this.close();
    });
    this.#bubble.addEventListener('focusout', ({ relatedTarget }) => {
      if (!this.#bubble.contains(relatedTarget as Node | null)) this.close();
    });
    stageWatchers.add(this.#look);
  }

  /** What the page lets people do; `reactions`: the emoji offered, '' the usual ones, null none. */
  enable(chat: boolean, reactions: string | null | undefined): void {
    this.#chat = chat;
    this.#emoji = emojiOf(reactions);
    this.#heard.enable(chat, this.#emoji.length > 0);
  }

  get #room(): Room | null {
    return this.#stage.room;
  }

  readonly #look = (): void => this.#heard.look();

  stop(): void {
    this.#undo.abort();
    stageWatchers.delete(this.#look);
    this.#silence();
    this.#heard.stop();
    this.#bubble.remove();
  }

  /** Opens the bubble at one's own pointer. False where there is nobody to hear, or nothing is enabled. */
  open(): boolean {
    if (!this.#room || (!this.#chat && this.#emoji.length === 0)) return false;
    const say = (event: Event) => this.say((event.target as HTMLInputElement).value);
    render(
      html`${
        this.#chat
          ? html`<input type="text" maxlength=${LONGEST_SAYING} autocomplete="off" enterkeyhint="send"
            aria-label=${words.say} placeholder=${words.say} @input=${say}>`
          : nothing
      }${this.#emoji.map(
        (one) =>
          html`<button type="button" aria-label=${words.react(one)} @click=${() => this.react(one)}>${one}</button>`,
      )}`,
      this.#bubble,
    );
    if (!this.#bubble.matches(':popover-open')) this.#before = document.activeElement;
    this.#bubble.showPopover();
    this.#place();
    const input = this.#bubble.querySelector('input');
    if (input) input.value = '';
    (input ?? this.#bubble.querySelector('button'))?.focus();
    return true;
  }

  /** Closes the bubble; what was said stays a while. */
  close(): void {
    if (!this.#bubble.matches(':popover-open')) return;
    const focused = this.#bubble.contains(this.#stage.host.shadowRoot?.activeElement ?? null);
    this.#bubble.hidePopover();
    if (focused) (this.#before as HTMLElement | null)?.focus?.({ preventScroll: true });
  }

  /** At most 80 characters; '' takes it back. */
  say(text: string): void {
    if (!this.#chat || !this.#room) return;
    const saying = sayingOf(text);
    if (saying === '') {
      this.#silence();
      return;
    }
    this.#point();
    this.#room.awareness.setLocalStateField('chat', { text: saying });
    clearTimeout(this.#over);
    this.#over = setTimeout(() => this.#silence(), SAID_MS);
  }

  react(emoji: string): void {
    if (this.#emoji.length === 0 || !isEmoji(emoji) || !this.#room) return;
    this.#point();
    const room = this.#room;
    const number = Math.floor(room.now());
    room.awareness.setLocalStateField('reaction', { emoji, number });
    setTimeout(() => {
      if ((room.awareness.getLocalState()?.reaction as { number?: number } | null)?.number !== number) return;
      room.awareness.setLocalStateField('reaction', null);
    }, RISE_MS);
    const layer = this.#stage.host.shadowRoot?.querySelector<HTMLElement>('.crowd');
    const at = this.#at;
    if (!layer) return;
    const frame = layer.getBoundingClientRect();
    const place = document.createElement('div');
    place.className = 'at';
    place.style.transform = `translate(${at.x - frame.left}px,${at.y - frame.top}px)`;
    layer.append(place);
    rise(place, emoji, () => place.remove());
  }

  /** Where one's own pointer is, or the middle of the window. */
  get #at(): { x: number; y: number } {
    return this.#stage.own ?? { x: innerWidth / 2, y: innerHeight / 2 };
  }

  /** Others see what is said beside the pointer: who has none gets one for as long. */
  #point(): void {
    if (this.#stage.own || this.#lent || !this.#room) return;
    const { x, y } = this.#at;
    const position = this.#stage.surface.locate(x, y, pathAt(x, y));
    if (!position) return;
    this.#lent = true;
    this.#room.pointer.move(position);
    setTimeout(() => {
      this.#lent = false;
      if (!this.#stage.own) this.#room?.pointer.leave();
    }, SAID_MS);
  }

  #silence(): void {
    clearTimeout(this.#over);
    const { awareness } = this.#room ?? {};
    if (awareness?.getLocalState()?.chat) awareness.setLocalStateField('chat', null);
  }

  readonly #key = (event: KeyboardEvent): void => {
    const { key, ctrlKey, metaKey, altKey, defaultPrevented } = event;
    const [target] = event.composedPath();
    const types = target instanceof Element && target.matches(':read-write,select,[role=textbox]');
    if (key !== '/' || ctrlKey || metaKey || altKey || defaultPrevented || types) return;
    if (this.open()) event.preventDefault();
  };

  #place(): void {
    if (!this.#bubble.matches(':popover-open')) return;
    const { x, y } = this.#at;
    const { offsetWidth, offsetHeight, style } = this.#bubble;
    const { clientWidth, clientHeight } = document.documentElement;
    style.left = `${Math.max(8, Math.min(x + 12, clientWidth - offsetWidth - 8))}px`;
    style.top = `${y + 22 + offsetHeight < clientHeight ? y + 22 : Math.max(8, y - offsetHeight - 12)}px`;
  }
}
