/** What becomes of a log's text and levels before they are drawn. */
import { expect, it } from 'vitest';
import { Lines, levelOf } from '../../../elements/log/lines.js';

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
])('of %s the text remains', (_, given, expected) => {
  const lines = new Lines(10);
  lines.add(given, 'info', 1);
  const texts = Array.from({ length: lines.size }, (__, number) => lines.at(number)?.text);
  expect(texts.join('|')).toBe(expected);
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
