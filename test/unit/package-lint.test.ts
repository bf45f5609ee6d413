/**
 * What biome.json forbids beyond Biome's own rules: here each is broken once, to see that it fires, and a few right
 * lines are written, to see that it lets them through. One Biome run over a copy of biome.json. Who may import whom:
 * house.test.ts.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

const use = (specifier: string) => `import { thing } from '${specifier}';\n\nthing();\n`;

/** Each line breaks one rule: where, what, and the rule that must say no. */
const wrong: readonly (readonly [file: string, code: string, rule: string])[] = [
  ['src/room/time.ts', 'setTimeout(() => undefined, 5);\n', 'noRestrictedGlobals'],
  ['src/presence/time.ts', 'export const now = () => Date.now();\n', 'noRestrictedGlobals'],
  ['src/cursors/time.ts', 'export const now = () => performance.now();\n', 'noRestrictedGlobals'],
  ['src/bus/chance.ts', 'export const chance = () => Math.random();\n', 'noJsRestrictedProperties'],
  ['src/bus/node.ts', 'export const home = process.cwd();\n', 'noRestrictedGlobals'],
  ['src/bus/fs.ts', "import { readFile } from 'node:fs/promises';\n\nexport { readFile };\n", 'noNodejsModules'],
  ['src/room/import.ts', use('./ok'), 'useImportExtensions'],
  ['src/room/float.ts', 'const work = async () => 1;\n\nexport function go() {\n  work();\n}\n', 'noFloatingPromises'],
];

const right: readonly (readonly [file: string, code: string])[] = [
  ['src/room/ok.ts', use('../cursors/playout.js')],
  ['src/service/ok.ts', 'export const later = () => setTimeout(() => process.exit(), Math.random());\n'],
];

interface Finding {
  readonly category: string;
  readonly location: { readonly path: string };
}

let directory = '';
const found = new Map<string, string[]>();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slate-lint-'));
  await mkdir(join(directory, '.git'));
  await Promise.all(['biome.json', 'package.json'].map((file) => cp(join(root, file), join(directory, file))));
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
  for (const [file, code] of [...wrong, ...right]) {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), code);
  }
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '--vcs-enabled=false', 'src', 'elements'];
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: directory, maxBuffer: 1 << 26 }, (_failed, stdout) => resolve(stdout));
  });
  for (const { category, location } of (JSON.parse(output) as { diagnostics: Finding[] }).diagnostics) {
    const file = location.path;
    found.set(file, [...(found.get(file) ?? []), category.split('/').at(-1) ?? category]);
  }
});

afterAll(() => rm(directory, { recursive: true, force: true }));

describe('the lint rules of the house', () => {
  it.each(wrong)('%s must not say %j', (file, _code, rule) => {
    expect(found.get(file) ?? []).toContain(rule);
  });

  it.each(right)('%s may say %j', (file) => {
    const rules = new Set(['noRestrictedGlobals', 'noJsRestrictedProperties', 'noNodejsModules']);
    expect((found.get(file) ?? []).filter((rule) => rules.has(rule))).toEqual([]);
  });
});
