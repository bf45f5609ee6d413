/**
 * The builds are the same in every environment. Each test builds with settings that make Vite choose development
 * builds, and compares the result with the build of `npm test`, byte by byte.
 */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../support/snippets.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const DEVELOPMENT = { NODE_ENV: 'test', VITEST: 'true', MODE: 'development', NODE_OPTIONS: '--conditions=development' };

/** Path to content of each file in the folder. */
async function filesIn(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => `${entry.parentPath}/${entry.name}`);
  const texts = paths.map(async (path) => [path.slice(folder.length), await readFile(path, 'utf8')] as const);
  return new Map(await Promise.all(texts));
}

async function runNode(...args: string[]): Promise<void> {
  await promisify(execFile)(process.execPath, args, { cwd: root, env: { ...process.env, ...DEVELOPMENT } });
}

/** The paths whose content differs, or that only one of the two has. A list is a better failure than two builds. */
function differing(one: Map<string, string>, other: Map<string, string>): string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((path) => one.get(path) !== other.get(path));
}

/** Lit's development build says these words in the console of a page. */
const developing = (files: Map<string, string>) =>
  [...files].filter(([, text]) => /dev-mode|Lit is in dev mode/.test(text)).map(([path]) => path);

describe.each([
  ['the package', 'dist', ['scripts/build.mjs']],
  ['the demo page', 'dist-demo', ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn', '--outDir']],
])('%s', (_what, built, command) => {
  it('is the same, built for development by mistake, and holds no development build of Lit', {
    timeout: 180_000,
  }, async () => {
    await using folder = await makeFolder(built);
    await runNode(...command, `${folder.dir}/${built}`);
    const [expected, rebuilt] = await Promise.all([filesIn(`${root}${built}`), filesIn(`${folder.dir}/${built}`)]);
    expect(expected.size).toBeGreaterThan(1);
    expect(developing(expected)).toEqual([]);
    expect(differing(expected, rebuilt), `Is ${built}/ up to date? "npm test" builds it.`).toEqual([]);
  });
});
