/**
 * Short words and emoji at a pointer: `/` opens a bubble at one's own, and what others say stands beside theirs, spoken
 * politely to who does not see it. Loaded where the page enables it. What comes from the network is text, and short;
 * it must never become anything else.
 */
import { css, html, nothing, render } from 'lit';
import type { Room } from '../../src/index.js';
import { pathAt } from '../anchors.js';
import { words } from '../words.js';
import { type Stage, stageWatchers } from './stage.js';

/** In characters. */
export const LONGEST_SAYING = 80;
/** What was said stays so long after the last key, in milliseconds. */
const SAID_MS = 6_000;
/** A reaction rises so long, and is off the wire after it, in milliseconds. */
const RISE_MS = 1_500;
/** Who goes on typing is not read out before they pause, in milliseconds. */
const PAUSE_MS = 1_000;
/** No more at once at one pointer. */
const MOST_RISING = 5;
const USUAL = ['👍', '❤️', '🎉', '😂', '👀'];

const styles = css`
[part=chat]{position:absolute;inset-block-start:calc(var(--slate-cursor-size,20px)*.9 + 26px);left:calc(var(--slate-cursor-size,20px)*.42);box-sizing:border-box;width:max-content;max-width:28ch;padding:6px 10px;
border-radius:4px 12px 12px;font:500 14px/1.35 var(--slate-font,system-ui,sans-serif);overflow-wrap:anywhere;white-space:pre-wrap}
.left [part=chat]{left:auto;right:calc(var(--slate-cursor-size,20px)*-.28);border-radius:12px 4px 12px 12px}
.up [part=chat]{top:auto;bottom:calc(var(--slate-cursor-size,20px)*-.6 + 26px)}
.up.left [part=chat]{border-radius:12px 12px 4px}
[part=reaction]{position:absolute;left:0;bottom:-4px;font-size:24px;line-height:1;animation:rise 1.5s ease-out both}
@keyframes rise{from{opacity:0;transform:scale(.4)}15%{opacity:1;transform:translateY(-10px)}70%{opacity:1}to{opacity:0;transform:translateY(-70px)}}
[part=bubble]{position:fixed;inset:auto;margin:0;box-sizing:border-box;display:flex;flex-wrap:wrap;gap:4px;max-width:min(320px,calc(100vw - 16px));padding:6px;border-radius:4px 16px 16px;
border:1px solid color-mix(in srgb,var(--slate-text,CanvasText) 16%,transparent);background:var(--slate-surface,Canvas);color:var(--slate-text,CanvasText);
box-shadow:0 6px 24px #0003;font:500 14px/1.35 var(--slate-font,system-ui,sans-serif)}
[part=bubble]:not(:popover-open){display:none}
[part=bubble] input{flex:1 1 200px;min-width:0;min-height:32px;box-sizing:border-box;padding:4px 8px;border:1px solid color-mix(in srgb,currentColor 55%,transparent);border-radius:10px;background:none;color:inherit;font:inherit}
[part=bubble] button{width:36px;height:32px;border:0;border-radius:10px;background:none;font-size:18px;cursor:pointer}
[part=bubble] button:hover{background:color-mix(in srgb,var(--slate-text,CanvasText) 12%,transparent)}
[part=bubble] :focus-visible{outline:2px solid var(--slate-focus,light-dark(#1558d6,#8ab4ff));outline-offset:0}
.said{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%)}
@media (prefers-reduced-motion:reduce){[part=reaction]{animation-name:none}}
@media (forced-colors:active){[part=chat]{border:1px solid CanvasText;background:Canvas;color:CanvasText}}
`;

export interface TalkOptions {
  readonly chat: boolean;
  /** The emoji offered; none: no reactions. */
  readonly emoji: readonly string[];
}

/** What the `reactions` attribute means. */
export function emojiOf(attribute: string | null | undefined): readonly string[] {
  if (attribute === null || attribute === undefined) return [];
  const given = attribute.split(/\s+/).filter(isEmoji);
  return given.length > 0 ? given : USUAL;
}

export class Talk {
  options: TalkOptions;
  readonly #stage: Stage;
  readonly #bubble = Object.assign(document.createElement('form'), { popover: 'manual' });
  readonly #spoken = Object.assign(document.createElement('div'), { className: 'said', role: 'log' });
  readonly #undo = new AbortController();
  #room: Room | null = null;
  #unhear: (() => void) | undefined;
  #over: ReturnType<typeof setTimeout> | undefined;
  /** Its pointer was put there for what is said, as there was none. */
  #lent = false;
  /** By client: the last reaction, and what was said and when it is read out. */
  readonly #reacted = new Map<number, number>();
  readonly #heard = new Map<number, { text: string; timer: ReturnType<typeof setTimeout> | undefined }>();

