/**
 * Short sayings and emoji at one's own pointer: a key opens a bubble there, `/` unless the page or its reader chose
 * another, and not while one types. talk-display.ts shows what others say.
 */
import { html, nothing, render } from 'lit';
import type { Room } from '../../src/index.js';
import { adoptStyles } from '../shared/adopt-styles.js';
import { reserve } from '../shared/reserve.js';
import { watchWords } from '../shared/speech.js';
import { spokenOnly } from '../shared/styles.js';
import { topLayer } from '../surface/top-layer.js';
import { focusedElement } from '../surface/tree.js';
import { chatKeyOf, isTyped, mayBeTyped, presses } from './keys.js';
import { emojiOf, isEmoji, LONGEST_SAYING, sayingOf } from './sayings.js';
import { viewerSpeech } from './speech.js';
import { type Stage, stages } from './stage.js';
import { styles } from './talk.styles.js';
import { rise, TalkDisplay } from './talk-display.js';
import { after, type ViewerTimes } from './times.js';

export class Talk {
  readonly #stage: Stage;
  readonly #changed: () => void;
  readonly #times: ViewerTimes;
  readonly #bubble = Object.assign(document.createElement('form'), { popover: 'manual' });
  /** Shows what others say. */
  readonly display: TalkDisplay;
  readonly #disposal = new AbortController();
  #chat = false;
  /** The emoji offered; none: no reactions. */
  #emoji: readonly string[] = [];
  /** What had the focus before the bubble got it. */
  #before: Element | null = null;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  /** Others see a pointer that was put there for a saying, because one had none. */
  #lent = false;

