/** D3: which colours may reach a page, and in which form. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hexColor } from '../../../src/protocol/color.js';

describe('a colour', () => {
  it.each([
    ['#abc', '#aabbcc'],
    ['#abcd', '#aabbcc'],
    ['#a0B0c0', '#a0b0c0'],
    ['#a0b0c0ff', '#a0b0c0'],
    ['tomato', '#ff6347'],
    ['RebeccaPurple', '#663399'],
    ['aliceblue', '#f0f8ff'],
    ['yellowgreen', '#9acd32'],
    ['rgb(1, 2, 3)', '#010203'],
    ['rgba(1,2,3,.5)', '#010203'],
    ['rgb(1 2 3 / 50%)', '#010203'],
    ['RGB(100% 0% 0%)', '#ff0000'],
    ['rgb(300 -5 1e999)', '#ff00ff'],
    ['hsl(120deg 50% 50%)', '#40bf40'],
    ['hsl(120 50 50)', '#40bf40'],
    ['hsla(.5turn, 50%, 50%, 1)', '#40bfbf'],
    ['hsl(-30 50% 50%)', '#bf4080'],
    ['hsl(1e999 50% 50%)', '#000000'],
    ['hwb(none 20% 10%)', '#e63333'],
    ['hwb(0 80% 80%)', '#808080'],
    ['oklch(0.637 0.237 25.331)', '#fb2c36'],
    ['oklab(100% 0 0)', '#ffffff'],
  ])('D3: %s is %s', (color, expected) => {
    expect(hexColor(color)).toBe(expected);
  });

  it('D3: keeps its alpha only where that is asked for', () => {
    expect(hexColor('rgb(1 2 3 / 50%)', true)).toBe('#01020380');
    expect(hexColor('#abcd', true)).toBe('#aabbccdd');
    expect(hexColor('#abcf', true)).toBe('#aabbcc');
  });

  it.each([
    '',
    'inherit',
    'currentcolor',
    'transparent',
    '#0000',
    '#12345600',
    'rgb(1 2 3 / 0)',
    'rgb(1 2 3 / 0.001)',
    'constructor',
    'aliceblue antiquewhite',
    'lab(52.2% 40.1 59.9)',
    '#12345',
    '#ggg',
    'red;position:fixed;inset:0',
    'red;',
    'url(https://example.org)',
    'rgb(1,2,3);',
    'rgb(url(x))',
    'rgb(1,2,3) url(x)',
    'rgb(1,2,3)}',
    'rgb(1,2)',
    'rgb(1,2,3,4,5)',
    'rgb()',
    'rgb(1 2 var(--x))',
    'var(--x)',
    'image-set("a.png")',
    'red/**/',
    'red\n',
    ' red',
    "'red'",
    'expression(alert(1))',
    '\\72 ed',
    `#${'a'.repeat(100)}`,
    7,
    null,
    undefined,
    ['red'],
    { toString: () => 'red' },
  ])('D3: is not %j', (color) => {
    expect(hexColor(color)).toBeUndefined();
  });

  it('property 21: D3: contains nothing that could end a declaration, open a string, or name a resource', () => {
    const color = fc.constantFrom('red', '#abc', 'rgb(1, 2, 3)', 'hsl(0 0% 0%)', 'oklab(1 2 3 / 4)');
    const poison = fc.constantFrom(';', 'url(', '}', '{', '"', "'", '\\', '/*', '<', ':', '@', '!', '\n', '\0');
    fc.assert(
      fc.property(color, poison, fc.nat(), (text, evil, at) => {
        const cut = at % (text.length + 1);
        expect(hexColor(text.slice(0, cut) + evil + text.slice(cut))).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
    const inside = fc.array(fc.constantFrom('1', '.5', '1e9', '-', '%', 'turn', 'none', ' ', ',', '/'), {
      maxLength: 12,
    });
    const written = fc
      .tuple(fc.constantFrom('rgb', 'hsl', 'hwb', 'oklab', 'oklch'), inside)
      .map(([name, parts]) => `${name}(${parts.join('')})`);
    const random = fc.oneof(written, fc.string({ unit: 'binary', maxLength: 30 }));
    fc.assert(
      fc.property(random, fc.boolean(), (text, alpha) => {
        expect(hexColor(text, alpha) ?? '#000000').toMatch(alpha ? /^#([\da-f]{2}){3,4}$/ : /^#[\da-f]{6}$/);
      }),
      { numRuns: 3_000 },
    );
  });

  it('D3: is accepted or refused at once, however it is written', () => {
    // With backtracking these would take years, so the test passes by coming to its end.
    for (const inside of [
      '1'.repeat(58),
      '1.'.repeat(29),
      '1 '.repeat(29),
      ' '.repeat(58),
      '1,'.repeat(20),
      'none'.repeat(14),
    ]) {
      expect(hexColor(`rgb(${inside}x`)).toBeUndefined();
    }
  });
});
