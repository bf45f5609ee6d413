/** The pure parts of `<slate-text>`: differences, what deltas do to positions, and what a field shows of a text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Doc } from 'yjs';
import { applied, type Delta, endOf, moved, movedRanges, plain } from '../../../elements/text/delta.js';
import { difference } from '../../../elements/text/difference.js';
import { seed } from '../../../elements/text/seed.js';
import { Sight } from '../../../elements/text/sight.js';

const pieces = fc.constantFrom(
  'a',
  'a',
  'b',
  '\n',
  '\r\n',
  '😀',
  '😁',
  'e\u0301',
  'e\u0302',
  '👍🏽',
  '👩‍👧',
  'ab'.repeat(2000),
);
const texts = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(''));

/** Whether a text can be cut here without a surrogate pair in two. */
const isWhole = (text: string, at: number) =>
  !/^[\udc00-\udfff]/.test(text.slice(at)) || !/[\ud800-\udbff]$/.test(text.slice(0, at));

describe('difference', () => {
  it('makes the one text of the other, wherever the caret is, and cuts no pair', () => {
    fc.assert(
      fc.property(texts, texts, fc.nat(), (before, after, place) => {
        const edit = difference(before, after, place % (after.length + 1));
        if (!edit) return before === after;
        const { from, to, insert } = edit;
        expect(before.slice(0, from) + insert + before.slice(to)).toBe(after);
        return isWhole(before, from) && isWhole(before, to) && isWhole(insert, 0);
      }),
    );
  });

  it.each([
    ['aaa', 'aaaa', 2, { from: 1, to: 1, insert: 'a' }],
    ['aaaa', 'aaa', 1, { from: 1, to: 2, insert: '' }],
    ['ab', 'ab', 1, undefined],
    ['x😀y', 'x😁y', 3, { from: 1, to: 3, insert: '😁' }],
    ['ae\u0301b', 'ae\u0302b', 3, { from: 1, to: 3, insert: 'e\u0302' }],
    ['ab', 'ae\u0301b', 3, { from: 1, to: 1, insert: 'e\u0301' }],
    ['one two', 'one 2 two', 6, { from: 4, to: 4, insert: '2 ' }],
    ['same', 'other', 0, { from: 0, to: 4, insert: 'other' }],
  ])('%s → %s with the caret at %i', (before, after, caret, edit) => {
    expect(difference(before, after, caret)).toEqual(edit);
  });
});

describe('deltas', () => {
  const op = fc.oneof(
    fc.nat(3).map((n) => ({ retain: n + 1 })),
    fc.constantFrom('x', 'yz').map((insert) => ({ insert })),
    fc.nat(2).map((n) => ({ delete: n + 1 })),
  );

  it('move every character that stays to where it is', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 6 }), (delta: Delta) => {
        const text = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
        const after = applied(text, delta);
        for (let i = 0; i < text.length; i++) {
          const letter = text[i] ?? '';
          const [range] = movedRanges([[i, i + 1]], delta);
          if (!after.includes(letter)) expect(range).toBe(undefined);
          else {
            expect(after.slice(...(range ?? []))).toBe(letter);
            expect(after[moved(i, delta, 'before')]).toBe(letter);
          }
        }
        const all = movedRanges([[0, text.length]], delta);
        expect(all.map(([from, to]) => after.slice(from, to)).join('')).toBe(after.replace(/[a-z]/g, ''));
      }),
    );
  });

  it('end behind what they change last', () => {
    expect(endOf([{ retain: 3 }, { insert: 'ab' }, { retain: 2 }])).toBe(5);
    expect(endOf([{ insert: 'ab' }, { retain: 2 }, { delete: 1 }])).toBe(4);
  });

  it('count what is no text as one character', () => {
    const text = new Doc().getText('t');
    text.insert(0, 'ab');
    text.insertEmbed(1, { image: 'x' });
    expect(plain(text)).toBe('a\ufffcb');
  });
});

describe('what a field shows', () => {
  it.each([true, false])('has a place in the text, and back (many lines: %s)', (manyLines) => {
    const sight = new Sight(manyLines);
    fc.assert(
      fc.property(texts, (text) => {
        const shown = sight.of(text);
        expect(shown).not.toMatch(manyLines ? /\r/ : /[\r\n]/);
        for (let i = 0; i < Math.min(shown.length, 50); i++) {
          const at = sight.toText(text, i);
          expect(sight.toField(text, at)).toBe(i);
          expect(sight.of(text.slice(0, at)).length).toBe(i);
        }
      }),
    );
  });
});

it('seeds the same in every document, and in none twice', () => {
  const [one, other] = [new Doc(), new Doc()];
  for (const doc of [one, other, one]) seed(doc, 'notes', 'Dear all');
  expect(one.getText('notes').toString()).toBe('Dear all');
  one.getText('notes').delete(0, 8);
  seed(one, 'notes', 'Dear all');
  expect(one.getText('notes').toString()).toBe('');
  seed(other, 'notes', 'Dear others');
  expect(other.getText('notes').length).toBe(19);
});
