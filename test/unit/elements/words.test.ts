/** The words of the elements: how a page replaces them, how they are filled in, and that no language lacks one. */
import { afterEach, describe, expect, it } from 'vitest';
import { buildWords, feedWords, logWords, roomWords } from '../../../elements/shared/english.js';
import { fieldWords } from '../../../elements/shared/field-words.js';
import { lessons, Speech, type Word } from '../../../elements/shared/speech.js';
import { troubleOf } from '../../../elements/shared/trouble.js';
import { viewerWords } from '../../../elements/shared/viewer-words.js';
import ar from '../../../elements/words/ar.js';
import de from '../../../elements/words/de.js';
import es from '../../../elements/words/es.js';
import fr from '../../../elements/words/fr.js';
import { type SomeWords, setWords } from '../../../elements/words/index.js';
import ja from '../../../elements/words/ja.js';
import * as errors from '../../../src/errors.js';
import { untyped } from '../../support/untyped.js';

const english = { ...roomWords, ...viewerWords, ...fieldWords, ...feedWords, ...buildWords, ...logWords };
type Name = keyof typeof english;
const names = Object.keys(english) as Name[];
/** A place in a page with this `lang`; '' has none. */
const placeIn = (lang: string) =>
  untyped<Element>({ closest: () => lang && { getAttribute: () => lang }, getRootNode: () => ({}) });
const speechIn = (lang: string) => new Speech<Name>(placeIn(lang), english);

/** Takes every replacement back. */
const forget = (lang?: string) =>
  setWords({ ...(Object.fromEntries(names.map((name) => [name, undefined])) as SomeWords), lang });
afterEach(() => {
  for (const lang of [undefined, 'ar', 'de', 'en', 'es', 'fr', 'ja', 'pt']) forget(lang);
});

describe('setWords', () => {
  it('replaces one word in every language, until it is taken back', () => {
    setWords(de);
    setWords({ stop: 'Enough' });
    expect(speechIn('en').say('stop')).toBe('Enough');
    expect(speechIn('de').say('stop')).toBe('Enough');
    setWords({ stop: undefined });
    expect(speechIn('en').say('stop')).toBe('Stop');
    expect(speechIn('de').say('stop')).toBe('Beenden');
  });

  it('replaces some words of a language, and the others stay', () => {
    setWords(de);
    setWords({ lang: 'de', self: '{name} (ich)' });
    expect(speechIn('de').say('self', { name: 'Ada' })).toBe('Ada (ich)');
    expect(speechIn('de').say('stop')).toBe('Beenden');
    expect(speechIn('en').say('self', { name: 'Ada' })).toBe('Ada (you)');
  });

  it('is for the language around the element; outside of any, the last one set', () => {
    expect(speechIn('').lang).toBe('en');
    setWords(fr);
    setWords(de);
    expect(['de', 'de-AT', 'DE-at', 'fr-CA', 'en', 'en-GB', 'pt', ''].map((lang) => speechIn(lang).lang)).toEqual([
      'de',
      'de',
      'de',
      'fr',
      'en',
      'en',
      'en',
      'de',
    ]);
    setWords(fr);
    expect(speechIn('').say('stop')).toBe('Arrêter');
  });

  it('shows English for what a language has not', () => {
    setWords({ lang: 'pt', stop: 'Parar' });
    expect(speechIn('pt-BR').say('stop')).toBe('Parar');
    expect(speechIn('pt-BR').say('come')).toBe('Come along');
  });

  it('tells those who watch', () => {
    let calls = 0;
    const watcher = () => calls++;
    lessons.watchers.set(watcher, placeIn(''));
    setWords({ stop: 'Halt' });
    lessons.watchers.delete(watcher);
    setWords({ stop: 'Stop' });
    expect(calls).toBe(1);
  });

  it.each([
    [{ stop: 7 }, 'words.stop'],
    [{ stop: null }, 'words.stop'],
    [{ more: { one: 'one' } }, 'words.more'],
    [{ more: { few: () => '', other: '' } }, 'words.more'],
    [{ lang: 'no tag', stop: 'Halt' }, 'words.lang'],
    [{ lang: '', stop: 'Halt' }, 'words.lang'],
  ])('refuses %o, and changes nothing', (bad, option) => {
    expect(() => setWords(untyped(bad))).toThrow(expect.objectContaining({ name: 'OptionError', option }));
    expect(speechIn('').say('stop')).toBe('Stop');
  });
});

