/**
 * `<slate-text>`: a field and a text of a document are equal, whoever changes which of them.
 * Past 300 lines: a test for each thing that a page or its user may do to the field.
 */
import { describe, expect, it, onTestFinished } from 'vitest';
import { applyUpdate, Doc, encodeStateAsUpdate } from 'yjs';
import type { SlateText } from '../../elements/text/slate-text.js';
import { seeded } from '../support/random.js';
import { until } from '../support/wait.js';
import { expectAccessible, mount, mute, queuedTasks, town } from './support.js';
import { type Input, select, selection, share, shows, twoDocs, type } from './text-page.js';

describe('what somebody writes', () => {
  it('reaches the text at once, as the smallest change', async () => {
    const { field, text } = await share(undefined, 'Hello');
    const changes: unknown[] = [];
    text.observe(({ delta }) => changes.push(delta));
    select(field, 5);
    await type(' you');
    expect(text.toString()).toBe('Hello you');
    expect(changes).toHaveLength(4);
    expect(changes[0]).toEqual([{ retain: 5 }, { insert: ' ' }]);
  });

  it('is inserted where the caret is, among equal letters', async () => {
    const { field, text } = await share(undefined, 'aaa');
    const changes: unknown[] = [];
    text.observe(({ delta }) => changes.push(delta));
    select(field, 1);
    await type('a{Backspace}');
    expect(changes).toEqual([
      [{ retain: 1 }, { insert: 'a' }],
      [{ retain: 1 }, { delete: 1 }],
    ]);
  });

  it('has line ends as \\n, and emoji whole', async () => {
    const { field, text } = await share(undefined, '😀');
    select(field, 2);
    await type('{Enter}b');
    expect(text.toString()).toBe('😀\nb');
    field.value = '😁\nb';
    field.dispatchEvent(new InputEvent('input'));
    expect(text.toString()).toBe('😁\nb');
    field.value = '\ud83d\nb';
    field.dispatchEvent(new InputEvent('input'));
    expect([text.toString(), field.value]).toEqual(['\ufffd\nb', '\ufffd\nb']);
  });

  it('is shared where a script has set it, at the next event, and where the form is reset', async () => {
    const { field, text } = await share('<textarea id="notes"></textarea>', 'one');
    field.value = 'one, two';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    expect(text.toString()).toBe('one, two');
    const form = mount<HTMLFormElement>('<form></form>');
    form.append(field);
    field.defaultValue = 'as it was';
    form.reset();
    await until(() => text.toString() === 'as it was');
    const button = mount<HTMLButtonElement>('<button type="button">Template</button>');
    button.onclick = () => {
      field.value = 'Dear …';
    };
    button.click();
    await until(() => text.toString() === 'Dear …');
    field.value = 'Dear Ada';
    text.insert(0, '> '); // what others write comes together with it
    await shows(field, '> Dear Ada');
    expect(text.toString()).toBe('> Dear Ada');
  });

  it('stays within maxlength; what others write does not have to', async () => {
    const { field, text } = await share('<input id="notes" maxlength="3">', 'ab');
    select(field, 2);
    await type('cde');
    expect(text.toString()).toBe('abc');
    text.insert(3, 'def');
    await shows(field, 'abcdef');
    await type('x');
    expect(text.toString()).toBe('abcdef');
  });

  it.each(['readonly', 'disabled'])(
    'leaves no field that is %s, also where a script has done it',
    async (attribute) => {
      const { field, text } = await share(`<textarea id="notes" ${attribute}></textarea>`, 'abc');
      field.value = 'mine';
      field.dispatchEvent(new InputEvent('input'));
      expect([text.toString(), field.value]).toEqual(['abc', 'abc']);
      field.focus();
      await type('x{Control>}z{/Control}');
      text.insert(3, 'd');
      await shows(field, 'abcd');
      expect(text.toString()).toBe('abcd');
    },
  );
});

