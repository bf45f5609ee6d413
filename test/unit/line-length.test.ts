/** Lines stay short enough to read: at most 120 characters, in code, comments and text. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const LONGEST = 120;
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Markup and long texts in tests stay in one line: a line break would change them. */
const FIXTURE = /[a-z]\{[a-z-]+:|>&2;|<\/?\w|'[^']{60,}'|["'`]{[^}]*:[^}]*}|style\.cssText|publish: \[/;

/** `line: length` of each line that is too long. Counts characters as a reader does, not bytes. */
function longLines(text: string, exempt?: RegExp): string[] {
  const lengths = text.split('\n').map((line) => (exempt?.test(line) ? 0 : [...line].length));
  return lengths.flatMap((length, index) => (length > LONGEST ? [`${index + 1}: ${length}`] : []));
}

it('finds a line of 121 characters, and accepts one of 120', () => {
  expect(longLines(`${'ü'.repeat(120)}\n${'x'.repeat(121)}\n`)).toEqual(['2: 121']);
});

it.each(['src', 'elements', 'test', 'scripts'])('%s/ has no line of more than 120 characters', (folder) => {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  const files = names
    .filter((name) => /^(?!.*node_modules).*\.(?:tsx?|m?js)$/.test(name))
    .map((name) => join(folder, name));
  expect(files.length).toBeGreaterThan(5);
  expect(
    files.flatMap((file) =>
      longLines(readFileSync(join(root, file), 'utf8'), folder === 'test' ? FIXTURE : undefined).map(
        (at) => `${file}:${at}`,
      ),
    ),
  ).toEqual([]);
});
