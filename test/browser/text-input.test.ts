/** `<slate-text>` and what a person does besides typing: undo, input methods, editable elements, carets, long texts. */
import { describe, expect, it, vi } from 'vitest';
import { createAbsolutePositionFromRelativePosition, createRelativePositionFromJSON, type Doc } from 'yjs';
import type { SlateText } from '../../elements/text/slate-text.js';
import { restoreTo } from '../../src/documents/restore.js';
import type { Room } from '../../src/index.js';
import { until } from '../support/wait.js';
import { mount, queuedTasks, town } from './support.js';
import { command, copyOf, select, selection, share, shows, twoDocs, type } from './text-page.js';

describe('undo', () => {
  it('takes back one’s own words one by one, and nothing of others', async () => {
    const { field, text } = await share(undefined, 'Dear ');
    select(field, 5);
    await type('Ada Love');
    text.insert(0, '> ');
    await shows(field, '> Dear Ada Love');
    await type('{Control>}z{/Control}');
    expect([field.value, text.toString()]).toEqual(['> Dear Ada ', '> Dear Ada ']);
    await type('{Control>}z{/Control}');
    expect(text.toString()).toBe('> Dear ');
    await type('{Control>}z{/Control}');
    expect(text.toString()).toBe('> Dear ');
    await type('{Control>}y{/Control}');
    expect([field.value, selection(field)]).toEqual(['> Dear Ada ', [11]]);
    await type('{Control>}{Shift>}z{/Shift}{/Control}');
    expect([field.value, selection(field)]).toEqual(['> Dear Ada Love', [15]]);
  });

  it('has what was deleted as a step of its own, and puts the caret there', async () => {
    const { field, text } = await share(undefined, 'one two three');
    select(field, 7);
    await type('{Backspace}{Backspace}{Backspace}!');
    expect(text.toString()).toBe('one ! three');
    select(field, 0);
    await type('{Control>}z{/Control}');
    expect(text.toString()).toBe('one  three');
    await type('{Control>}z{/Control}');
    expect([text.toString(), selection(field)]).toEqual(['one two three', [7]]);
  });

  it('counts time and place as an editor does', async () => {
    const { field, text } = await share();
    field.focus();
    await type('ab');
    select(field, 0);
    await type('c');
    await type('{Control>}z{/Control}');
    expect(text.toString()).toBe('ab');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1000 });
    select(field, 2);
    await type('d');
    vi.useRealTimers();
    await type('{Control>}z{/Control}');
    expect(text.toString()).toBe('ab');
    field.dispatchEvent(new InputEvent('beforeinput', { inputType: 'historyUndo', cancelable: true }));
    expect(text.toString()).toBe('');
    field.dispatchEvent(new InputEvent('beforeinput', { inputType: 'historyRedo', cancelable: true }));
    expect(field.value).toBe('ab');
  });

  it('Y15: takes back that this person restored a version, and what a script wrote not', async () => {
    const { field, text, own, doc } = await share(undefined, 'old');
    const version = copyOf(doc);
    select(field, 3);
    await type(' and new');
    own.insert(0, '# '); // a script of the page
    await shows(field, '# old and new');
    restoreTo(doc, version);
    await shows(field, 'old');
    select(field, 3);
    await type('er');
    expect(text.toString()).toBe('older');
    await type('{Control>}z{/Control}');
    expect(text.toString()).toBe('old');
    await type('{Control>}z{/Control}');
    expect([field.value, text.toString()]).toEqual(['# old and new', '# old and new']);
    await type('{Control>}y{/Control}');
    expect(text.toString()).toBe('old');
    await type('{Control>}z{/Control}');
    for (let step = 0; step < 3; step++) await type('{Control>}z{/Control}');
    expect(text.toString()).toBe('# old');
  });

  it('is told to the page as an input event, and a change of the value at the end as a change event', async () => {
    const { field, text } = await share(undefined, 'a');
    const told: string[] = [];
    for (const name of ['input', 'change']) field.addEventListener(name, () => told.push(`${name} ${field.value}`));
    select(field, 1);
    await type('b{Control>}z{/Control}c');
    text.insert(0, '1');
    await shows(field, '1ac');
    field.blur();
    expect(told).toEqual(['input ab', 'input a', 'input ac', 'input 1ac', 'change 1ac']);
    field.focus();
    await type('d');
    field.blur();
    field.focus();
    field.blur();
    expect(told.slice(5)).toEqual(['input 1acd', 'change 1acd']);
  });
});

describe('an input method', () => {
  it('composes undisturbed by what others write; both are there at its end', async () => {
    const { field, text } = await share(undefined, 'ab');
    select(field, 1);
    const compose = (word: string) =>
      command('Input.imeSetComposition', { text: word, selectionStart: word.length, selectionEnd: word.length });
    await compose('に');
    expect([field.value, text.toString()]).toEqual(['aにb', 'ab']);
    text.insert(0, '123');
    text.insert(5, '456');
    await compose('にほ');
    await queuedTasks();
    expect([field.value, text.toString()]).toEqual(['aにほb', '123ab456']);
    await command('Input.insertText', { text: '日本' });
    await until(() => text.toString() === '123a日本b456', { what: 'both' });
    await shows(field, '123a日本b456');
    expect(selection(field)).toEqual([6]);
  });

  it('keeps what others wrote into a selection that it replaces', async () => {
    const { field, text } = await share(undefined, 'abcdef');
    select(field, 1, 5);
    await command('Input.imeSetComposition', { text: 'に', selectionStart: 1, selectionEnd: 1 });
    text.insert(3, 'XY');
    text.delete(1, 1);
    await command('Input.insertText', { text: '日' });
    await until(() => field.value === text.toString() && text.toString().includes('日'));
    expect(text.toString()).toBe('a日XYf');
  });
});

