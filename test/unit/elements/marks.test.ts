import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baseOf, findBase, MARKS, marksOf } from '../../../elements/surface/marks.js';

const TEXT = 'One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen.';

describe('the marks of a word', () => {
  it('begin at the first character of the word around an offset', () => {
    expect(baseOf(TEXT, TEXT.indexOf('three') + 3)).toBe(TEXT.indexOf('three'));
    expect(baseOf(TEXT, 3)).toBe(0);
    expect(baseOf('東'.repeat(100), 90)).toBe(66);
  });

  it('find the word again after text was put in anywhere', () => {
    const base = TEXT.indexOf('twelve');
    const marks = marksOf(TEXT, base);
    expect(marks).toHaveLength(MARKS);
    fc.assert(
      fc.property(
        fc.nat(TEXT.length),
        fc.string({ maxLength: 40, unit: fc.constantFrom('§', ' ', 'q') }),
        (at, put) => {
          const edited = TEXT.slice(0, at) + put + TEXT.slice(at);
          fc.pre(at <= base || at >= base + 'twelve t'.length); // the word itself is whole
          expect(findBase(edited, base, marks)).toBe(edited.indexOf('twelve'));
        },
      ),
    );
  });

  it('are not found in another text', () => {
    expect(findBase('§'.repeat(200), 20, marksOf(TEXT, 20))).toBe(undefined);
  });
});
