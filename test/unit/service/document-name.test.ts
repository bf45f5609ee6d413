/** Documents on the command line: every document has one spelling, and none can be printed as another. */
import { describe, expect, it } from 'vitest';
import { InvalidIdError } from '../../../src/errors.js';
import { bytes, seconds, whole } from '../../../src/service/command/amounts.js';
import { documentText, namedDocument, nameText, parseName } from '../../../src/service/command/document-name.js';
import { UsageError } from '../../../src/service/command/exit.js';
import { table } from '../../../src/service/command/table.js';

it.each([
  ['notes', 'notes'],
  ['src/main.ts', 'src/main.ts'],
  ['~2b1c', { guid: '2b1c' }],
  ['~~x', { guid: '~x' }],
  ['\\~x', '~x'],
  ['\\\\x', '\\x'],
  ['', ''],
])('Y1: %s names one document, and is how it is printed', (text, name) => {
  expect(parseName(text)).toEqual(name);
  expect(nameText(name)).toBe(text);
});

it('prints hostile names as one word, in which nothing moves the cursor', () => {
  expect(documentText({ project: '', name: 'a b' })).toBe('"" "a b"');
  expect(documentText({ project: 'p\x1b[2J', name: { guid: '\u202eevil' } })).toBe('p\\u001b[2J ~\\u202eevil');
  expect(documentText({ project: 'p', name: '"a b"' })).toBe('p "\\"a b\\""');
});

describe('wrong usage', () => {
  it.each([[[]], [['p1']], [['p1', 'a', 'b']]])('of names: %j', (positionals) => {
    expect(() => namedDocument('slate doc show', positionals)).toThrow(UsageError);
  });

  it('of a name that is longer than a token', () => {
    expect(() => namedDocument('slate doc show', ['p', 'x'.repeat(300)])).toThrow(InvalidIdError);
  });

  it.each(['0', '1.5', '-1', '1001', '', 'x', '1e2', ' 5', 'Infinity'])('of a whole number: %j', (text) => {
    expect(() => whole('--keep', text, 1, 1000)).toThrow(UsageError);
  });

  it.each(['0', '0.05', '4000', '', 'x'])('of seconds: %j', (text) => {
    expect(() => seconds('--interval', text, 0.1, 3600)).toThrow(UsageError);
  });

  it.each(['', '0', 'MB', '1.2.3', '5 XB', '-5MB', '99999999TB', '1e9'])('of an amount: %j', (text) => {
    expect(() => bytes('--max-bytes', text)).toThrow(UsageError);
  });
});

it('reads amounts', () => {
  expect([bytes('b', undefined), bytes('b', '1000'), bytes('b', '1.5 GB'), bytes('b', '500MB')]).toEqual([
    undefined,
    1000,
    1.5e9,
    5e8,
  ]);
  expect([whole('w', undefined, 1, 5), whole('w', '5', 1, 5), seconds('s', '0.1', 0.1, 9)]).toEqual([
    undefined,
    5,
    100,
  ]);
});

it('aligns a table by the width of what is in it', () => {
  expect(
    table(
      [
        ['name', 'n'],
        ['ä', '1'],
        ['文書', '10'],
      ],
      [1],
    ),
  ).toEqual(['name   n', 'ä      1', '文書  10']);
  expect(table([])).toEqual([]);
});
