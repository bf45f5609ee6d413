/** `<slate-carets>` and one's own caret: what the others hear of it, and what they never do. */
import { describe, expect, it } from 'vitest';
import { createRelativePositionFromTypeIndex as at, type Doc } from 'yjs';
import { type Ends, endsIn, heard, type Said } from '../../elements/carets/said.js';
import type { SlateCarets } from '../../elements/index.js';
import '../../elements/text/define.js';
import type { Room } from '../../src/index.js';
import { until } from '../support/wait.js';
import { caretOf, caretShown, middle, offsetAt, put, setUp } from './carets-page.js';
import { drawn, mountRoom, parts, town } from './support.js';
import { command, select, selection, shows, type } from './text-page.js';

const WORDS = 'One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen.';

/** What somebody hears of Alice’s caret; undefined: nothing. */
const heardBy = (bob: Room, alice: Room): Said | undefined => {
  const value = bob.awareness.getStates().get(alice.client)?.caret;
  return value ? heard(value, 'field') : undefined;
};

const untilHeard = (bob: Room, alice: Room, ends: Ends, text: string) =>
  until(
    () => {
      const said = heardBy(bob, alice);
      return said && JSON.stringify(endsIn(text, said)) === JSON.stringify(ends);
    },
    { what: `the caret to be at ${JSON.stringify(ends)}; it is ${JSON.stringify(heardBy(bob, alice))}` },
  );

describe('one’s own caret', () => {
  it('is told of while the field has the focus, with what is selected, and is null then', async () => {
    const { room, bob, field } = await setUp();
    field.value = WORDS;
    expect(heardBy(bob, room)).toBeUndefined();
    select(field, 8);
    await untilHeard(bob, room, { anchor: 8, head: 8 }, WORDS);
    select(field, 4, 18, 'backward');
    await untilHeard(bob, room, { anchor: 18, head: 4 }, WORDS);
    select(field, WORDS.length);
    await type(' And');
    await untilHeard(bob, room, { anchor: WORDS.length + 4, head: WORDS.length + 4 }, `${WORDS} And`);
    field.blur();
    await until(() => bob.awareness.getStates().get(room.client)?.caret === null);
  });

  it('in an element that can be edited counts its text', async () => {
    const { room, bob, field } = await setUp<HTMLElement>(
      '<div id="field" contenteditable>One <b>two</b> three<div>four five</div>six</div>',
    );
    field.focus();
    const five = field.querySelector('div')?.firstChild as Text;
    getSelection()?.setBaseAndExtent(five, 5, field.querySelector('b')?.firstChild as Text, 1);
    const flat = 'One two three\nfour fivesix';
    await untilHeard(bob, room, { anchor: flat.indexOf('five'), head: 5 }, flat);
    getSelection()?.collapse(field, field.childNodes.length);
    await untilHeard(bob, room, { anchor: flat.length, head: flat.length }, flat);
  });

  it('goes with the field and with the element', async () => {
    const { room, bob, field, carets, roomElement } = await setUp();
    field.value = WORDS;
    select(field, 8);
    await until(() => heardBy(bob, room));
    carets.remove();
    await until(() => !heardBy(bob, room));
    roomElement.append(carets);
    await until(() => heardBy(bob, room));
    field.remove();
    await until(() => !heardBy(bob, room));
  });

  it('is not told of twice, and not in place of another field’s', async () => {
    const { room, bob, field, roomElement } = await setUp();
    const other = document.createElement('input');
    other.id = 'other';
    const more = document.createElement('slate-carets');
    more.setAttribute('for', 'other');
    roomElement.append(other, more);
    await more.updateComplete;
    const name = () => (bob.awareness.getStates().get(room.client)?.caret as Said | null | undefined)?.in;
    select(field, 0);
    await until(() => name() === 'field');
    other.focus();
    await until(() => name() === 'other');
    other.blur();
    await until(() => bob.awareness.getStates().get(room.client)?.caret === null);
  });
});

