/** Finding a name by typing it. */
import { describe, expect, it } from 'vitest';
import { Typeahead } from '../../../elements/viewer/typeahead.js';

const NAMES = ['Ada Lovelace', 'Ada Moss', 'Åsa', 'bob', 'Bea', 'Émile', '山田', 'Zoe'];

/** Types these letters, 100 ms apart, from the person at `from` on. Gives each person that is found on the way. */
function type(letters: string, from = 0, lang = 'en', names = NAMES): (string | undefined)[] {
  const typeahead = new Typeahead();
  let at = from;
  return [...letters].map((letter, i) => {
    const found = typeahead.find(letter, i * 100, names, at, lang);
    if (found >= 0) at = found;
    return names[found];
  });
}

describe('typeahead', () => {
  it('finds the next name that begins with a letter, and goes round', () => {
    expect(type('b')).toEqual(['bob']);
    expect(type('B', 3)).toEqual(['Bea']);
    expect(type('b', 4)).toEqual(['bob']);
    expect(type('x')).toEqual([undefined]);
    expect(type('a', -1, 'en', [])).toEqual([undefined]);
  });

  it('goes through the names of one letter with that letter again and again', () => {
    expect(type('bbb')).toEqual(['bob', 'Bea', 'bob']);
  });

  it('finds more letters of one name, a space among them', () => {
    expect(type('ada m').at(-1)).toBe('Ada Moss');
    expect(type('ad', 7)).toEqual(['Ada Lovelace', 'Ada Lovelace']);
    expect(type('be').at(-1)).toBe('Bea');
  });

  it('begins anew after a pause, and knows whether a space belongs to a name', () => {
    const typeahead = new Typeahead();
    expect(typeahead.isTyping(0)).toBe(false);
    expect(NAMES[typeahead.find('b', 0, NAMES, 0, 'en')]).toBe('bob');
    expect(typeahead.isTyping(699)).toBe(true);
    expect(typeahead.isTyping(700)).toBe(false);
    expect(NAMES[typeahead.find('z', 700, NAMES, 3, 'en')]).toBe('Zoe');
  });

  it('compares as the language does, whatever the accents', () => {
    expect(type('e')).toEqual(['Émile']);
    expect(type('É')).toEqual(['Émile']);
    expect(type('山')).toEqual(['山田']);
    expect(type('a', 1)).toEqual(['Åsa']);
    expect(type('a', 1, 'sv')).toEqual(['Ada Lovelace']);
    expect(type('å', 0, 'sv')).toEqual(['Åsa']);
  });
});
