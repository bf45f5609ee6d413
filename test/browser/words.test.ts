/** The words on the page: replaced for all elements at once, and in the language of the place where an element is. */
import { describe, expect, it, onTestFinished } from 'vitest';
import '../../elements/feed/define.js';
import '../../elements/build/define.js';
import '../../elements/log/define.js';
import type { SlateAvatars, SlateCursors, SlateStatus } from '../../elements/index.js';
import { pageViewer } from '../../elements/viewer/load.js';
import ar from '../../elements/words/ar.js';
import de from '../../elements/words/de.js';
import fr from '../../elements/words/fr.js';
import { type Language, type SomeWords, setWords } from '../../elements/words/index.js';
import { MemoryHub } from '../../src/testing.js';
import { until } from '../support/wait.js';
import { mount, mountRoom, mute, part, parts, text, town } from './support.js';

/** Sets a language until the test is over. */
function speak(...languages: Language[]): void {
  for (const language of languages) setWords(language);
  onTestFinished(() => {
    for (const { lang, ...words } of languages)
      setWords({ ...(Object.fromEntries(Object.keys(words).map((name) => [name, undefined])) as SomeWords), lang });
  });
}

/** The `lang` of the page until the test is over. */
function pageIn(lang: string): void {
  const before = document.documentElement.lang;
  document.documentElement.lang = lang;
  onTestFinished(() => {
    document.documentElement.lang = before;
  });
}

describe('words', () => {
  it('of every element change at once, with one call', async () => {
    pageIn('de');
    const { element } = await mountRoom(
      new MemoryHub(),
      '<slate-status></slate-status><slate-avatars></slate-avatars>',
    );
    const [feed, build, log] = ['feed', 'build', 'log'].map((name) => mount(`<slate-${name}></slate-${name}>`));
    const status = element.querySelector('slate-status') as SlateStatus;
    const avatars = element.querySelector('slate-avatars') as SlateAvatars;
    await until(() => text(status.shadowRoot).includes('Connected'));
    const said = () => [
      text(parts(status, 'text')[0]),
      parts(avatars, 'avatar')[0]?.ariaLabel,
      text(feed?.shadowRoot?.querySelector('p')),
      text(parts(build as Element, 'state')[0]),
      text(parts(log as Element, 'copy')[0]),
    ];
    const english = said();
    expect(english).toEqual(['Connected', 'Alice (you), active', 'Nothing new yet.', 'No build yet', 'Copy all']);
    speak(de);
    await until(() => text(parts(log as Element, 'copy')[0]) === 'Alles kopieren');
    expect(said()).toEqual([
      'Verbunden',
      'Alice (Sie), aktiv',
      'Noch nichts Neues.',
      'Noch kein Build',
      'Alles kopieren',
    ]);
    setWords({ lang: 'de', 'log.copy': undefined });
    await until(() => text(parts(log as Element, 'copy')[0]) === 'Copy all');
  });

  it('follow the nearest lang, across shadow roots, when it changes and when the element moves', async () => {
    speak(de, fr);
    pageIn('en');
    const frame = mount('<section lang="fr"><div></div></section>');
    const inner = document.createElement('div');
    (frame.firstElementChild as Element).attachShadow({ mode: 'open' }).append(inner);
    const log = document.createElement('slate-log');
    inner.append(log);
    const shows = (words: string) => until(() => text(parts(log, 'copy')[0]) === words, { what: words });
    await shows('Tout copier');
    frame.lang = 'de-AT';
    await shows('Alles kopieren');
    inner.lang = 'fr';
    await shows('Tout copier');
    document.body.append(log);
    onTestFinished(() => log.remove());
    await shows('Copy all');
    document.documentElement.lang = 'de';
    await shows('Alles kopieren');
  });

  it('of menus, of the bar, of the chat and at pointers change while they are shown', async () => {
    pageIn('en');
    const { hub, enter } = town();
    const bob = await enter('Bob');
    const { element, room } = await mountRoom(
      hub,
      '<slate-avatars></slate-avatars><slate-cursors chat></slate-cursors>',
    );
    const cursors = element.querySelector('slate-cursors') as SlateCursors;
    await until(() => room.members.length === 2);
    const box = mount('<div id="spot" style="width:200px;height:200px"></div>');
    bob.pointer.move({ x: 0.5, y: 0.5, anchor: '#spot' });
    bob.awareness.setLocalStateField('slate', { gather: 1 });
    await until(() => text(parts(cursors, 'bar')[0]).includes('asks everyone'));
    await cursors.openMenu(box);
    await until(() => text(parts(cursors, 'menu')[0]).includes('Hide names'));
    speak(fr);
    document.documentElement.lang = 'fr';
    await until(() => text(parts(cursors, 'menu')[0]).includes('Masquer les noms'));
    await until(() => text(parts(cursors, 'bar')[0]).includes('Bob invite tout le monde'));
    cursors.openChat();
    const placeholder = () => parts(cursors, 'bubble')[0]?.querySelector('input')?.placeholder;
    await until(() => placeholder() === 'Dire quelque chose');
    document.documentElement.lang = 'en';
    await until(() => placeholder() === 'Say something');
    await until(() => pageViewer.current);
  });

  it('in Arabic stand from right to left, whatever the names are', async () => {
    speak(ar);
    const { hub, enter } = town();
    const frame = mount('<div lang="ar" dir="rtl"></div>');
    const bob = await enter('Bob!');
    const { element } = await mountRoom(hub, '<slate-avatars></slate-avatars>', 'user-id="a" user-name="Ada"', frame);
    const avatars = element.querySelector('slate-avatars') as SlateAvatars;
    await until(() => parts(avatars, 'avatar').length === 2);
    expect(parts(avatars, 'avatar')[0]?.ariaLabel).toContain('(أنت)، نشط');
    await bob.leave();
    const spoken = () => text(avatars.shadowRoot?.querySelector('.spoken'));
    await until(() => spoken() !== '');
    expect(spoken()).toBe('غادر \u2068Bob!\u2069.');
  });

  it('never are the message of an error', async () => {
    const warn = mute();
    const element = mount('<slate-room project="p"><slate-status></slate-status></slate-room>');
    const status = element.querySelector('slate-status') as SlateStatus;
    const reason = await part(status, 'reason');
    expect(text(reason)).toBe(': this page is not set up correctly');
    expect(String(warn.mock.calls)).toContain('"server" is missing');
  });
});
