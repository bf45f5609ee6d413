/** What `npm run check` says about a tarball that does not hold what package.json promises. */
import { expect, it } from 'vitest';
import { contentProblems } from '../../../scripts/package-contents.js';

const manifest = {
  bin: { slate: 'dist/src/cli.js' },
  exports: {
    '.': { types: './dist/src/index.d.ts', default: './dist/src/index.js' },
    './package.json': './package.json',
  },
  files: ['dist', 'CHANGELOG.md', 'docs/*.md'],
};
const complete = [
  'dist/src/cli.js',
  'dist/src/index.d.ts',
  'dist/src/index.js',
  'package.json',
  'CHANGELOG.md',
  'docs/bus.md',
];

it('has nothing to say about a package that holds all of it', () => {
  expect(contentProblems(complete, manifest)).toEqual([]);
});

it.each(['dist/src/cli.js', 'dist/src/index.d.ts', 'package.json'])('names %s where it is missing', (missing) => {
  const paths = complete.filter((path) => path !== missing);
  expect(contentProblems(paths, manifest)).toEqual([expect.stringContaining(`${missing} is named in package.json`)]);
});

it.each([
  ['CHANGELOG.md', 'CHANGELOG.md'],
  ['docs/bus.md', 'docs/*.md'],
])('without %s, names the pattern %s that no file matches', (missing, pattern) => {
  const paths = complete.filter((path) => path !== missing);
  expect(contentProblems(paths, manifest)).toEqual([expect.stringContaining(`lists ${pattern}`)]);
});

it.each([
  'test/unit/bus.js',
  'dist/test/bus.js',
  'dist/src/bus.test.js',
  'dist/src/bus.ts',
  'src/bus.js',
  'scripts/a.mjs',
])('refuses %s', (unwanted) => {
  expect(contentProblems([...complete, unwanted], manifest)).toEqual([expect.stringContaining(unwanted)]);
});
