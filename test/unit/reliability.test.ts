/** docs/reliability.md: each of the 24 properties names tests, and each of those has the number in a title. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

const page = (await readFile('docs/reliability.md', 'utf8')).split('## Side by side')[0] ?? '';
const rows = [...page.matchAll(/^\| (\d+) \| [^|]* \| (.*) \|$/gm)].map(([, number, files]) => ({
  number: Number(number),
  files: [...(files ?? '').matchAll(/`([^`]*)`/g)].map(([, file]) => file as string),
}));

describe('docs/reliability.md', () => {
  it('lists 24 properties', () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
  });

  it.each(rows.flatMap(({ number, files }) => files.map((file) => [number, file] as const)))(
    'property %i is in a title of test/%s.test.ts',
    async (number, file) => {
      expect(await readFile(`test/${file}.test.ts`, 'utf8')).toContain(`property ${number}: `);
    },
  );

  it('names a test for each', () => {
    expect(rows.filter(({ files }) => files.length === 0)).toEqual([]);
  });
});