describe('C3: nothing is told of what is private', () => {
  /** Everything that leaves about the caret while this happens. */
  async function told(markup: string, act: (field: HTMLInputElement) => Promise<unknown> | unknown) {
    const { room, field } = await setUp<HTMLInputElement>(markup);
    const said: unknown[] = [];
    room.awareness.on('change', () => said.push(room.awareness.getLocalState()?.caret ?? null));
    field.focus();
    await type('secret');
    await act(field);
    await drawn();
    return said.filter((value) => value !== null);
  }

  it.each([
    ['a password', '<input id="field" type="password">'],
    ['a card number', '<input id="field" autocomplete="section-a billing cc-number">'],
    ['a code', '<input id="field" autocomplete="one-time-code">'],
    ['a new password in clear', '<input id="field" autocomplete="new-password">'],
    ['dots in place of letters', '<input id="field" style="-webkit-text-security:disc">'],
    ['what is marked', '<textarea id="field" data-slate-private></textarea>'],
    ['what lies in something marked', '<div data-slate-private><textarea id="field"></textarea></div>'],
    ['something marked that can be edited', '<p id="field" contenteditable data-slate-private></p>'],
  ])('%s', async (_, markup) => {
    const find = markup.includes('<div data') ? `<section>${markup}</section>` : markup;
    expect(await told(find, () => undefined)).toEqual([]);
  });

  it('a password that is shown, before and after', async () => {
    const show = async (field: HTMLInputElement) => {
      field.type = 'text';
      field.focus();
      await type('more');
    };
    expect(await told('<input id="field" type="password">', show)).toEqual([]);
    expect(await told('<form><input id="field" type="password"></form>', show)).toEqual([]);
  });

  it('a field that becomes private while one writes in it', async () => {
    const { room, bob, field } = await setUp<HTMLInputElement>('<form><input id="field"></form>');
    select(field, 0);
    await type('public');
    await until(() => heardBy(bob, room));
    const form = field.parentElement as HTMLElement;
    form.toggleAttribute('data-slate-private', true);
    await until(() => !heardBy(bob, room));
    form.toggleAttribute('data-slate-private', false);
    await until(() => heardBy(bob, room));
    field.autocomplete = 'cc-csc';
    await until(() => !heardBy(bob, room));
  });

  it('a caret in something private within what can be edited', async () => {
    const { room, bob, field } = await setUp<HTMLElement>(
      '<div id="field" contenteditable>Public <b data-slate-private>secret</b> words</div>',
    );
    field.focus();
    getSelection()?.collapse(field.firstChild, 3);
    await until(() => heardBy(bob, room));
    getSelection()?.collapse(field.querySelector('b')?.firstChild as Text, 3);
    await until(() => !heardBy(bob, room));
  });
});

describe('the field is left alone', () => {
  it('value, selection and undo are one’s own while others move', async () => {
    const { carets, bob, field } = await setUp();
    let inputs = 0;
    field.addEventListener('input', () => inputs++);
    field.focus();
    await type('One two three');
    select(field, 4, 7, 'backward');
    const typed = inputs;
    for (const offset of [0, 5, 9]) {
      put(bob, field.value, offset, 2);
      await until(() => offsetAt(field, middle(caretOf(carets, bob) ?? field)) === offset);
    }
    expect([field.value, selection(field), inputs]).toEqual(['One two three', [4, 7, 'backward'], typed]);
    expect(document.activeElement).toBe(field);
    document.execCommand('undo');
    expect(field.value).toBe('');
    document.execCommand('redo');
    expect(field.value).toBe('One two three');
  });

  it('an input method is not disturbed, and what it composes is told of when it is done', async () => {
    const { room, carets, bob, field } = await setUp();
    field.value = '東京と';
    select(field, 3);
    await untilHeard(bob, room, { anchor: 3, head: 3 }, '東京と');
    await command('Input.imeSetComposition', { text: 'おおさか', selectionStart: 4, selectionEnd: 4 });
    expect(field.value).toBe('東京とおおさか');
    put(bob, field.value, 1);
    await caretShown(carets, bob);
    await drawn();
    expect(field.value).toBe('東京とおおさか');
    expect(heardBy(bob, room)?.head[0]).toBe(3);
    await command('Input.insertText', { text: '大阪' });
    expect(field.value).toBe('東京と大阪');
    await untilHeard(bob, room, { anchor: 5, head: 5 }, '東京と大阪');
  });
});

describe('C1: where <slate-text> shares the text', () => {
  async function shared() {
    const { hub, enter } = town();
    const { element, room: alice } = await mountRoom(
      hub,
      '<textarea id="field" style="width:400px;height:120px"></textarea><slate-text for="field"></slate-text>' +
        '<slate-carets for="field"></slate-carets>',
      'user-id="alice" user-name="Alice" history="live"',
    );
    const carets = element.querySelector('slate-carets') as SlateCarets;
    const field = element.querySelector('textarea') as HTMLTextAreaElement;
    await carets.updateComplete;
    const bob = await enter('Bob', { history: false });
    await until(() => alice.members.length === 2);
    return { alice, bob, carets, field, doc: bob.doc as Doc };
  }

  it('carets are those of editors, and move with the text', async () => {
    const { alice, bob, carets, field, doc } = await shared();
    const text = doc.getText('field');
    text.insert(0, WORDS);
    await shows(field, WORDS);
    const cursor = (anchor: number, head: number) =>
      bob.awareness.setLocalStateField('cursor', { anchor: at(text, anchor), head: at(text, head) });
    cursor(40, 40);
    expect(offsetAt(field, middle(await caretShown(carets, bob)))).toBe(40);
    const isAt = (offset: number) => {
      const found = () => offsetAt(field, middle(caretOf(carets, bob) ?? field));
      return until(() => found() === offset, { what: `the caret at ${offset}; it is at ${found()}` });
    };
    text.insert(0, 'Zero. ');
    await isAt(46);
    select(field, 0);
    await type('> ');
    await isAt(48);
    cursor(10, 48);
    await until(() => parts(carets, 'selection').length > 0);
    expect(alice.awareness.getLocalState()?.caret ?? null).toBeNull();
    expect(alice.awareness.getLocalState()?.cursor).toMatchObject({ anchor: {}, head: {} });
    // A caret in another text of the document is not in this field.
    const elsewhere = doc.getText('elsewhere');
    elsewhere.insert(0, 'abc');
    bob.awareness.setLocalStateField('cursor', { anchor: at(elsewhere, 1), head: at(elsewhere, 1) });
    await until(() => !caretOf(carets, bob));
  });
});
