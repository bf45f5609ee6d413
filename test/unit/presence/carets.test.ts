/** D4: a page that shares a document finds no `cursor` of others at which a binding would throw. */
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { withCarets } from '../../../src/presence/carets.js';

const start = { type: null, tname: 'text', item: null, assoc: 0 };
const caret = { anchor: start, head: start };
const mouse = { x: 0.5, y: 0.5 };
const user = { id: 'eve' };

it.each([
  ['a list', [1, 2]],
  ['a place', mouse],
  ['an object of anything', { line: 3 }],
])('D4: shows %s as no cursor, and everything else as it is', (_, value) => {
  const view = withCarets({ state: { user, cursor: null } }, { shares: true });
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
  expect(withCarets({ state: { user, cursor: { x: 0, y: 1 } } }, { shares: true })(state)).toBe(state);
  expect(withCarets({ state: { user, cursor: caret } }, { shares: false })(state)).toBe(state);
  expect(withCarets({ state: { user, cursor: caret } }, { shares: true })(state)).toEqual({ user, cursor: null });
});

const letter = { ...start, item: { client: 5, clock: 7 } };

it.each([
  ['the end of a text of that name', { anchor: caret.anchor, head: caret.head }],
  ['from a letter to the end', { anchor: letter, head: caret.head }],
  ['from the end to a letter', { anchor: caret.anchor, focus: letter }],
])('D4: shows nobody of another file at %s, which is in this document as well', (_, selection) => {
  const view = withCarets({ state: { user } }, { shares: true, file: 'a.ts' });
  const state = { user, cursor: selection, selection };
  expect(view({ ...state, file: 'b.ts' })).toEqual({ user, file: 'b.ts', cursor: null, selection: null });
  const here = { ...state, file: 'a.ts' };
  expect(view(here)).toBe(here);
  expect(view(state)).toBe(state); // a stock client names no file
});

it('D4: shows who is at a letter, wherever they are: only one document has it', () => {
  const view = withCarets({ state: { user } }, { shares: true, file: 'a.ts' });
  const nested = { ...start, type: { client: 5, clock: 2 }, tname: null };
  const state = { user, file: 'b.ts', cursor: { anchor: letter, head: nested }, selection: null };
  expect(view(state)).toBe(state);
});

it('D4: shows positions with all their keys, so that what takes them as they come finds its place', () => {
  const doc = new Y.Doc();
  const text = doc.getText('t');
  text.insert(0, 'Hello');
  const at = (index: number) => Y.createRelativePositionFromTypeIndex(text, index);
  const [anchor, head] = [Y.relativePositionToJSON(at(2)), Y.relativePositionToJSON(at(5))];
  for (const shares of [true, false]) {
    for (const key of ['cursor', 'selection']) {
      for (const end of ['head', 'focus']) {
        const view = withCarets({ state: { user } }, { shares });
        const state = { user, [key]: { anchor, [end]: head, more: 1 } };
        const shown = view(state)[key] as Record<string, Y.RelativePosition>;
        const found = ['anchor', end].map(
          (one) => Y.createAbsolutePositionFromRelativePosition(shown[one] as Y.RelativePosition, doc)?.index,
        );
        expect(found).toEqual([2, 5]);
        expect(shown.more).toBe(1);
        const again = { user, [key]: shown };
        expect(view(again)).toBe(again);
      }
    }
  }
});

it('D3, D4: gives a state of Lexical the name and colour of its user, and both ends of its caret', () => {
  const view = withCarets({ state: null }, { shares: true, file: 'a.ts' });
  const eve = { id: 'eve', name: 'Eve', color: '#e11999' };
  const hostile = { user: eve, focusing: true, name: '\u202e'.repeat(9), color: 'red;position:fixed' };
  expect(view(hostile)).toEqual({ ...hostile, name: 'Eve', color: '#e11999', anchorPos: null, focusPos: null });
  const end = { type: null, tname: 'text', item: null, assoc: 0 };
  const state = { user: eve, focusing: true, name: 'Cat', color: 'red', anchorPos: { tname: 'text' }, focusPos: end };
  expect(view(state)).toEqual({ ...state, name: 'Eve', color: '#e11999', anchorPos: end });
  expect(view({ ...state, focusPos: undefined })).toMatchObject({ anchorPos: null, focusPos: null });
  expect(withCarets({ state: null }, { shares: false })(state)).toBe(state);
  const elsewhere = { ...state, file: 'b.ts' };
  expect(view(elsewhere)).toMatchObject({ anchorPos: null, focusPos: null });
  const [anchorPos, focusPos] = [
    { ...letter, type: null, assoc: 0 },
    { ...letter, type: null, assoc: -1 },
  ];
  expect(view({ ...elsewhere, anchorPos, focusPos })).toMatchObject({ anchorPos, focusPos });
  const form = { user: eve, name: 'of a form', color: 'any' };
  expect(view(form)).toBe(form);
});
