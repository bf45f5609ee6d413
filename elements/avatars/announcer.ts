/**
 * Turns arrivals and departures into short sentences for a polite live region: at most one every 5 s, whatever
 * happened in between put together; who left and came back meanwhile is not mentioned. It never speaks of oneself or
 * of who was here first.
 */
import type { Member } from '../../src/index.js';
import { words } from '../shared/words.js';

export const ANNOUNCE_EVERY_MS = 5000;
/** A first wait, so that people who come together are told of together. */
const GATHER_MS = 500;
const NAMED = 3;

export class Announcer {
  readonly #say: (sentence: string) => void;
  /** Everyone as last spoken of, and as they are now. */
  #told: ReadonlyMap<string, string> | undefined;
  #now: ReadonlyMap<string, string> = new Map();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #spokeAt = Number.NEGATIVE_INFINITY;

  constructor(say: (sentence: string) => void) {
    this.#say = say;
  }

  /** Takes note of the roster; the first one is not spoken of. */
  note(members: readonly Member[]): void {
    this.#now = new Map(members.filter(({ self }) => !self).map(({ user }) => [user.id, user.name]));
    this.#told ??= this.#now;
    const wait = this.#spokeAt + ANNOUNCE_EVERY_MS - performance.now();
    this.#timer ??= setTimeout(() => this.#speak(), Math.max(GATHER_MS, wait));
  }

  /** Forgets everything; the next roster is a first one again. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#told = undefined;
  }

  #speak(): void {
    const before = this.#told ?? this.#now;
    const now = this.#now;
    this.#timer = undefined;
    this.#told = now;
    const joined = [...now].filter(([id]) => !before.has(id)).map(([, name]) => name);
    const left = [...before].filter(([id]) => !now.has(id)).map(([, name]) => name);
    if (joined.length + left.length === 0) return;
    this.#spokeAt = performance.now();
    const sentences = [joined.length > 0 && words.joined(list(joined)), left.length > 0 && words.left(list(left))];
    this.#say(sentences.filter(Boolean).join(' '));
  }
}

function list(names: readonly string[]): string {
  if (names.length <= NAMED) return words.and(names);
  return words.and([...names.slice(0, NAMED - 1), words.others(names.length - NAMED + 1)]);
}