  constructor(stage: Stage, options: TalkOptions) {
    this.#stage = stage;
    this.options = options;
    const root = stage.host.shadowRoot as ShadowRoot;
    if (styles.styleSheet) root.adoptedStyleSheets.push(styles.styleSheet);
    this.#bubble.part.add('bubble');
    this.#bubble.dataset.slatePrivate = '';
    root.append(this.#spoken, this.#bubble);
    const { signal } = this.#undo;
    addEventListener('keydown', this.#key, { signal });
    addEventListener('pointermove', () => this.#place(), { signal, passive: true });
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
    this.#look();
  }

  stop(): void {
    this.#undo.abort();
    stageWatchers.delete(this.#look);
    this.#unhear?.();
    this.#silence();
    for (const { timer } of this.#heard.values()) clearTimeout(timer);
    this.#bubble.remove();
    this.#spoken.remove();
  }

  /** Opens the bubble at one's own pointer. False where there is nobody to hear, or nothing is enabled. */
  open(): boolean {
    const { chat, emoji } = this.options;
    if (!this.#room || (!chat && emoji.length === 0)) return false;
    const say = (event: Event) => this.say((event.target as HTMLInputElement).value);
    render(
      html`${
        chat
          ? html`<input type="text" maxlength=${LONGEST_SAYING} autocomplete="off" enterkeyhint="send"
            aria-label=${words.say} placeholder=${words.say} @input=${say}>`
          : nothing
      }${emoji.map(
        (one) =>
          html`<button type="button" aria-label=${words.react(one)} @click=${() => this.react(one)}>${one}</button>`,
      )}`,
      this.#bubble,
    );
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
    if (focused) (document.activeElement as HTMLElement | null)?.blur();
  }

  /** At most 80 characters; '' takes it back. */
  say(text: string): void {
    if (!this.options.chat || !this.#room) return;
    const saying = clean(text);
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
    const { options } = this;
    if (options.emoji.length === 0 || !isEmoji(emoji) || !this.#room) return;
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

  /** Another room, or another cast. */
  readonly #look = (): void => {
    const { room } = this.#stage;
    if (room !== this.#room) {
      this.#unhear?.();
      this.#room = room;
      this.#reacted.clear();
      const hear = () => this.#hear(true);
      room?.awareness.on('change', hear);
      this.#unhear = room ? () => room.awareness.off('change', hear) : undefined;
      this.#hear(false);
    } else this.#hear(true);
  };

  #hear(fresh: boolean): void {
    const room = this.#room;
    if (!room) return;
    const { chat, emoji } = this.options;
    for (const [client, state] of room.awareness.getStates()) {
      if (client === room.client) continue;
      const said = state.chat as { text?: unknown } | null | undefined;
      const text = chat && typeof said?.text === 'string' ? clean(said.text) : '';
      const cursor = this.#stage.cursor(client);
      this.#write(cursor, text);
      this.#read(client, text);
      const reaction = (state.reaction ?? {}) as Record<string, unknown>;
      const number = Number(reaction.number) || 0;
      const before = this.#reacted.get(client);
      this.#reacted.set(client, number);
      const new_ = fresh && number > 0 && number !== before;
      if (new_ && cursor && emoji.length > 0 && typeof reaction.emoji === 'string' && isEmoji(reaction.emoji))
        rise(cursor, reaction.emoji);
    }
  }

  #write(cursor: HTMLElement | undefined, text: string): void {
    let bubble = cursor?.querySelector<HTMLElement>('[part=chat]');
    if (!text) bubble?.remove();
    else if (cursor) {
      if (!bubble) {
        bubble = Object.assign(document.createElement('span'), { className: 'ink', dir: 'auto' });
        bubble.part.add('chat');
        cursor.append(bubble);
      }
      if (bubble.textContent !== text) bubble.textContent = text;
    }
  }

  /** Reads out what someone said, when they have paused. */
  #read(client: number, text: string): void {
    const before = this.#heard.get(client);
    if ((before?.text ?? '') === text) return;
    clearTimeout(before?.timer);
    const timer = text ? setTimeout(() => this.#speak(client, text), PAUSE_MS) : undefined;
    if (text) this.#heard.set(client, { text, timer });
    else this.#heard.delete(client);
  }

  #speak(client: number, text: string): void {
    const member = this.#room?.members.find(({ sessions }) => sessions.some((one) => one.client === client));
    if (!member) return;
    const line = Object.assign(document.createElement('p'), { textContent: `${member.user.name}: ${text}` });
    this.#spoken.append(line);
    while (this.#spoken.childElementCount > 5) this.#spoken.firstElementChild?.remove();
  }
}

function rise(at: HTMLElement, emoji: string, done?: () => void): void {
  if (at.querySelectorAll('[part=reaction]').length >= MOST_RISING) return;
  const one = Object.assign(document.createElement('span'), { textContent: emoji });
  one.part.add('reaction');
  at.append(one);
  setTimeout(() => {
    one.remove();
    done?.();
  }, RISE_MS);
}

/** Text as it may be shown: no controls, nothing that turns the line round, and not too long. */
function clean(text: string): string {
  return [...text.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ')]
    .slice(0, LONGEST_SAYING)
    .join('')
    .trimStart();
}

function isEmoji(text: string): boolean {
  return (
    text.length <= 16 &&
    /^(?=.*[\p{Extended_Pictographic}\p{Regional_Indicator}])[^\p{L}\p{N}\p{Z}\p{Cc}]+$/u.test(text)
  );
}
