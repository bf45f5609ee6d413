/**
 * The arrows of docs/ARCHITECTURE.md are lint rules; here each one is broken once, to see that it fires, and a few
 * right lines are written, to see that it lets them through. One Biome run over a copy of biome.json.
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
  ['src/bus/a.ts', use('../protocol/subjects.js'), 'noRestrictedImports'],
  ['src/bus/b.ts', use('../presence/roster.js'), 'noRestrictedImports'],
  ['src/bus/c.ts', use('../room/types.js'), 'noRestrictedImports'],
  ['src/bus/d.ts', use('nats.ws'), 'noRestrictedImports'],
  ['src/bus/e.ts', use('../index.js'), 'noRestrictedImports'],
  ['src/protocol/a.ts', use('../bus/bus.js'), 'noRestrictedImports'],
  ['src/protocol/b.ts', use('../clock.js'), 'noRestrictedImports'],
  ['src/protocol/c.ts', use('../cursors/playout.js'), 'noRestrictedImports'],
  ['src/presence/a.ts', use('../cursors/playout.js'), 'noRestrictedImports'],
  ['src/presence/b.ts', use('../room/join.js'), 'noRestrictedImports'],
  ['src/presence/c.ts', use('nats.ws'), 'noRestrictedImports'],
  ['src/presence/d.ts', "const lit = await import('lit');\n\nconsole.log(lit);\n", 'noRestrictedImports'],
  ['src/cursors/a.ts', use('../presence/roster.js'), 'noRestrictedImports'],
  ['src/cursors/b.ts', use('../documents/sync.js'), 'noRestrictedImports'],
  ['src/documents/a.ts', use('../cursors/playout.js'), 'noRestrictedImports'],
  ['src/events/a.ts', use('../presence/roster.js'), 'noRestrictedImports'],
  ['src/room/a.ts', use('../events/build.js'), 'noRestrictedImports'],
  ['src/room/b.ts', use('../../elements/index.js'), 'noRestrictedImports'],
  ['src/errors.ts', use('./bus/bus.js'), 'noRestrictedImports'],
  ['src/index.ts', use('./service/index.js'), 'noRestrictedImports'],
  ['src/testing.ts', use('./room/join.js'), 'noRestrictedImports'],
  ['src/react/a.ts', use('../room/join.js'), 'noRestrictedImports'],
  ['src/service/a.ts', use('../room/join.js'), 'noRestrictedImports'],
  ['elements/a.ts', use('../src/room/join.js'), 'noRestrictedImports'],
  ['elements/b.ts', use('../src/testing.js'), 'noRestrictedImports'],
  ['elements/deep/c.ts', use('../../src/bus/bus.js'), 'noRestrictedImports'],
  ['elements/d.ts', use('nats.ws'), 'noRestrictedImports'],
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
  ['src/presence/ok.ts', use('../bus/bus.js') + use('../protocol/awareness.js').replaceAll('thing', 'other')],
  ['src/presence/types-ok.ts', use('../room/types.js')],
  ['src/room/ok.ts', use('../cursors/playout.js')],
  ['src/index.ok.ts', use('./errors.js')],
  ['elements/ok.ts', use('../src/index.js')],
  ['elements/deep/ok.ts', use('../../src/index.js')],
  ['elements/late-ok.ts', use('../src/rooms.js')],
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
    const rules = new Set([
      'noRestrictedImports',
      'noRestrictedGlobals',
      'noJsRestrictedProperties',
      'noNodejsModules',
    ]);
    expect((found.get(file) ?? []).filter((rule) => rules.has(rule))).toEqual([]);
  });
});
