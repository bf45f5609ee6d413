/**
 * What others say: a bubble beside their pointer, spoken politely once they pause, and emoji that rise from it. What comes
 * from the network is text, and short; it must never become anything else.
 */
import type { Room } from '../../src/index.js';
import { isEmoji, RISE_MS, sayingOf } from './sayings.js';
import { userOf } from './signals.js';
import type { Stage } from './stage.js';

/** Who goes on typing is not read out before they pause, in milliseconds. */
const PAUSE_MS = 1_000;
/** No more emoji at once at one pointer; others are dropped. */
const MOST_RISING = 5;
/** Of what is read out, so much is kept. */
const MOST_LINES = 5;

export class Heard {
  readonly #stage: Stage;
  readonly #spoken = Object.assign(document.createElement('div'), { className: 'said', role: 'log' });
  /** By client: the last reaction, and what was said and when it is read out. */
  readonly #reacted = new Map<number, number>();
  readonly #said = new Map<number, { text: string; timer: ReturnType<typeof setTimeout> | undefined }>();
  #room: Room | null = null;
  #undo: (() => void) | undefined;
  #chat = false;
  #reactions = false;

  constructor(stage: Stage) {
    this.#stage = stage;
    stage.host.shadowRoot?.append(this.#spoken);
  }

  enable(chat: boolean, reactions: boolean): void {
    this.#chat = chat;
    this.#reactions = reactions;
    this.look();
  }

  /** There is another room, or another cast. */
  look(): void {
    const { room } = this.#stage;
    if (room === this.#room) {
      this.#hear(true);
      return;
    }
    this.#forget();
    this.#room = room;
    const hear = () => this.#hear(true);
    room?.awareness.on('change', hear);
    this.#undo = () => room?.awareness.off('change', hear);
    this.#hear(false); // what was said before one came is no news
  }

  stop(): void {
    this.#forget();
    for (const bubble of this.#stage.host.shadowRoot?.querySelectorAll('[part=chat]') ?? []) bubble.remove();
    this.#spoken.remove();
  }

  #forget(): void {
    this.#undo?.();
    for (const { timer } of this.#said.values()) clearTimeout(timer);
    this.#said.clear();
    this.#reacted.clear();
  }

  #hear(fresh: boolean): void {
    const room = this.#room;
    const states = room?.awareness.getStates() ?? new Map<number, Record<string, unknown>>();
    for (const [client, { chat, reaction }] of states) {
      if (client === room?.client) continue;
      const cursor = this.#stage.cursor(client);
      const text = this.#chat ? sayingOf((chat as { text?: unknown } | null | undefined)?.text) : '';
      write(cursor, text);
      this.#read(client, text);
      const { emoji, number } = (reaction ?? {}) as Record<string, unknown>;
      if (number === this.#reacted.get(client)) continue;
      if (Number.isSafeInteger(number)) this.#reacted.set(client, number as number);
      else this.#reacted.delete(client);
      if (fresh && cursor && this.#reactions && this.#reacted.has(client) && isEmoji(emoji)) rise(cursor, emoji);
    }
    for (const client of this.#said.keys()) if (!states.has(client)) this.#read(client, '');
    for (const client of this.#reacted.keys()) if (!states.has(client)) this.#reacted.delete(client);
  }

  /** Reads out what someone said, when they have paused. */
  #read(client: number, text: string): void {
    const before = this.#said.get(client);
    if ((before?.text ?? '') === text) return;
    clearTimeout(before?.timer);
    if (text) this.#said.set(client, { text, timer: setTimeout(() => this.#speak(client, text), PAUSE_MS) });
    else this.#said.delete(client);
  }

  #speak(client: number, text: string): void {
    const user = this.#room && userOf(this.#room, client);
    if (!user) return;
    this.#spoken.append(Object.assign(document.createElement('p'), { textContent: `${user.name}: ${text}` }));
    while (this.#spoken.childElementCount > MOST_LINES) this.#spoken.firstElementChild?.remove();
  }
}

/** Lets an emoji rise, and calls `done` when it has. */
export function rise(at: HTMLElement, emoji: string, done?: () => void): void {
  if (at.querySelectorAll('[part=reaction]').length >= MOST_RISING) return;
  const one = Object.assign(document.createElement('span'), { textContent: emoji });
  one.part.add('reaction');
  at.append(one);
  setTimeout(() => {
    one.remove();
    done?.();
  }, RISE_MS);
}

function write(cursor: HTMLElement | undefined, text: string): void {
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
