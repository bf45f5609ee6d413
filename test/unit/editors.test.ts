/** docs/editors.md and test/e2e/editors: who promises a feature of an editor tests it, and the other way round. */
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FEATURES } from '../e2e/editors/features.js';
import { readMatrix } from '../e2e/editors/matrix.js';
import { readBlocks, root } from '../support/snippets.js';

const matrix = await readMatrix();
const files = readdirSync(`${root}test/e2e/editors`).filter((name) => name.endsWith('.test.ts'));
const tested = files.map((name) => name.replace('.test.ts', '')).sort();

it('every editor with a page has its row in the table of docs/editors.md, and every row a page', () => {
  expect([...matrix.keys()].sort()).toEqual(tested);
  expect(tested.length).toBeGreaterThan(3);
});

it('every row says of every feature whether it works', () => {
  for (const [editor, cells] of matrix) {
    expect(
      cells.map(({ feature }) => feature),
      editor,
    ).toEqual(Object.keys(FEATURES));
  }
});

it('every editor has its program in docs/editors.md', async () => {
  const programs = (await readBlocks('docs/editors.md')).map(({ name }) => name);
  expect(programs).toEqual(expect.arrayContaining(['room.js', ...tested]));
});
