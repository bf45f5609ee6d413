/**
 * Which words elements show and speak. A page replaces them for all elements with one call, {@link setWords}. There is
 * one table of words for the page, because one person reads it. Pure: where an element is, and what language is spoken
 * there, is in speech.ts.
 */
import { OptionError } from '../../src/index.js';
import type { BuildWord, FeedWord, LogWord, RoomWord } from './english.js';

/** The name of a word, as in `english.ts`. */
export type WordName = RoomWord | FeedWord | BuildWord | LogWord;
/** A text, or its plural forms by the number `{n}`: those that the language has, and always `other`. */
export type Word = string | ({ readonly other: string } & { readonly [form in Intl.LDMLPluralRule]?: string });
/** All words of one language; `lang` is its tag, such as `de` or `pt-BR`. */
export type Language = { readonly lang: string } & { readonly [name in WordName]: Word };
/** Words that replace others: in every language, or in that of `lang`. Undefined takes a replacement back. */
export type SomeWords = { readonly lang?: string | undefined } & { readonly [name in WordName]?: Word | undefined };
/** What is filled in for the braces of a word. Names are kept from turning the sentence around them. */
export type Values = Readonly<Record<string, string | number>>;

type Table = Readonly<Record<string, Word | undefined>>;

/** By the tag in lower case, the latest last; '' holds the words of every language. */
const tables = new Map<string, Table>();
/** Called after every change. */
export const wordWatchers = new Set<() => void>();

/** Letters that are written from right to left. */
const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * Replaces words of all elements, which are drawn anew at once: a whole language (`slate-collab/elements/words/de`), or
 * some words. With a `lang` they are for elements in that language, and for those outside of any `lang`; without one
 * they are for every language. Throws an `OptionError` for a `lang` that is no language tag, and for a word that is
 * neither a text nor plural forms with `other`.
 */
export function setWords({ lang, ...words }: SomeWords): void {
  for (const [name, word] of Object.entries(words as Table)) {
    const forms: readonly unknown[] = typeof word === 'object' && word ? [word.other, ...Object.values(word)] : [word];
    if (word !== undefined && !forms.every((form) => typeof form === 'string'))
      throw new OptionError(`words.${name}`, 'must be a text, or plural forms with `other`');
  }
  const tag = tagOf(lang);
  const all = Object.entries({ ...tables.get(tag), ...words }).filter(([, word]) => word !== undefined);
  tables.delete(tag);
  if (all.length > 0) tables.set(tag, Object.fromEntries(all));
  for (const watcher of [...wordWatchers]) watcher();
}

function tagOf(lang: string | undefined): string {
  try {
    return lang === undefined ? '' : (Intl.getCanonicalLocales(lang)[0] ?? '').toLowerCase();
  } catch (cause) {
    throw new OptionError('words.lang', `is ${JSON.stringify(lang)}, which is no language tag`, { cause });
  }
}

/** Words in the language of one place in the page. */
export class Speech<Name extends WordName = RoomWord> {
  readonly #around: () => string;
  readonly #english: Readonly<Record<Name, Word>>;

  /** `around` gives the `lang` of the place, '' outside of any; `english` has the words that nobody has replaced. */
  constructor(around: () => string, english: Readonly<Record<Name, Word>>) {
    this.#around = around;
    this.#english = english;
  }

  /**
   * The language it speaks now: that of the `lang` around it, where that has words, else English; outside of any `lang`
   * the one whose words were set last.
   */
  get lang(): string {
    let tag = this.#around().toLowerCase();
    if (!tag) return [...tables.keys()].findLast(Boolean) ?? 'en';
    while (tag && !tables.has(tag)) tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')));
    return tag || 'en';
  }

  /** The word, with the values in it. `n` chooses the plural form. */
  say(name: Name, values: Values = {}): string {
    const { lang } = this;
    const word: Word = tables.get('')?.[name] ?? tables.get(lang)?.[name] ?? this.#english[name];
    const plural = () => new Intl.PluralRules(lang).select(Number(values.n));
    const text = typeof word === 'string' ? word : (word[plural()] ?? word.other);
    return text.replace(/\{(\w+)\}/g, (_, key: string) => {
      const value = values[key] ?? '';
      if (typeof value === 'number') return new Intl.NumberFormat(lang).format(value);
      return RTL.test(text + value) ? `\u2068${value}\u2069` : value;
    });
  }

  /** Names as a list: a, b, and c. */
  list(names: readonly string[]): string {
    return new Intl.ListFormat(this.lang).format(names);
  }
}
