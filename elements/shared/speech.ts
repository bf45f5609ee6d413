/**
 * What an element says: its words with the values in them. It speaks English until the page calls `setWords`
 * (words/set-words.ts), which teaches it other words; a page that never does that does not load the code for it.
 */
import type { ReactiveControllerHost } from 'lit';
import { type RoomWord, roomWords, type WordName } from './english.js';

/** A text, or its plural forms by the number `{n}`: those that the language has, and always `other`. */
export type Word = string | ({ readonly other: string } & { readonly [form in Intl.LDMLPluralRule]?: string });
/** What is filled in for the braces of a word. Names are kept from turning the sentence around them. */
export type Values = Readonly<Record<string, string | number>>;

/** What `setWords` knows. */
export interface Teacher {
  /** The language that is spoken at this place of the page. */
  languageAt(host: Element): string;
  /** What replaces a word in that language; undefined where nothing does. */
  word(name: WordName, lang: string): Word | undefined;
  /** Somebody wants to know when the language changes at this place. */
  heed(host: Element): void;
}

/** The teacher, once there is one, and who is to be told when words change: functions with the place they are for. */
export const lessons = { teacher: undefined as Teacher | undefined, watchers: new Map<() => void, Element>() };

/** Letters that are written from right to left. */
const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** The words at one place of the page. */
export class Speech<Name extends WordName = RoomWord> {
  readonly #host: Element;
  readonly #english: Readonly<Record<Name, Word>>;

  /** `english` has the words that nobody has replaced. */
  constructor(host: Element, english: Readonly<Record<Name, Word>>) {
    this.#host = host;
    this.#english = english;
  }

  /** The tag of the language that is spoken here now. */
  get lang(): string {
    return lessons.teacher?.languageAt(this.#host) ?? 'en';
  }

  /** The word, with the values in it. `n` chooses the plural form. */
  say(name: Name, values: Values = {}): string {
    const { lang } = this;
    const word: Word = lessons.teacher?.word(name, lang) ?? this.#english[name];
    const plural = () => new Intl.PluralRules(lang).select(Number(values.n));
    const text = typeof word === 'string' ? word : (word[plural()] ?? word.other);
    return text.replace(/\{(\w+)\}/g, (_, key: string) => {
      const value = values[key] ?? '';
      if (typeof value === 'number') return value.toLocaleString(lang);
      return RTL.test(text + value) ? `\u2068${value}\u2069` : value;
    });
  }

  /** Names as a list: a, b, and c. */
  list(names: readonly string[]): string {
    return new Intl.ListFormat(this.lang).format(names);
  }
}

/** The words of rooms, as `host` has them. */
export const roomSpeech = (host: Element): Speech => new Speech(host, roomWords);

/** Calls `watcher` when the words at this place may have changed. Returns a function that ends this. */
export function watchWords(host: Element, watcher: () => void): () => void {
  lessons.watchers.set(watcher, host);
  lessons.teacher?.heed(host);
  return () => lessons.watchers.delete(watcher);
}

/** The words of an element that is drawn anew when they change, or when it moves to another place. */
export function ownSpeech<Name extends WordName>(
  host: Element & ReactiveControllerHost,
  english: Readonly<Record<Name, Word>>,
): Speech<Name> {
  const watcher = (): void => host.requestUpdate();
  host.addController({
    hostConnected() {
      watchWords(host, watcher);
      watcher();
    },
    hostDisconnected() {
      lessons.watchers.delete(watcher);
    },
  });
  return new Speech(host, english);
}
