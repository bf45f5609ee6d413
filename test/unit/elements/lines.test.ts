/** The lines of a log: their numbers, their limits, their levels, and their text without escape sequences. */
import { describe, expect, it } from 'vitest';
import { levelOf } from '../../../elements/log/levels.js';
import { Lines } from '../../../elements/log/lines.js';

const texts = (lines: Lines) => lines.shown.map(({ text }) => text);

describe('lines', () => {
  it('forget the oldest tenth when there are too many, and the others keep their numbers', () => {
    const lines = new Lines(10);
    for (let i = 0; i < 10; i++) lines.add(`line ${i}`, 'info', 0);
    expect([lines.first, lines.end]).toEqual([0, 10]);
    lines.add('line 10', 'info', 0);
    expect([lines.first, lines.end, lines.size]).toEqual([2, 11, 9]);
    expect(lines.shown[2 - lines.first]?.text).toBe('line 2');
  });

  it('forget the oldest when there is too much text, but never the last', () => {
    const lines = new Lines(1000, 100);
    for (const each of ['a', 'b', 'c', 'd']) lines.add(each.repeat(25), 'info', 0);
    expect(lines.size).toBe(4);
    lines.add('e', 'info', 0);
    expect(texts(lines)).toEqual(['b'.repeat(25), 'c'.repeat(25), 'd'.repeat(25), 'e']);
    lines.add('f'.repeat(500), 'warn', 0);
    expect(texts(lines)).toEqual(['f'.repeat(500)]);
    lines.add('g', 'error', 0);
    expect(texts(lines)).toEqual(['g']);
    for (const each of ['h', 'i', 'j', 'k']) lines.add(each.repeat(20), 'info', 0); // forgotten lines do not count
    expect(lines.size).toBe(5);
    lines.clear();
    for (let i = 0; i < 4; i++) lines.add('l'.repeat(25), 'info', 0);
    expect([lines.first, lines.size]).toEqual([0, 4]);
  });

  it('that pass a filter keep their numbers', () => {
    const lines = new Lines(1000, 100);
    lines.filter('warn');
    for (const level of ['info', 'warn', 'info', 'error'] as const) lines.add(level.padEnd(25), level, 0);
    expect([lines.first, lines.end]).toEqual([0, 2]);
    lines.add('warn'.padEnd(30), 'warn', 0); // the first two are forgotten; one of them was shown
    expect([lines.first, lines.end]).toEqual([1, 3]);
    expect(texts(lines).map((text) => text.trim())).toEqual(['error', 'warn']);
  });
});

const ESC = '\u001b';

it.each([
  ['colours', `${ESC}[1;31mred${ESC}[0m`, 'red'],
  ['the reset of tput, which chooses a character set', `${ESC}[31mred${ESC}(B${ESC}[m`, 'red'],
  [
    'a link that ends as in xterm',
    `${ESC}]8;;https://x.example\u0007main.c${ESC}]8;;\u0007: warning`,
    'main.c: warning',
  ],
  [
    'a link that ends as in the standard',
    `${ESC}]8;;https://x.example${ESC}\\main.c${ESC}]8;;${ESC}\\: warning`,
    'main.c: warning',
  ],
  ['a name of the window without an end', `one${ESC}]0;title\ntwo`, 'one|two'],
  ['sequences of one letter', `${ESC}7${ESC}cone${ESC}8`, 'one'],
  ['a colour without an end', `one${ESC}[31`, `one${ESC}[31`],
  ['brackets without an escape', '[31m ]8;;', '[31m ]8;;'],
])('keeps only the text of %s', (_, given, expected) => {
  const lines = new Lines(10);
  lines.add(given, 'info', 1);
  expect(texts(lines).join('|')).toBe(expected);
});

it.each([
  ['WARNING', 'warn'],
  ['Fatal', 'error'],
  [undefined, 'info'],
  ['', 'info'],
  ['constructor', 'info'],
  ['__proto__', 'info'],
])('the level %j is %s', (name, level) => {
  expect(levelOf(name)).toBe(level);
});
