/** docs/security.md against the tests: each row names tests that exist, by words of their titles. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = readFileSync(`${root}docs/security.md`, 'utf8');

const rows = text
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\| ?(?:attack|---)/.test(line) && !line.startsWith('|---'))
  .map((line) => line.split('|').slice(1, -1));

/** Each file that a text names, with the words in quotes that follow it. */
function shownBy(cell: string): [file: string, words: string[]][] {
  return [...cell.matchAll(/`(test\/[^`]+)`([^`]*)/g)].map(([, file = '', rest = '']) => [
    file,
    [...rest.matchAll(/"([^"]+)"/g)].map(([, words = '']) => words),
  ]);
}

/** The titles of the tests in a file, as they are written; those of `it.each(…)(…)`, too. */
function titlesIn(file: string): string[] {
  const title = /(?:\b(?:it|test|describe)|\))\(\s*(?:'((?:\\.|[^'\\])*)'|`((?:\\.|[^`\\])*)`)/g;
  return [...readFileSync(root + file, 'utf8').matchAll(title)].map(([, plain, template]) => plain ?? template ?? '');
}

function expectShown(cell: string): void {
  const shown = shownBy(cell);
  expect(shown.length).toBeGreaterThan(0);
  for (const [file, words] of shown) {
    expect(existsSync(root + file), file).toBe(true);
    expect(words.length, file).toBeGreaterThan(0);
    const titles = titlesIn(file);
    for (const each of words) {
      expect(
        titles.some((title) => title.includes(each)),
        `${file}: "${each}"`,
      ).toBe(true);
    }
  }
}

describe('docs/security.md', () => {
  it('has a row an attack, in rooms and on the bus', () => {
    expect(rows.length).toBeGreaterThan(20);
    expect(new Set(rows.map(([attack]) => attack)).size).toBe(rows.length);
  });

  it.each(rows)('%s: is shown by the tests that it names', (_attack, _stop, shown = '') => {
    expectShown(shown);
  });

  it('names the test of the strict page', () => {
    const [, section = ''] = /^## The page itself$([\s\S]*?)^## /m.exec(text) ?? [];
    expectShown(section);
  });

  it('finds out a file or a title that does not exist', () => {
    expect(() => expectShown('`test/unit/nowhere.test.ts` "x"')).toThrow();
    expect(() => expectShown('`test/unit/security.test.ts` "a title that is nowhere"')).toThrow();
    expect(() => expectShown('`test/unit/security.test.ts`')).toThrow();
    expectShown('`test/unit/security.test.ts` "finds out a file or a title"');
  });
});