describe('what others write', () => {
  it('leaves caret, selection, its direction and the scroll position where they were', async () => {
    const lines = `${'a line of text\n'.repeat(200)}`;
    const { field, text } = await share('<textarea id="notes" rows="5"></textarea>', lines);
    select(field, 1500, 1510, 'backward');
    field.scrollTop = 700;
    text.insert(0, 'xx');
    text.delete(100, 3);
    text.insert(1505, 'between');
    text.insert(2900, 'behind');
    await shows(field, text.toString());
    expect(selection(field)).toEqual([1499, 1516, 'backward']);
    expect(field.scrollTop).toBe(700);
    expect(document.activeElement).toBe(field);
  });

  it('comes behind a caret at the same place, and does not move into a selection', async () => {
    const { field, text } = await share(undefined, 'abcdef');
    select(field, 3);
    text.insert(3, 'X');
    await shows(field, 'abcXdef');
    expect(selection(field)).toEqual([3]);
    text.delete(1, 4);
    await shows(field, 'aef');
    expect(selection(field)).toEqual([1]);
  });

  it('does not take the focus, nor anything from a field that does not have it', async () => {
    const { field, text } = await share(undefined, 'abc');
    const elsewhere = mount<HTMLInputElement>('<input value="elsewhere">');
    select(field, 2);
    select(elsewhere, 4);
    text.insert(0, '123');
    await shows(field, '123abc');
    expect(document.activeElement).toBe(elsewhere);
    expect([selection(elsewhere), selection(field)]).toEqual([[4], [5]]);
  });

  it('is told to the page as an input event that nobody has typed', async () => {
    const { field, text, own } = await share(undefined, 'abc');
    const told: unknown[] = [];
    field.parentElement?.addEventListener('input', ({ isTrusted }) => told.push([field.value, isTrusted, own.length]));
    text.insert(3, 'd');
    await shows(field, 'abcd');
    expect(told).toEqual([['abcd', false, 4]]);
    expect(text.toString()).toBe('abcd');
  });

  it('is at most one change of the field in a frame, however much arrives', async () => {
    const { field, text } = await share();
    let changes = 0;
    field.addEventListener('input', () => changes++);
    for (let i = 0; i < 10; i++) text.insert(i, String(i));
    await shows(field, '0123456789');
    expect(changes).toBe(1);
  });

  it('stays text, whatever it holds: markup, controls, directions, what is no text', async () => {
    const { field, text } = await share(undefined, 'a');
    const hostile = '<img src=x onerror=alert(1)>\0\u0007\u202e\u2066\u200f\ufeff\u2028';
    text.insert(1, `${hostile}\r\nb\rc`);
    await shows(field, `a${hostile}\nb\nc`);
    text.insertEmbed(1, { image: 'x' });
    await shows(field, `a\ufffc${hostile}\nb\nc`);
    select(field, field.value.length);
    await type('d{Home}e');
    expect(text.toString()).toBe(`a${hostile}\r\nb\recd`);
  });

  it('has its line ends in a field of one line, which does not show them', async () => {
    const { field, text } = await share<HTMLInputElement>('<input id="notes">', 'one\ntwo\r\n\nthree');
    expect(field.value).toBe('onetwothree');
    select(field, 6);
    await type('!');
    expect(text.toString()).toBe('one\ntwo!\r\n\nthree');
    select(field, 7);
    await type('{Delete}');
    expect(text.toString()).toBe('one\ntwo!hree');
  });
});

it.each([1, 2, 3])('value and text are equal after any edits of both (seed %i)', async (start) => {
  const random = seeded(start);
  const below = (limit: number) => Math.floor(random() * limit);
  const { field, text, own } = await share();
  const second = mount<HTMLTextAreaElement>('<textarea id="second"></textarea>');
  const element = mount<SlateText>('<slate-text for="second" name="notes"></slate-text>');
  element.doc = own.doc;
  await element.updateComplete;
  const pieces = ['a', 'aa', 'b\n', '😀', 'e\u0301', '\r\n', '👩‍👩‍👧', 'שלום', ' '];
  const piece = () => pieces[below(pieces.length)] ?? '';
  const caretAt = (value: string) => below(value.length + 1);
  for (let i = 0; i < 400; i++) {
    const edited = [field, second][below(2)] ?? field;
    if (random() < 0.5) {
      select(edited, caretAt(edited.value), edited.value.length);
      const from = edited.selectionStart ?? 0;
      edited.setRangeText(piece(), from, Math.min(edited.value.length, from + below(3)), 'end');
      if (random() < 0.7) edited.dispatchEvent(new InputEvent('input', { bubbles: true }));
    } else if (text.length > 0 && random() < 0.4) {
      const from = below(text.length);
      text.delete(from, Math.min(text.length - from, 1 + below(4)));
    } else text.insert(below(text.length + 1), piece());
    if (random() < 0.1) await queuedTasks();
  }
  for (const each of [field, second]) each.dispatchEvent(new FocusEvent('blur'));
  const wanted = () => text.toString().replace(/\r\n?/g, '\n');
  await until(() => field.value === wanted() && second.value === wanted(), { what: 'all to be equal' });
  expect(own.toString()).toBe(text.toString());
});

