/**
 * The export map against the sources it is built from (a file for a file), so that a moved file is found before a
 * user finds it. What the built files say is judged by publint and attw in `npm run check`.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly exports: Record<string, string | { readonly types: string; readonly default: string }>;
  readonly sideEffects: readonly string[];
  readonly files: readonly string[];
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const manifest = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as Manifest;

const entries = Object.entries(manifest.exports).flatMap(([name, target]) =>
  typeof target === 'string' ? [] : [{ name, ...target }],
);

/**
 * The one-file builds are directly in dist/, made of files in elements/; any other built file has the path of its
 * source.
 */
const sourceOf = (built: string) =>
  built.replace(/^\.\/dist\/(slate[^/]*)\.js$/, 'elements/$1.ts').replace(/^\.\/dist\/(.*)\.js$/, '$1.ts');

/** What is published: all of src/ and elements/ but the demo page's own code. */
async function sources(): Promise<string[]> {
  const files = [];
  for (const folder of ['src', 'elements']) {
    const names = await readdir(`${root}${folder}`, { recursive: true });
    files.push(...names.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`));
  }
  return files.filter((file) => !file.startsWith('elements/demo/'));
}

describe('the export map', () => {
  it('has the entries the documents name', () => {
    expect(Object.keys(manifest.exports)).toEqual(
      expect.arrayContaining(['.', './elements', './service', './testing', './slate.js', './package.json']),
    );
  });

  it.each(entries)('$name is built from a source that exists, with its types', ({ default: built, types }) => {
    expect(existsSync(`${root}${sourceOf(built)}`)).toBe(true);
    expect(types).toMatch(/^\.\/dist\/.*\.d\.ts$/);
    expect(existsSync(`${root}${types.replace(/^\.\/dist\/(.*)\.d\.ts$/, '$1.ts')}`)).toBe(true);
  });

  it('has types before default: TypeScript takes the first condition that fits', () => {
    for (const target of Object.values(manifest.exports)) {
      if (typeof target !== 'string') expect(Object.keys(target)).toEqual(['types', 'default']);
    }
  });
});

describe('sideEffects', () => {
  it('lists exactly the files that register an element: a bundler drops imports of other files', async () => {
    const registering = [];
    for (const file of await sources()) {
      const code = await readFile(`${root}${file}`, 'utf8');
      const imports = /^import '[^']+';$/m.test(code);
      if (imports || /^(?:customElements\.define|define|register)\w*\(/m.test(code)) {
        registering.push(`./dist/${file.replace(/ts$/, 'js')}`);
      }
    }
    expect([...manifest.sideEffects].sort()).toEqual(
      [...registering, './dist/slate.js', './dist/slate-events.js'].sort(),
    );
  });
});

describe('dependencies', () => {
  it('declare every package that src/ and elements/ import and that is not a module of Node', async () => {
    const declared = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)]);
    const missing = [];
    for (const file of await sources()) {
      const code = await readFile(`${root}${file}`, 'utf8');
      for (const [, specifier = ''] of code.matchAll(/\b(?:from |import |import\()'([^.'\n][^'\n]*)'/g)) {
        const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
        if (!name.startsWith('node:') && !declared.has(name)) missing.push(`${file}: ${specifier}`);
      }
    }
    expect(missing).toEqual([]);
  });
});
