/** The keys that the viewer takes: by name with modifiers, as `aria-keyshortcuts` writes them. */
import { expect, it } from 'vitest';
import { barKeyOf, chatKeyOf, presses } from '../../../elements/viewer/keys.js';
import { untyped } from '../../support/untyped.js';

const NONE = { ctrlKey: false, altKey: false, metaKey: false, shiftKey: false };
const press = (key: string | undefined, held: Partial<typeof NONE> = {}) =>
  untyped<KeyboardEvent>({ key, ...NONE, ...held });

it.each([
  ['/', press('/'), true],
  ['/', press('/', { shiftKey: true }), true], // as on a German keyboard
  ['/', press('/', { ctrlKey: true }), false],
  ['/', press('.'), false],
  ['k', press('K', { shiftKey: true }), true],
  ['Alt+k', press('k', { altKey: true }), true],
  ['Alt+k', press('k'), false],
  ['Alt+k', press('k', { altKey: true, ctrlKey: true }), false],
  ['Shift+k', press('k'), false],
  ['Shift+k', press('K', { shiftKey: true }), true],
  ['Control++', press('+', { ctrlKey: true }), true],
  ['+', press('+'), true],
  ['F8', press('F8'), true],
  ['F8', press('F8', { shiftKey: true }), false],
  ['Control+Shift+F8', press('F8', { ctrlKey: true, shiftKey: true }), true],
  ['', press(''), false],
  ['', press(undefined), false], // what autofill dispatches
  ['/', press(undefined), false],
  ['Alt+', press('Alt', { altKey: true }), false],
])('%j is pressed by %j: %s', (shortcut, event, is) => {
  expect(presses(event, shortcut)).toBe(is);
});

it('are the usual ones where a page says nothing, and none where it says so', () => {
  expect([chatKeyOf({}), barKeyOf({})]).toEqual(['/', 'F8']);
  expect([chatKeyOf({ chatKey: null }), barKeyOf({ barKey: undefined })]).toEqual(['/', 'F8']);
  expect([chatKeyOf({ chatKey: '' }), barKeyOf({ barKey: 'Alt+b' })]).toEqual(['', 'Alt+b']);
});