describe.each(['plaintext-only', 'true'])('contenteditable="%s"', (kind) => {
  const markup = `<div id="notes" contenteditable="${kind}" style="font: 16px monospace"><b>old</b></div>`;
  const caretTo = (field: HTMLElement, offset: number, end = offset) => {
    field.focus();
    const at = field.firstChild as Text;
    getSelection()?.setBaseAndExtent(at, offset, at, end);
  };

  it('holds plain text with line ends, whatever is typed, pasted or formatted', async () => {
    const { field, text } = await share<HTMLDivElement>(markup, 'one');
    expect(field.innerHTML).toBe('one');
    caretTo(field, 3);
    await type('{Enter}');
    expect([text.toString(), field.innerHTML]).toEqual(['one\n', 'one\n<br>']);
    await type('two  x{Backspace}{Shift>}{Enter}{/Shift}{Enter}é{ArrowLeft}{Delete}');
    expect(text.toString()).toBe('one\ntwo  \n\n');
    await type('{Backspace}{Backspace}{Backspace}{Control>}{Backspace}{/Control}');
    expect(text.toString()).toBe('one\n');
    await type('{Control>}b{/Control}x');
    const data = new DataTransfer();
    data.setData('text/plain', 'pasted\r\ntext');
    data.setData('text/html', '<b>pasted</b>');
    const init = { inputType: 'insertFromPaste', dataTransfer: data, cancelable: true, bubbles: true };
    field.dispatchEvent(new InputEvent('beforeinput', init));
    expect(text.toString()).toBe('one\nxpasted\ntext');
    expect(field.innerHTML).toBe('one\nxpasted\ntext');
    await type('{Control>}z{/Control}');
    expect([field.textContent, text.toString()]).toEqual(['one\nx', 'one\nx']);
  });

  it('keeps the caret and the selection while others write, and shows their markup as text', async () => {
    const { field, text } = await share<HTMLDivElement>(markup, 'abcdef');
    caretTo(field, 5, 2);
    text.insert(0, '<b>\n');
    await until(() => field.textContent === '<b>\nabcdef');
    expect(field.children).toHaveLength(0);
    const { anchorOffset, focusOffset } = getSelection() ?? {};
    expect([anchorOffset, focusOffset]).toEqual([9, 6]);
    text.delete(0, text.length);
    await until(() => field.textContent === '');
    await type('new');
    expect(text.toString()).toBe('new');
  });

  it('composes', async () => {
    const { field, text } = await share<HTMLDivElement>(markup, '');
    field.focus();
    await command('Input.imeSetComposition', { text: 'に', selectionStart: 1, selectionEnd: 1 });
    text.insert(0, '1');
    await command('Input.insertText', { text: '日' });
    await until(() => text.length === 2);
    await until(() => field.textContent === text.toString());
    expect([...text.toString()].sort()).toEqual(['1', '日']);
  });
});

it('what is written into a long text leaves within a frame', async () => {
  // Not drawn: what the browser itself takes for a text of this length does not count here.
  const hidden = '<textarea id="notes" style="display:none"></textarea>';
  const { field, text } = await share(hidden, 'a line of text, and another one\n'.repeat(32_768));
  expect(field.value).toHaveLength(1_048_576);
  const times: number[] = [];
  for (let i = 0; i < 40; i++) {
    field.setRangeText('x', 500_000, 500_000, 'end');
    const start = performance.now();
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    times.push(performance.now() - start);
    field.dispatchEvent(new FocusEvent('blur')); // A script's edits leave less often than a person's.
  }
  expect(text.length).toBe(1_048_616);
  const warm = times.slice(20).sort((a, b) => a - b);
  expect(warm[10]).toBeLessThan(16);
});

describe('the caret', () => {
  const caretOf = (room: Room, client: number, doc: Doc) => {
    const { cursor } = room.awareness.getStates().get(client) ?? {};
    const at = (position: unknown) =>
      createAbsolutePositionFromRelativePosition(createRelativePositionFromJSON(position), doc)?.index;
    return cursor ? [at(cursor.anchor), at(cursor.head)] : cursor;
  };

  it('is shown to others while the field has the focus, and stays at its letter', async () => {
    const { enter } = town();
    const { doc, other } = twoDocs();
    const [ada, bob] = [await enter('Ada', { doc }), await enter('Bob', { doc: other })];
    other.getText('notes').insert(0, 'Point at anything.');
    const field = mount<HTMLTextAreaElement>('<textarea id="notes"></textarea><input>');
    const element = mount<SlateText>('<slate-text for="notes"></slate-text>');
    element.room = ada;
    await shows(field, 'Point at anything.');
    const caret = () => JSON.stringify(caretOf(bob, ada.client, other));
    const isAt = (...at: number[]) => until(() => caret() === JSON.stringify(at), { what: `the caret at ${at}` });
    expect(caret()).toBe(undefined);
    select(field, 5);
    await isAt(5, 5);
    select(field, 5, 9, 'backward');
    await isAt(9, 5);
    other.getText('notes').insert(0, 'Look! ');
    await isAt(15, 11);
    await type('x');
    await isAt(12, 12);
    field.blur();
    await until(() => caret() === 'null', { what: 'no caret' });
    select(field, 1);
    await isAt(1, 1);
    element.remove();
    await until(() => caret() === 'null', { what: 'no caret after the end' });
  });
});
