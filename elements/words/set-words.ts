/**
 * Replaces the words of all elements with one call. Each element speaks the language of the nearest `lang` around it,
 * and is drawn anew when that or a word changes. There is one table of words for the page, because one person reads it.
 */
import { OptionError } from '../../src/index.js';
import type { WordName } from '../shared/english.js';
import { lessons, type Teacher, type Word } from '../shared/speech.js';

/** All words of one language; `lang` is its tag, such as `de` or `pt-BR`. */
export type Language = { readonly lang: string } & { readonly [name in WordName]: Word };
/** Words that replace others: in every language, or in that of `lang`. Undefined takes a replacement back. */
export type SomeWords = { readonly lang?: string | undefined } & { readonly [name in WordName]?: Word | undefined };

type Table = Readonly<Record<string, Word | undefined>>;

/** By the tag in lower case, the latest last; '' holds the words of every language. */
const tables = new Map<string, Table>();
let observer: MutationObserver | undefined;

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
  if (!lessons.teacher) {
    lessons.teacher = teacher;
    for (const host of lessons.watchers.values()) teacher.heed(host);
  }
  tell();
}

const teacher: Teacher = {
  /** That of the nearest `lang`, where it has words, else English; outside of any `lang` the one that was set last. */
  languageAt(host) {
    let tag = langAround(host).toLowerCase();
    if (!tag) return [...tables.keys()].findLast(Boolean) ?? 'en';
    while (tag && !tables.has(tag)) tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')));
    return tag || 'en';
  },

  word: (name, lang) => tables.get('')?.[name] ?? tables.get(lang)?.[name],

  /** Sees every change of a `lang` in the roots around this place. */
  heed(host) {
    if (typeof MutationObserver === 'undefined') return; // in Node there is no page to watch
    observer ??= new MutationObserver(tell);
    for (let root = host.getRootNode(); ; root = root.host.getRootNode()) {
      observer.observe(root, { attributeFilter: ['lang'], subtree: true });
      if (!(root instanceof ShadowRoot)) break;
    }
  },
};

function tell(): void {
  for (const watcher of [...lessons.watchers.keys()]) watcher();
}

function tagOf(lang: string | undefined): string {
  try {
    return lang === undefined ? '' : (Intl.getCanonicalLocales(lang)[0] ?? '').toLowerCase();
  } catch (cause) {
    throw new OptionError('words.lang', `is ${JSON.stringify(lang)}, which is no language tag`, { cause });
  }
}

/** The nearest `lang` around an element, across shadow roots; '' outside of any. */
function langAround(host: Element): string {
  for (let at: Element | undefined = host; at; at = (at.getRootNode() as Partial<ShadowRoot>).host) {
    const found: Element | null = at.closest('[lang]');
    if (found) return found.getAttribute('lang') ?? '';
  }
  return '';
}
