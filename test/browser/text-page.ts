/** What the tests of `<slate-text>` share: a document that another one is connected to, and fields with real keys. */
import { onTestFinished } from 'vitest';
import { cdp, userEvent } from 'vitest/browser';
import { applyUpdate, Doc, encodeStateAsUpdate, type Text } from 'yjs';
import '../../elements/text/define.js';
import type { SlateText } from '../../elements/text/slate-text.js';
import { until } from '../support/wait.js';
import { mount } from './support.js';

export type Input = HTMLTextAreaElement | HTMLInputElement;

/** Two documents that hold the same at any time. */
export function twoDocs(): { doc: Doc; other: Doc } {
  const doc = new Doc();
  const other = new Doc();
  doc.on('update', (update, origin) => origin !== 'carried' && applyUpdate(other, update, 'carried'));
  other.on('update', (update, origin) => origin !== 'carried' && applyUpdate(doc, update, 'carried'));
  onTestFinished(() => {
    doc.destroy();
    other.destroy();
  });
  return { doc, other };
}

/** A document that holds the same, and stays as it is. */
export function copyOf(doc: Doc): Doc {
  const copy = new Doc();
  applyUpdate(copy, encodeStateAsUpdate(doc));
  return copy;
}

/** A field with the id `notes`, shared; `text` is the text of somebody else. */
export async function share<T extends HTMLElement = HTMLTextAreaElement>(
  markup = '<textarea id="notes"></textarea>',
  content = '',
  attributes = '',
): Promise<{ field: T; element: SlateText; doc: Doc; text: Text; own: Text }> {
  const { doc, other } = twoDocs();
  const text = other.getText('notes');
  text.insert(0, content);
  const field = mount<T>(markup);
  const element = mount<SlateText>(`<slate-text for="notes" ${attributes}></slate-text>`);
  element.doc = doc;
  await element.updateComplete;
  return { field, element, doc, text, own: doc.getText('notes') };
}

/** Presses real keys; see `userEvent.keyboard`. */
export const type = (keys: string): Promise<void> => userEvent.keyboard(keys);

/** Puts the caret, or a selection, into a field, with the focus. */
export function select(field: Input, start: number, end = start, direction: 'forward' | 'backward' = 'forward'): void {
  field.focus();
  field.setSelectionRange(start, end, direction);
}

/** Where a field has its selection. */
export const selection = ({ selectionStart, selectionEnd, selectionDirection }: Input): unknown[] =>
  selectionStart === selectionEnd ? [selectionStart] : [selectionStart, selectionEnd, selectionDirection];

/** Waits until a field shows this. */
export const shows = (field: Input, value: string): Promise<boolean> =>
  until(() => field.value === value, { what: `the field to show ${JSON.stringify(value).slice(0, 80)}` });

/** Sends a command of the Chrome DevTools, such as those of an input method. */
export const command = (method: string, params: object): Promise<unknown> =>
  (cdp() as unknown as { send(method: string, params: object): Promise<unknown> }).send(method, params);
