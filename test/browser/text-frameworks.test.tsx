/** `<slate-text>` on the fields of React and Vue, whose values are the frameworks' own state. */
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, it, onTestFinished } from 'vitest';
import { createApp, h, ref, vModelText, withDirectives } from 'vue';
import type { Doc } from 'yjs';
import '../../elements/text/define.js';
import type {} from '../../src/react/index.js';
import { until } from '../support/wait.js';
import { mount } from './support.js';
import { type Input, select, selection, shows, twoDocs, type } from './text-page.js';

function Notes({ doc, change }: { doc: Doc; change: (value: string) => string }) {
  const [value, setValue] = useState('');
  return (
    <>
      <textarea id="notes" value={value} onChange={({ currentTarget }) => setValue(change(currentTarget.value))} />
      <output>{value}</output>
      <slate-text for="notes" doc={doc}></slate-text>
    </>
  );
}

async function react(doc: Doc, change: (value: string) => string = (value) => value) {
  const frame = mount('<div></div>');
  const root = createRoot(frame);
  root.render(<Notes doc={doc} change={change} />);
  onTestFinished(() => root.unmount());
  const field = await until(() => frame.querySelector('textarea'), { what: 'the field' });
  return { field: field as Input, state: () => frame.querySelector('output')?.textContent };
}

async function vue(doc: Doc) {
  const frame = mount('<div></div>');
  const value = ref('');
  const app = createApp({
    render: () => [
      withDirectives(h('textarea', { id: 'notes', 'onUpdate:modelValue': (next: string) => (value.value = next) }), [
        [vModelText, value.value],
      ]),
      h('output', value.value),
      h('slate-text', { for: 'notes', '.doc': doc }),
    ],
  });
  app.mount(frame);
  onTestFinished(() => app.unmount());
  const field = await until(() => frame.querySelector('textarea'), { what: 'the field' });
  return { field: field as Input, state: () => frame.querySelector('output')?.textContent };
}

it.each([
  ['React', react],
  ['Vue', vue],
])('%s holds what others write, and its user goes on typing', async (_, framework) => {
  const { doc, other } = twoDocs();
  const text = other.getText('notes');
  text.insert(0, 'one');
  const { field, state } = await framework(doc);
  await until(() => state() === 'one', { what: 'the state' });
  select(field, 3);
  await type(' two');
  text.insert(0, '> ');
  await until(() => state() === '> one two', { what: 'the state with what others wrote' });
  expect(selection(field)).toEqual([9]);
  await type(' three{Control>}z{/Control}');
  await until(() => state() === '> one two ', { what: 'the state after undo' });
  expect([field.value, text.toString()]).toEqual(['> one two ', '> one two ']);
});

it('a page that changes what is typed has its way', async () => {
  const { doc, other } = twoDocs();
  const text = other.getText('notes');
  const { field, state } = await react(doc, (value) => value.toUpperCase());
  field.focus();
  await type('abc');
  await until(() => text.toString() === 'ABC' && state() === 'ABC', { what: 'capitals everywhere' });
});

it('two pages that answer each other’s changes do so ten times, and then once a second', async () => {
  const { doc, other } = twoDocs();
  const text = other.getText('notes');
  const { field } = await react(doc);
  field.addEventListener('input', () => {
    if (!/[a-z]/.test(field.value)) return;
    queueMicrotask(() => {
      field.value = field.value.toUpperCase();
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    });
  });
  let lowered = 0;
  text.observe(() => {
    if (!/[A-Z]/.test(text.toString()) || lowered === 100) return;
    lowered++;
    queueMicrotask(() => {
      other.transact(() => {
        text.insert(0, text.toString().toLowerCase());
        text.delete(text.length / 2, text.length / 2);
      });
    });
  });
  select(field, 0);
  await type('a');
  await until(() => lowered >= 10, { what: 'ten answers' });
  const end = performance.now() + 500;
  await until(() => performance.now() > end);
  expect(lowered).toBeLessThan(14);
});

it('shows in React what the document holds when it is there later', async () => {
  const { doc, other } = twoDocs();
  const { field, state } = await react(doc);
  other.getText('notes').insert(0, 'later');
  await shows(field, 'later');
  await until(() => state() === 'later');
});
