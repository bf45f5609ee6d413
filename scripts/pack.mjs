#!/usr/bin/env node
/**
 * Packs dist/ as `npm publish` would and prepares what judges the result, in .cache/packed/:
 *   package.tgz                    the tarball, for publint and attw
 *   node_modules/slate-collab/     the same unpacked, as a user has it
 *   sizes/                         each public entry, bundled from the unpacked package, for the size budgets
 * Prints the size of the tarball. Fails where it lacks a file that package.json or the README names
 * or holds a test.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Failure, importTypeScript, main, npm, root } from './prepare.js';

const directory = `${root}.cache/packed`;
const unpacked = `${directory}/node_modules/slate-collab`;
const run = promisify(execFile);

/**
 * Not in any measured bundle: the NATS client, the viewer, carets, documents, renewals and verified rooms are
 * loaded later, yjs and react belong to the page.
 */
const LATE = [
  /\.\/viewer\.js$/,
  /\.\/carets\.js$/,
  /documents\/documents\.js$/,
  /\.\/renewer\.js$/,
  /\.\/verified\.js$/,
];
const EXTERNAL = ['#nats', 'yjs', 'react', ...LATE];

/** Left out of `elements-first`: what the elements load when a room connects and when there are cursors to draw. */
const LOADED_LATER = [/src\/rooms\.js$/, /\.\/overlay\.js$/];

async function pack() {
  await rm(directory, { recursive: true, force: true });
  await mkdir(unpacked, { recursive: true });
  const [program, ...args] = npm('pack', '--json', '--ignore-scripts', '--pack-destination', directory);
  const { stdout } = await run(program, args, { cwd: root, maxBuffer: 1 << 26 });
  const [packed] = Object.values(JSON.parse(stdout));
  const tarball = `${directory}/package.tgz`;
  await rename(`${directory}/${packed.filename}`, tarball);
  await run('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);
  const kilo = (bytes) => `${(bytes / 1000).toFixed(0)} kB`;
  console.log(`${packed.files.length} files, ${kilo(packed.size)} packed, ${kilo(packed.unpackedSize)} unpacked`);
  return packed.files.map(({ path }) => path);
}

async function check(paths, manifest) {
  const { contentProblems } = await importTypeScript('scripts/package-contents.ts');
  const problems = contentProblems(paths, manifest, await readFile(`${unpacked}/README.md`, 'utf8'));
  if (problems.length > 0) throw new Failure(problems.join('\n'));
}

/**
 * The bundles import the entries by their public names, so the export map and `sideEffects` count in the sizes, too.
 */
async function bundleEntries(manifest) {
  const { bundle } = await importTypeScript('scripts/bundle.ts');
  const outDir = `${directory}/sizes`;
  const measure = async (specifier, name, external) => {
    const entry = `${directory}/${name}.js`;
    await writeFile(entry, `export * from '${specifier}';\n`);
    await bundle(entry, { name, outDir, external });
  };
  for (const [path, target] of Object.entries(manifest.exports)) {
    if (!/^\.\/dist\/(?:src\/(?:(?:(?:monaco|react)\/)?index|documents)|elements\/.*)\.js$/.test(target.default ?? ''))
      continue;
    const name = path === '.' ? 'core' : path.slice('./'.length).replaceAll('/', '-');
    await measure(`slate-collab${path.slice(1)}`, name, EXTERNAL);
  }
  await measure('slate-collab/elements', 'elements-first', [...EXTERNAL, ...LOADED_LATER]);
}

await main(async () => {
  const paths = await pack();
  const manifest = JSON.parse(await readFile(`${unpacked}/package.json`, 'utf8'));
  await check(paths, manifest);
  await bundleEntries(manifest);
});
