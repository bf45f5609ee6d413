/** The field `caret` (docs/PROTOCOL.md, "Carets in fields"), without a page. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Ends, endsIn, heard, say } from '../../../elements/carets/said.js';
import { marksOfCaret } from '../../../elements/surface/marks.js';
import { decodeBatch, encodeBatch } from '../../../src/protocol/cursor-codec.js';
import { cleanField } from '../../../src/protocol/state.js';
import { json } from '../../support/arbitraries.js';

const TEXT = 'One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen.';

const at = (offset: number): Ends => ({ anchor: offset, head: offset });

/** What another page makes of it, whose text this is. */
const seen = (text: string, ends: Ends, other: string): Ends | undefined => {
  const said = heard(JSON.parse(JSON.stringify(say('notes', text, ends))), 'notes');
  return said && endsIn(other, said);
};

describe('C1: what a session says of its caret', () => {
  it('is an offset with marks, at most one for each end, and never a text', () => {
    expect(say('notes', TEXT, at(4))).toEqual({ in: 'notes', head: [4, expect.stringMatching(/^[0-9a-z]{10}$/)] });
    expect(say('notes', TEXT, { anchor: 8, head: 4 })).toEqual({
      in: 'notes',
      head: [4, marksOfCaret(TEXT, 4)],
      anchor: [8, marksOfCaret(TEXT, 8)],
    });
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat(60), (text, offset) => {
        const said = JSON.stringify(say('f', text, at(Math.min(offset, text.length))));
        expect(said).toMatch(/^\{"in":"f","head":\[\d+,"[0-9a-z]{10}"\]\}$/);
      }),
    );
  });

  it('has the marks that the document defines', () => {
    const mark = (units: string) =>
      [...Array(units.length).keys()]
        .reduce((hash, i) => (hash * 31 + units.charCodeAt(i)) % 36 ** 5, 7)
        .toString(36)
        .padStart(5, '0');
    expect(marksOfCaret(TEXT, 20)).toBe(mark(TEXT.slice(12, 20)) + mark(TEXT.slice(20, 28)));
    expect(marksOfCaret(TEXT, 0)).toBe(mark('') + mark(TEXT.slice(0, 8)));
    expect(marksOfCaret(TEXT, TEXT.length)).toBe(mark(TEXT.slice(-8)) + mark(''));
  });

  it('passes the door as it is, and costs some 60 bytes of a batch', () => {
    const caret = say('notes', TEXT, at(40));
    expect(cleanField('caret', caret)).toEqual(caret);
    const batch = { client: 4e9, clock: 1001, presence: 1000, sentAt: 0, samples: [], left: false, fields: { caret } };
    const bytes = encodeBatch(batch);
    expect(bytes.length).toBeLessThan(75);
    expect(decodeBatch(bytes).fields).toEqual({ caret });
  });
});

describe('a value of another shape counts as absent', () => {
  const good = say('notes', TEXT, { anchor: 1, head: 2 });
  it.each([
    null,
    'notes',
    [],
    {},
    { ...good, in: 'other' },
    { ...good, in: ['notes'] },
    { ...good, head: undefined },
    { ...good, head: [-1, marksOfCaret(TEXT, 1)] },
    { ...good, head: [1.5, marksOfCaret(TEXT, 1)] },
    { ...good, head: [2 ** 31, marksOfCaret(TEXT, 1)] },
    { ...good, head: ['1', marksOfCaret(TEXT, 1)] },
    { ...good, head: [1, 'tooshort'] },
    { ...good, head: [1, 'AAAAAAAAAA'] },
    { ...good, head: [1, marksOfCaret(TEXT, 1), 1] },
    { ...good, head: { 0: 1, 1: marksOfCaret(TEXT, 1), length: 2 } },
    { ...good, anchor: null },
    { ...good, anchor: [1] },
  ])('%j', (value) => expect(heard(value, 'notes')).toBeUndefined());

  it('whatever a stranger sends, nothing throws, and what is shown lies in the text', () => {
    const end = fc.oneof(fc.tuple(fc.integer(), fc.string()), json());
    const value = fc.oneof(fc.record({ in: fc.constantFrom('notes', '', 7), head: end, anchor: end }), json());
    fc.assert(
      fc.property(value, (hostile) => {
        const said = heard(hostile, 'notes');
        const ends = said && endsIn(TEXT, said);
        for (const one of ends ? [ends.anchor, ends.head] : []) {
          expect(one).toBeGreaterThanOrEqual(0);
          expect(one).toBeLessThanOrEqual(TEXT.length);
        }
      }),
    );
  });
});

describe('C2: where a caret is in another text', () => {
  it('is the same place in the same text, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat(), (text, some) => {
        const offset = some % (text.length + 1);
        expect(seen(text, at(offset), text)).toEqual(at(offset));
      }),
    );
  });

  it('moves with what was put in before it', () => {
    const offset = TEXT.indexOf('twelve');
    expect(seen(TEXT, at(offset), `Zero. ${TEXT}`)).toEqual(at(offset + 6));
    expect(seen(`Zero. ${TEXT}`, at(offset + 6), TEXT)).toEqual(at(offset));
    expect(seen(TEXT, { anchor: 4, head: offset }, `${'-'.repeat(2000)}${TEXT}`)).toEqual({
      anchor: 2004,
      head: offset + 2000,
    });
  });

  it('is beside what only one of them has', () => {
    const offset = TEXT.indexOf('twelve');
    const typed = `${TEXT.slice(0, offset)}half past ${TEXT.slice(offset)}`;
    expect(seen(typed, at(offset + 10), TEXT)).toEqual(at(offset)); // what follows is the same
    const cut = TEXT.slice(0, offset);
    expect(seen(TEXT, at(offset), cut)).toEqual(at(offset)); // what comes before is the same
  });

  it('of two places it is the nearest', () => {
    const verse = 'the same words again. ';
    const song = verse.repeat(40);
    for (let offset = 0; offset <= song.length; offset++) expect(seen(song, at(offset), song)).toEqual(at(offset));
    expect(seen(song, at(verse.length * 20 + 5), `xx${song}`)).toEqual(at(verse.length * 20 + 7));
  });

  it('is nowhere in a text that has no such place', () => {
    expect(seen(TEXT, at(40), 'Something else entirely, in as many words and letters as the other one had.')).toBe(
      undefined,
    );
    expect(seen('Dear Ada', at(8), 'Dear Bob, I hope this finds you well')).toBe(undefined);
    expect(seen('I ', at(2), 'I am not here')).toBe(undefined);
    expect(seen('Mine', at(0), 'Yours')).toBe(undefined);
    expect(seen(TEXT, at(TEXT.length), '')).toBe(undefined);
    expect(seen('', at(0), '')).toEqual(at(0));
  });

  it('is the caret alone where the other end is nowhere', () => {
    const end = TEXT.indexOf('sixteen');
    const start = TEXT.indexOf('three');
    expect(seen(TEXT, { anchor: start, head: end }, TEXT.slice(start + 30))).toEqual(at(end - start - 30));
  });
});