describe('a word', () => {
  it('has the plural form of its number, by the rules of the language', () => {
    setWords(ar);
    const windows = (n: number) => speechIn('ar').say('windows', { n });
    const forms = [1, 2, 3, 11, 100].map((n) => windows(n).replace(/^\S*[0-9\u0660-\u0669]\S* /, ''));
    expect(forms).toEqual(['نافذة واحدة', 'نافذتان', 'نوافذ', 'نافذة', 'نافذة']);
    expect([1, 2].map((n) => speechIn('en').say('log.lines', { n }))).toEqual(['1 line', '2 lines']);
    expect(speechIn('en').say('log.lines', { n: 12_345 })).toBe('12,345 lines');
  });

  it('keeps a name from turning the sentence around it, and adds nothing where no name could', () => {
    setWords(ar);
    expect(speechIn('en').say('goTo', { name: 'Ada' })).toBe('Go to Ada');
    expect(speechIn('en').say('goTo', { name: 'דנה' })).toBe('Go to \u2068דנה\u2069');
    expect(speechIn('ar').say('goTo', { name: 'Ada!' })).toContain('\u2068Ada!\u2069');
  });

  it('lists names as the language does, and takes what they hold for text', () => {
    setWords(de);
    setWords(ja);
    expect(speechIn('de').list(['Ada', 'Bob', 'Cleo'])).toBe('Ada, Bob und Cleo');
    expect(speechIn('ja').list(['Ada', 'Bob'])).toBe('Ada、Bob');
    expect(speechIn('en').say('goTo', { name: '{name} $& $1' })).toBe('Go to {name} $& $1');
  });
});

describe('an error', () => {
  it('of any class is a word for people, and never its message', () => {
    const speech = new Speech(placeIn(''), roomWords);
    const classes = Object.values(errors).filter((value) => value.prototype instanceof errors.SlateError);
    expect(classes.length).toBeGreaterThan(20);
    const known = Object.values(roomWords) as unknown[];
    for (const { name } of [...classes, { name: 'constructor' }, { name: 'OfThePage' }]) {
      const error = Object.assign(new errors.SlateError('Check the WebSocket listener.'), { name });
      const said = troubleOf(error, speech);
      expect(known, name).toContain(said);
    }
    const odd = Object.assign(new errors.SlateError('secret'), { problem: 'toString' });
    expect(troubleOf(odd, speech)).toBe('something went wrong');
  });

  it('of a lost server says that it is being tried again, in every language', () => {
    for (const language of [de, fr, es, ja, ar]) setWords(language);
    const lost = new errors.ServerUnreachableError(['wss://x']);
    const said = ['en', 'de', 'fr', 'es', 'ja', 'ar'].map((lang) =>
      troubleOf(lost, new Speech(placeIn(lang), roomWords)),
    );
    const again = ['trying again', 'neuer Versuch', 'nouvelle tentative', 'reintentando', '再試行', 'إعادة المحاولة'];
    for (const [index, part] of again.entries()) expect(said[index]).toContain(part);
  });
});

describe.each(Object.entries({ ar, de, es, fr, ja }))('%s', (lang, language) => {
  const textsOf = (word: Word) => (typeof word === 'string' ? [word] : Object.values(word));
  const holes = (word: Word) => new Set(textsOf(word).flatMap((text) => text.match(/\{\w+\}/g) ?? []));

  it('has exactly the words that English has, none of them empty', () => {
    expect(language.lang).toBe(lang);
    expect(Object.keys(language).sort()).toEqual(['lang', ...names].sort());
    for (const name of names) for (const text of textsOf(language[name])) expect(text.trim(), name).not.toBe('');
  });

  it('fills in what English fills in; only a number may be left out', () => {
    for (const name of names) {
      const [ours, theirs] = [holes(english[name]), holes(language[name])];
      expect(
        [...theirs].filter((hole) => !ours.has(hole)),
        name,
      ).toEqual([]);
      expect(
        [...ours].filter((hole) => !theirs.has(hole) && hole !== '{n}'),
        name,
      ).toEqual([]);
      const { other = '' } = typeof language[name] === 'string' ? {} : language[name];
      if (other && ours.has('{n}')) expect(other, name).toContain('{n}');
    }
  });

  it('has only plural forms that the language has', () => {
    const { pluralCategories } = new Intl.PluralRules(lang).resolvedOptions();
    const used = names.flatMap((name) => (typeof language[name] === 'string' ? [] : Object.keys(language[name])));
    expect(used.length).toBeGreaterThan(5);
    expect([...new Set(used)].filter((form) => !pluralCategories.includes(form as Intl.LDMLPluralRule))).toEqual([]);
  });
});
