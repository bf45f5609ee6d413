/** docs/security.md against the tests: each row names tests that exist, by words of their titles. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = readFileSync(`${root}docs/security.md`, 'utf8');

const all = text
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\| ?(?:attack|---)/.test(line) && !line.startsWith('|---'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
/** Attack, open room, verified room, and what shows it. */
const matrix = all.filter((cells) => cells.length === 4);
const rows = all.filter((cells) => cells.length === 3);

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

/** The kinds of room that the tests of a cell are about. */
const partsOf = (shown: string) => [...shown.matchAll(/(?:^|; )(open|verified|both): (`[^;]*)/g)];

describe('docs/security.md', () => {
  it.each(matrix)(
    '%s: each kind of room is shown by the tests that it names',
    (_attack, open = '', verified = '', shown = '') => {
      const parts = partsOf(shown);
      const kinds = parts.map(([, kind]) => kind).join();
      expect(['both', 'open,verified', ...(open.startsWith('–') ? ['verified'] : [])]).toContain(kinds);
      if (kinds === 'both') expect(verified).toBe('the same');
      for (const [, , tests = ''] of parts) expectShown(tests);
    },
  );

  it('the same: what draws and what moves pointers does not know the kind of a room', () => {
    const folders = ['avatars', 'cursors', 'surface', 'viewer', 'text'].map((each) => `elements/${each}`);
    const files = [...folders, 'src/cursors'].flatMap((folder) =>
      readdirSync(root + folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
    );
    const code = files.filter((file) => file.endsWith('.ts'));
    expect(code.length).toBeGreaterThan(50);
    expect(code.filter((file) => /verified/i.test(readFileSync(root + file, 'utf8')))).toEqual([]);
  });

  it('has a row an attack, in rooms and on the bus', () => {
    expect([matrix.length > 50, rows.length > 15]).toEqual([true, true]);
    expect(matrix.length + rows.length).toBe(all.length);
    expect(new Set(all.map(([attack]) => attack)).size).toBe(all.length);
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
