/** D4: a page that shares a document finds no `cursor` of others at which a binding would throw. */
import { expect, it } from 'vitest';
import { withCarets } from '../../../src/presence/carets.js';

const caret = { anchor: { tname: 'text', item: null }, head: { tname: 'text', item: null } };
const mouse = { x: 0.5, y: 0.5 };
const user = { id: 'eve' };

it.each([
  ['a list', [1, 2]],
  ['a place', mouse],
  ['an object of anything', { line: 3 }],
])('D4: shows %s as no cursor, and everything else as it is', (_, value) => {
  const view = withCarets({ state: { user, cursor: null } }, true);
  expect(view({ user, cursor: value, selection: caret, draft: value })).toEqual({
    user,
    cursor: null,
    selection: caret,
    draft: value,
  });
  const state = { user, cursor: caret };
  expect(view(state)).toBe(state);
});

it('D4: shows it where the page writes such values itself, or shares no document', () => {
  const state = { user, cursor: mouse };
  expect(withCarets({ state: { user, cursor: { x: 0, y: 1 } } }, true)(state)).toBe(state);
  expect(withCarets({ state: { user, cursor: caret } }, false)(state)).toBe(state);
  expect(withCarets({ state: { user, cursor: caret } }, true)(state)).toEqual({ user, cursor: null });
});