  /** `changed` is called when the bubble has closed. */
  constructor(stage: Stage, changed: () => void, times: ViewerTimes) {
    this.#stage = stage;
    this.#changed = changed;
    this.#times = times;
    const { signal } = this.#disposal;
    const { shadowRoot } = stage.host;
    adoptStyles(shadowRoot, styles, spokenOnly);
    this.#bubble.part.add('bubble');
    this.#bubble.dataset.slateHold = ''; // what is said stays beside what it is about
    shadowRoot?.append(this.#bubble);
    this.display = new TalkDisplay(stage, times, signal);
    addEventListener('keydown', (event) => this.#onKey(event), { signal });
    signal.addEventListener('abort', watchWords(stage.host, this.#write));
    // A bubble with buttons must not move away from someone who is about to press one.
    const place = () => this.#emoji.length === 0 && this.#place();
    addEventListener('pointermove', place, { signal, passive: true });
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
  }

  /** What the page lets people do; `reactions` are the emoji offered, '' the usual ones, null none. */
  enable(chat: boolean, reactions: string | null | undefined): void {
    this.#chat = chat;
    this.#emoji = emojiOf(reactions);
    this.display.enable(chat, this.#emoji.length > 0);
  }

  /** The page lets people say something. */
  get chats(): boolean {
    return this.#chat;
  }

  /** The emoji with which people may react. */
  get emoji(): readonly string[] {
    return this.#emoji;
  }

  /** Takes back what is said, and removes the bubble. */
  stop(): void {
    this.#silence();
    this.#disposal.abort();
    topLayer.release(this.#bubble);
    this.#bubble.remove();
  }

  get isOpen(): boolean {
    return this.#bubble.matches(':popover-open');
  }

  get #room(): Room | null {
    return this.#stage.room;
  }

  /** Opens the bubble at one's own pointer. False without a room, where nothing is enabled, under a modal dialog. */
  open(): boolean {
    if (!this.#room || (!this.#chat && this.#emoji.length === 0) || topLayer.isBlocked(this.#stage.host)) return false;
    this.#write();
    if (!this.isOpen) this.#before = focusedElement();
    topLayer.keep(this.#bubble);
    this.#place();
    const input = this.#bubble.querySelector('input');
    if (input) input.value = '';
    (input ?? this.#bubble.querySelector('button'))?.focus();
    return true;
  }

  readonly #write = (): void => {
    const say = (event: Event) => this.say((event.target as HTMLInputElement).value);
    const speech = viewerSpeech(this.#stage.host);
    const invitation = speech.say('say');
    render(
      html`${
        this.#chat
          ? html`<input type="text" maxlength=${LONGEST_SAYING} autocomplete="off" enterkeyhint="send"
            aria-label=${invitation} placeholder=${invitation} @input=${say}>`
          : nothing
      }${this.#emoji.map(
        (one) =>
          html`<button type="button" aria-label=${speech.say('react', { emoji: one })}
            @click=${() => this.react(one)}>${one}</button>`,
      )}`,
      this.#bubble,
    );
  };

  /** Closes the bubble; what was said stays a while. */
  close(): void {
    if (!this.isOpen) return;
    const focused = this.#bubble.contains(this.#stage.host.shadowRoot?.activeElement ?? null);
    topLayer.release(this.#bubble);
    if (focused) (this.#before as HTMLElement | null)?.focus?.({ preventScroll: true });
    this.#changed();
  }

  /** Says something, at most {@link LONGEST_SAYING} characters; '' takes it back. */
  say(text: string): void {
    if (!this.#chat || !this.#room) return;
    const saying = sayingOf(text);
    if (saying === '') {
      this.#silence();
      return;
    }
    this.#lendPointer(this.#room);
    this.#room.awareness.setLocalStateField('chat', { text: saying });
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => this.#silence(), this.#times.sayingMs);
  }

  /** Lets an emoji rise from one's own pointer. */
  react(emoji: string): void {
    const room = this.#room;
    if (this.#emoji.length === 0 || !isEmoji(emoji) || !room) return;
    const { signal } = this.#disposal;
    this.#lendPointer(room);
    const number = Math.floor(room.now());
    room.awareness.setLocalStateField('reaction', { emoji, number });
    after(this.#times.riseMs, signal, () => {
      if ((room.awareness.getLocalState()?.reaction as { number?: number } | null)?.number !== number) return;
      room.awareness.setLocalStateField('reaction', null);
    });
    const layer = this.#stage.host.shadowRoot?.querySelector<HTMLElement>('.crowd');
    if (!layer) return;
    const { surface } = this.#stage;
    surface.begin();
    const at = surface.inside(layer, this.#at);
    const place = document.createElement('div');
    place.className = 'at';
    place.style.transform = `translate(${at.x}px,${at.y}px)`;
    layer.append(place);
    rise(place, emoji, this.#times.riseMs, signal, () => place.remove());
  }

  /** Where one's own pointer is, or the middle of the window. */
  get #at(): { x: number; y: number } {
    return this.#stage.own ?? { x: innerWidth / 2, y: innerHeight / 2 };
  }

  /** Others see a saying beside the pointer: someone whose pointer they do not see gets one for as long. */
  #lendPointer(room: Room): void {
    const seen = () => this.#stage.own && !reserve().pointer;
    if (seen() || this.#lent) return;
    const { x, y } = this.#at;
    const { surface } = this.#stage;
    const position = surface.locate(x, y, surface.pathAt(x, y));
    if (!position) return;
    this.#lent = true;
    room.pointer.move(position);
    after(this.#times.sayingMs, this.#disposal.signal, () => {
      this.#lent = false;
      if (!seen()) room.pointer.leave();
    });
  }

  #silence(): void {
    clearTimeout(this.#silenceTimer);
    const { awareness } = this.#room ?? {};
    if (awareness?.getLocalState()?.chat) awareness.setLocalStateField('chat', null);
  }

  #onKey(event: KeyboardEvent): void {
    if (!presses(event, chatKeyOf(this.#stage.host)) || event.defaultPrevented || isTyped(event)) return;
    if (mayBeTyped(event)) this.#openUnlessTyped(event);
    else if (this.open()) event.preventDefault();
  }

  /** The focus may be in a field in a closed shadow root of the target: then what is typed follows the key at once. */
  #openUnlessTyped(event: KeyboardEvent): void {
    const { signal } = this.#disposal;
    let typed = false;
    const note = () => {
      typed = true;
    };
    addEventListener('beforeinput', note, { capture: true, once: true, signal });
    setTimeout(() => {
      removeEventListener('beforeinput', note, true);
      if (!typed && !event.defaultPrevented && !signal.aborted) this.open();
    });
  }

  #place(): void {
    if (!this.isOpen) return;
    const { x, y } = this.#at;
    const { offsetWidth, offsetHeight, style } = this.#bubble;
    const { clientWidth } = document.documentElement;
    const { floor } = stages;
    const top = y + 22 + offsetHeight < floor ? y + 22 : Math.min(y - 12, floor - 8) - offsetHeight;
    style.left = `${Math.max(8, Math.min(x + 12, clientWidth - offsetWidth - 8))}px`;
    style.top = `${Math.max(8, top)}px`;
  }
}