describe('life', () => {
  it('finds a field that appears later, and ends with it, and with its own end', async () => {
    const { doc, other } = twoDocs();
    const text = other.getText('late');
    text.insert(0, 'there');
    const element = mount<SlateText>('<slate-text for="late"></slate-text>');
    element.doc = doc;
    await element.updateComplete;
    const field = mount<HTMLTextAreaElement>('<textarea id="late"></textarea>');
    await shows(field, 'there');
    field.remove();
    await queuedTasks();
    text.insert(0, 'not ');
    await queuedTasks();
    expect(field.value).toBe('there');
    const next = mount<HTMLTextAreaElement>('<textarea></textarea>');
    next.id = 'late';
    await shows(next, 'not there');
    element.remove();
    text.delete(0, 4);
    next.value = 'mine';
    next.dispatchEvent(new InputEvent('input'));
    expect(text.toString()).toBe('there');
    document.body.append(element);
    onTestFinished(() => element.remove());
    await shows(next, 'there');
  });

  it('takes the document of its room, and warns of none while it has one of its own', async () => {
    const { enter } = town();
    const { doc, other } = twoDocs();
    other.getText('notes').insert(0, 'in the room');
    const room = await enter('Ada', { doc });
    const field = mount<HTMLTextAreaElement>('<textarea id="notes"></textarea>');
    const element = mount<SlateText>('<slate-text for="notes"></slate-text>');
    element.room = room;
    await shows(field, 'in the room');
    const warn = mute();
    const bare = await enter('Bob');
    const errors: string[] = [];
    element.addEventListener('slate-error', ({ error }) => errors.push(error.message));
    element.room = bare;
    await until(() => errors.length > 0);
    expect(errors).toEqual(['The option "doc" is missing: the room has no document.']);
    expect(warn).toHaveBeenCalledOnce();
  });

  it('seeds a text once, whoever begins at the same time, and never again', async () => {
    const { doc, other } = twoDocs();
    const apart = new Doc();
    const markup = '<textarea id="notes">Dear all</textarea>';
    const open = async (from: Doc) => {
      const frame = mount(`<div>${markup}<slate-text for="notes" seed></slate-text></div>`);
      const element = frame.querySelector('slate-text') as SlateText;
      element.doc = from;
      await element.updateComplete;
      return frame;
    };
    const first = await open(apart);
    first.remove();
    const frame = await open(doc);
    applyUpdate(doc, encodeStateAsUpdate(apart));
    expect(other.getText('notes').toString()).toBe('Dear all');
    other.getText('notes').delete(0, 8);
    frame.remove();
    const again = await open(doc);
    expect([other.getText('notes').toString(), again.querySelector('textarea')?.value]).toEqual(['', '']);
  });

  it('seeds only once it is known that nobody has written; what was typed until then stays', async () => {
    const { enter } = town();
    for (const content of ['', 'There already.']) {
      const { doc, other } = twoDocs();
      const room = await enter(`Ada${content.length}`, { doc });
      const listeners: (() => void)[] = [];
      const status = { synced: false };
      // The room's documents, in a state that the test decides on.
      Object.defineProperties(room.documents, {
        status: { get: () => status },
        on: { value: (_: string, fn: () => void) => listeners.push(fn) && (() => undefined) },
      });
      const field = mount<HTMLTextAreaElement>('<textarea id="notes">Draft.</textarea>');
      const element = mount<SlateText>('<slate-text for="notes" seed></slate-text>');
      element.room = room;
      await element.updateComplete;
      select(field, 6);
      await type(' Mine.');
      expect([field.value, doc.getText('notes').length]).toEqual(['Draft. Mine.', 0]);
      if (content) other.getText('notes').insert(0, content);
      status.synced = true;
      for (const listener of listeners) listener();
      await shows(field, `${content || 'Draft.'} Mine.`);
      expect(other.getText('notes').toString()).toBe(field.value);
      field.parentElement?.remove();
      element.remove();
    }
  });

  it('finds a field in its own shadow root, and keeps the caret there', async () => {
    const { doc, other } = twoDocs();
    const host = mount('<div></div>');
    const root = host.attachShadow({ mode: 'open' });
    root.innerHTML = '<textarea id="notes"></textarea><slate-text for="notes"></slate-text>';
    const [field, element] = [root.querySelector('textarea'), root.querySelector('slate-text')];
    if (!field || !element) throw new Error('not there');
    element.doc = doc;
    await element.updateComplete;
    field.focus();
    await type('abc');
    select(field, 1, 2, 'backward');
    other.getText('notes').insert(0, '12');
    await shows(field, '12abc');
    expect(selection(field)).toEqual([3, 4, 'backward']);
  });

  it('without `seed`, what the page wrote into the field gives way to the text', async () => {
    const { field, text } = await share('<textarea id="notes">Draft</textarea>');
    expect([field.value, text.toString()]).toEqual(['', '']);
  });

  it.each([
    ['<input id="notes" type="password">', 'is private'],
    ['<input id="notes" autocomplete="cc-number">', 'is private'],
    ['<textarea id="notes" data-slate-private></textarea>', 'is private'],
    ['<div data-slate-private><input id="notes"></div>', 'is private'],
    ['<input id="notes" type="number">', 'is no field of plain text'],
    ['<p id="notes">', 'is no field of plain text'],
  ])('refuses %s', async (markup, reason) => {
    const warn = mute();
    const { doc } = twoDocs();
    const root = mount(markup);
    const errors: string[] = [];
    const element = document.createElement('slate-text');
    element.addEventListener('slate-error', ({ error }) => errors.push(error.message));
    Object.assign(element, { for: 'notes', doc });
    root.after(element);
    await element.updateComplete;
    mount('<p>a change of the page</p>');
    await queuedTasks();
    expect(errors).toEqual([expect.stringContaining(reason)]);
    expect(warn).toHaveBeenCalledOnce();
    const field = document.getElementById('notes') as Input;
    field.value = '1234';
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    expect(doc.getText('notes').toString()).toBe('');
  });

  it('ends at once where a field becomes private, and goes on when it is not', async () => {
    const warn = mute();
    const { field, text } = await share<HTMLInputElement>('<input id="notes">', 'public');
    field.toggleAttribute('data-slate-private', true);
    field.value = 'secret';
    field.dispatchEvent(new InputEvent('input'));
    await queuedTasks();
    field.dispatchEvent(new InputEvent('input'));
    expect(text.toString()).toBe('public');
    expect(warn).toHaveBeenCalledOnce();
    field.toggleAttribute('data-slate-private', false);
    await shows(field, 'public');
  });

  it('C3: a password that is shown is one still', async () => {
    mute();
    const { field, text } = await share<HTMLInputElement>('<input id="notes">', 'public');
    field.type = 'password';
    field.value = 'secret';
    field.type = 'text';
    field.dispatchEvent(new InputEvent('input'));
    await queuedTasks();
    field.dispatchEvent(new InputEvent('input'));
    expect([field.value, text.toString()]).toEqual(['secret', 'public']);
  });

  it('one field is shared once, by the first of two elements', async () => {
    mute();
    const { field, text, element, doc } = await share();
    const second = mount<SlateText>('<slate-text for="notes"></slate-text>');
    second.doc = doc;
    await second.updateComplete;
    field.focus();
    await type('a');
    expect(text.toString()).toBe('a');
    element.remove();
    await queuedTasks();
    await type('b');
    expect(text.toString()).toBe('ab');
  });

  it('adds nothing to what screen readers find', async () => {
    const { element } = await share('<label>Notes <textarea id="notes"></textarea></label>');
    expect(getComputedStyle(element).display).toBe('none');
    expect(element.childNodes).toHaveLength(0);
    await expectAccessible(document.getElementById('notes')?.parentElement ?? document.body);
  });
});
