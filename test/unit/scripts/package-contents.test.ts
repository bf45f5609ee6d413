/** What `npm run check` says about a tarball that does not hold what package.json and the README promise. */
import { expect, it } from 'vitest';
import { contentProblems } from '../../../scripts/package-contents.js';

const manifest = {
  bin: { slate: 'dist/src/cli.js' },
  exports: {
    '.': { types: './dist/src/index.d.ts', default: './dist/src/index.js' },
    './package.json': './package.json',
  },
  imports: { '#client': { node: 'a-package', default: './dist/client.js' } },
  files: ['dist', 'CHANGELOG.md', 'docs/*.md'],
  unpkg: './dist/page.js',
};
const readme =
  '![A picture](docs/demo.png) [events](docs/bus.md#events), [elsewhere](https://a.example), [above](#see-it)';
const complete = [
  'dist/src/cli.js',
  'dist/src/index.d.ts',
  'dist/src/index.js',
  'dist/client.js',
  'dist/page.js',
  'package.json',
  'CHANGELOG.md',
  'docs/bus.md',
  'docs/demo.png',
];

it('has nothing to say about a package that holds all of it', () => {
  expect(contentProblems(complete, manifest, readme)).toEqual([]);
});

it.each(['dist/src/cli.js', 'dist/src/index.d.ts', 'dist/client.js', 'dist/page.js', 'package.json'])(
  'names %s where it is missing',
  (missing) => {
    const paths = complete.filter((path) => path !== missing);
    expect(contentProblems(paths, manifest, readme)).toEqual([
      expect.stringContaining(`${missing} is named in package.json`),
    ]);
  },
);

it.each(['docs/demo.png', 'docs/bus.md'])('names %s, to which the README leads, where it is missing', (missing) => {
  const paths = complete.filter((path) => path !== missing);
  expect(contentProblems(paths, manifest, readme)).toContain(
    `README.md leads to ${missing}, which is missing in the package.`,
  );
});

it.each([
  ['CHANGELOG.md', 'CHANGELOG.md'],
  ['docs/bus.md', 'docs/*.md'],
])('without %s, names the pattern %s that no file matches', (missing, pattern) => {
  const paths = complete.filter((path) => path !== missing);
  expect(contentProblems(paths, manifest, readme)).toContainEqual(expect.stringContaining(`lists ${pattern}`));
});

it.each([
  'test/unit/bus.js',
  'dist/test/bus.js',
  'dist/src/bus.test.js',
  'dist/src/bus.ts',
  'src/bus.js',
  'scripts/a.mjs',
])('refuses %s', (unwanted) => {
  expect(contentProblems([...complete, unwanted], manifest, readme)).toEqual([expect.stringContaining(unwanted)]);
});
