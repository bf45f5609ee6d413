/**
 * Shows what others say: a bubble beside their pointer, read out politely once they pause, or counted where the
 * listener wants that, and emoji that rise from it.
 * What is received is short text, and never becomes anything else.
 */
import type { Room } from '../../src/index.js';
import { announcing } from '../shared/announce.js';
import { LiveRegion, type SpeakingHost } from '../shared/live-region.js';
import { viewSettings } from '../shared/view-settings.js';
import { isEmoji, sayingOf } from './sayings.js';
import { memberOf } from './signals.js';
import { viewerSpeech } from './speech.js';
import type { Stage } from './stage.js';
import { after, type ViewerTimes } from './times.js';

/** A saying is read out when its writer has paused for this long, in milliseconds. */
const PAUSE_MS = 1_000;
/** The most emoji that rise from one pointer at once; more are dropped. */
const MOST_RISING = 5;
/** The most lines that are kept of what was read out. */
const MOST_LINES = 5;

export class TalkDisplay implements SpeakingHost {
  readonly #stage: Stage;
  readonly #riseMs: number;
  readonly #signal: AbortSignal;
  readonly #spoken = Object.assign(document.createElement('div'), { className: 'spoken', role: 'log' });
  /** By client: the number of the last reaction, and the last saying with the timer that reads it out. */
  readonly #reactions = new Map<number, number>();
  readonly #sayings = new Map<number, { text: string; timer: ReturnType<typeof setTimeout> | undefined }>();
  readonly #count = new LiveRegion(this, (counts) => this.#countSayings(counts));
  /** The sayings since the last count. */
  #uncounted = 0;
  #room: Room | null = null;
  #unsubscribe: (() => void) | undefined;
  #showsChat = false;
  #showsReactions = false;

  /** Removes everything it shows when the signal aborts. */
  constructor(stage: Stage, { riseMs }: ViewerTimes, signal: AbortSignal) {
    this.#stage = stage;
    this.#riseMs = riseMs;
    this.#signal = signal;
    stage.host.shadowRoot?.append(this.#spoken);
    signal.addEventListener('abort', () => this.#remove());
  }

  enable(chat: boolean, reactions: boolean): void {
    this.#showsChat = chat;
    this.#showsReactions = reactions;
    this.update();
  }

  /** The stage has another room, or draws other pointers. */
  update(): void {
    const { room } = this.#stage;
    if (room === this.#room) {
      this.#read(true);
      return;
    }
    this.#forget();
    this.#room = room;
    const read = ({ added, updated, removed }: Record<'added' | 'updated' | 'removed', number[]>) => {
      for (const client of [...added, ...updated, ...removed]) this.#readClient(client, true);
    };
    room?.awareness.on('change', read);
    this.#unsubscribe = () => room?.awareness.off('change', read);
    this.#read(false); // reactions from before one came are not shown
  }

  #remove(): void {
    this.#forget();
    for (const bubble of this.#stage.host.shadowRoot?.querySelectorAll('[part=chat]') ?? []) bubble.remove();
    this.#spoken.remove();
  }

  #forget(): void {
    this.#unsubscribe?.();
    for (const { timer } of this.#sayings.values()) clearTimeout(timer);
    this.#sayings.clear();
    this.#reactions.clear();
  }

  /** Shows the states of the others; reactions only where they are `fresh`. */
  #read(fresh: boolean): void {
    const present = this.#room?.awareness.getStates().keys() ?? [];
    for (const client of new Set([...present, ...this.#sayings.keys(), ...this.#reactions.keys()]))
      this.#readClient(client, fresh);
  }

  #readClient(client: number, fresh: boolean): void {
    const room = this.#room;
    if (client === room?.client) return;
    const { chat, reaction } = this.#isMuted(client) ? {} : (room?.awareness.getStates().get(client) ?? {});
    const cursor = this.#stage.cursor(client);
    const text = this.#showsChat ? sayingOf((chat as { text?: unknown } | null | undefined)?.text) : '';
    showSaying(cursor, text);
    this.#readOutLater(client, text);
    const { emoji, number } = (reaction ?? {}) as Record<string, unknown>;
    if (number === this.#reactions.get(client)) return;
    if (Number.isSafeInteger(number)) this.#reactions.set(client, number as number);
    else this.#reactions.delete(client);
    const rises = fresh && this.#showsReactions && this.#reactions.has(client);
    if (cursor && rises && isEmoji(emoji)) rise(cursor, emoji, this.#riseMs, this.#signal);
  }

  #isMuted(client: number): boolean {
    const { muted } = viewSettings();
    return muted.length > 0 && !!this.#room && muted.includes(memberOf(this.#room, client)?.user.id ?? '');
  }

  /** Reads a saying out when its writer has paused. */
  #readOutLater(client: number, text: string): void {
    const before = this.#sayings.get(client);
    if ((before?.text ?? '') === text) return;
    clearTimeout(before?.timer);
    if (text) this.#sayings.set(client, { text, timer: setTimeout(() => this.#readOut(client, text), PAUSE_MS) });
    else this.#sayings.delete(client);
  }

  #readOut(client: number, text: string): void {
    const member = this.#room && memberOf(this.#room, client);
    const level = announcing(this.announce);
    if (!member || level === 'none') return;
    if (level === 'all') this.#say(member.label + viewerSpeech(this.#stage.host).say('colon') + text);
    else {
      this.#uncounted++;
      this.#count.schedule();
    }
  }

  get announce(): unknown {
    return this.#stage.host.announce;
  }

  requestUpdate(): void {
    this.#say(this.#count.sentence);
  }

  #countSayings(counts: boolean): string {
    const n = this.#uncounted;
    this.#uncounted = 0;
    return counts && n > 0 ? viewerSpeech(this.#stage.host).say('saidCount', { n }) : '';
  }

  #say(line: string): void {
    this.#spoken.append(Object.assign(document.createElement('p'), { textContent: line }));
    while (this.#spoken.childElementCount > MOST_LINES) this.#spoken.firstElementChild?.remove();
  }
}

/** Lets an emoji rise for `ms`, or until the signal aborts, and then calls `onEnd`. */
export function rise(at: HTMLElement, emoji: string, ms: number, signal: AbortSignal, onEnd?: () => void): void {
  if (at.querySelectorAll('[part=reaction]').length >= MOST_RISING) return;
  const element = Object.assign(document.createElement('span'), { textContent: emoji });
  element.part.add('reaction');
  at.append(element);
  after(ms, signal, () => {
    element.remove();
    onEnd?.();
  });
}

function showSaying(cursor: HTMLElement | undefined, text: string): void {
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
