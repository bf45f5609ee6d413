/** The documents against the code: what they name exists, and what a page author may use is documented. */
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
  it('orients in about ninety lines, with the two commands and how to install', () => {
    expect(readme.trim().split('\n').length).toBeLessThanOrEqual(110);
    for (const command of ['npm start', 'npm test', 'npm install slate-collab yjs']) expect(readme).toContain(command);
  });

  it.each(['README.md', 'CONTRIBUTING.md'])('%s names only scripts that there are', async (file) => {
    const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
    const named = [...(await read(file)).matchAll(/npm run ([\w:]+)/g)].map(([, script = '']) => script);
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});

describe('CONTRIBUTING', () => {
  it('names every script a contributor runs', async () => {
    const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
    const text = await read('CONTRIBUTING.md');
    const quiet = ['prepublishOnly', 'build:demo'];
    const missing = Object.keys(scripts).filter((name) => !quiet.includes(name) && !text.includes(`npm run ${name}`));
    expect(missing.filter((name) => !text.includes(`npm ${name}`))).toEqual([]);
  });

  it('names only settings that the code reads', async () => {
    const text = await read('CONTRIBUTING.md');
    const settings = [...text.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name = '']) => name);
    const files = ['scripts', 'src/service', 'test/support'].map(async (folder) => {
      const names = await readdir(join(root, folder));
      return Promise.all(names.filter((name) => /\.(?:m?js|ts)$/.test(name)).map((name) => read(`${folder}/${name}`)));
    });
    const code = (await Promise.all(files)).flat().join('\n');
    expect(settings.length).toBeGreaterThan(5);
    expect(settings.filter((name) => !code.includes(name))).toEqual([]);
  });
});

describe('docs/elements.md', () => {
  it.each(elements)('<$tagName>: names its attributes, parts, custom properties and events', async (element) => {
    const { tagName, attributes = [], cssParts = [], cssProperties = [], events = [] } = element;
    const document = await read('docs/elements.md');
    const [, rest = ''] = document.split(`## \`<${tagName}>\``);
    const [section = ''] = rest.split('\n## ');
    const names = [...attributes, ...cssParts, ...cssProperties, ...events].map(({ name }) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !section.includes(`\`${name}\``))).toEqual([]);
  });

  it('names only error classes that there are', async () => {
    const errors = await read('src/errors.ts');
    const named = new Set([...(await read('docs/elements.md')).matchAll(/`(\w+Error)`/g)].map(([, name = '']) => name));
    expect(named.size).toBeGreaterThan(3);
    expect([...named].filter((name) => !errors.includes(`class ${name} `))).toEqual([]);
  });
});

describe('docs/decisions', () => {
  it('lists every record, and each says context, decision, gain and cost', async () => {
    const files = (await readdir(join(root, 'docs/decisions'))).filter((name) => name !== 'README.md').sort();
    const index = await read('docs/decisions/README.md');
    expect([...index.matchAll(/\]\(([^)]+)\)/g)].map(([, name]) => name)).toEqual(files);
    for (const file of files) {
      const headings = [...(await read(`docs/decisions/${file}`)).matchAll(/^## (.+)$/gm)].map(
        ([, heading]) => heading,
      );
      expect(headings, file).toEqual(['Context', 'Decision', 'What we gain', 'What it costs']);
    }
  });
});

describe('links between the documents', () => {
  it.each([
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'docs/ARCHITECTURE.md',
    'docs/PROTOCOL.md',
    'docs/documents.md',
    'docs/editors.md',
    'docs/elements.md',
    'docs/frameworks.md',
  ])('%s leads somewhere', async (file) => {
    const text = await read(file);
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !existsSync(join(root, dirname(file), target)))).toEqual([]);
  });

  it('docs/ARCHITECTURE.md names only files and folders that there are', async () => {
    const text = await read('docs/ARCHITECTURE.md');
    const named = [...text.matchAll(/`((?:src|elements|test|scripts|docs)\/[^`*{\s]+)`/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
