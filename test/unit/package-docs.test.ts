/** The documents against the code: what README names exists, and what a page author may use is named there. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

interface Named {
  readonly name: string;
}
interface ElementDeclaration {
  readonly tagName?: string;
  readonly attributes?: readonly Named[];
  readonly cssParts?: readonly Named[];
  readonly cssProperties?: readonly Named[];
  readonly events?: readonly Named[];
}
interface ElementsManifest {
  readonly modules: readonly { readonly declarations: readonly ElementDeclaration[] }[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFile(join(root, file), 'utf8');
const readme = await read('README.md');
const manifest = JSON.parse(await read('custom-elements.json')) as ElementsManifest;
const elements = manifest.modules.flatMap(({ declarations }) => declarations).filter(({ tagName }) => tagName);

describe('README', () => {
  it.each(elements)('<$tagName>: names its attributes, parts, custom properties and events', (element) => {
    const { tagName, attributes = [], cssParts = [], cssProperties = [], events = [] } = element;
    expect(readme).toContain(`<${tagName}>`);
    const row = readme.split('\n').find((line) => line.startsWith(`| \`<${tagName}>\``));
    const names = [...attributes, ...cssParts, ...cssProperties].map(({ name }) => name);
    expect(names.filter((name) => !new RegExp(`\`${name}[=\`]`).test(row ?? ''))).toEqual([]);
    expect(events.map(({ name }) => name).filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  it('names only scripts that there are', async () => {
    const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/npm (?:run )?([\w:]+)/g)].map(([, script = '']) => script);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

  it('names only settings that the code reads', async () => {
    const settings = [...readme.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name = '']) => name);
    const files = ['scripts', 'src/service', 'test/support'].map(async (folder) => {
      const names = await readdir(join(root, folder));
      return Promise.all(names.filter((name) => /\.(?:m?js|ts)$/.test(name)).map((name) => read(`${folder}/${name}`)));
    });
    const code = (await Promise.all(files)).flat().join('\n');
    expect(settings.length).toBeGreaterThan(5);
    expect(settings.filter((name) => !code.includes(name))).toEqual([]);
  });

  it('names only error classes that there are', async () => {
    const errors = await read('src/errors.ts');
    const named = new Set([...readme.matchAll(/`(\w+Error)`/g)].map(([, name = '']) => name));
    expect([...named].filter((name) => !errors.includes(`class ${name} `))).toEqual([]);
  });
});

describe('links between the documents', () => {
  it.each(['README.md', 'CHANGELOG.md', 'docs/ARCHITECTURE.md', 'docs/PROTOCOL.md'])(
    '%s leads somewhere',
    async (file) => {
      const text = await read(file);
      const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, target = '']) => target);
      expect(targets.filter((target) => !existsSync(join(root, dirname(file), target)))).toEqual([]);
    },
  );

  it('docs/ARCHITECTURE.md names only files and folders that there are', async () => {
    const text = await read('docs/ARCHITECTURE.md');
    const named = [...text.matchAll(/`((?:src|elements|test|scripts|docs)\/[^`*{\s]+)`/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
