#!/usr/bin/env node
/**
 * Makes custom-elements.json, which editors and documentation tools read, the reference in docs/elements.md, and the
 * types for the markup of frameworks in elements/markup/elements.ts, from the class comments in elements/. `node
 * scripts/manifest.mjs` writes them; with `--check` it only compares, and fails when a file in the repository differs
 * from what the sources say.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cli } from '@custom-elements-manifest/analyzer/cli.js';
import { elementsDoc } from './elements-doc.js';
import { elementsMarkup } from './elements-markup.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = `${root}custom-elements.json`;
const guide = `${root}docs/elements.md`;
const markup = `${root}elements/markup/elements.ts`;

/** The analyser looks for customElements.define; ours is called by the define.ts of each element. */
async function definitionIn(source) {
  const [, tag, name] = (await readFile(`${root}${source}`, 'utf8')).match(/^define\('([-\w]+)', (\w+)\);$/m) ?? [];
  return tag && { tag, name };
}

/** Only what a page may use: no private fields, no inner state, no event that only the code's types tell of. */
function publicPart(element) {
  const { members = [], attributes = [], events = [], ...rest } = element;
  const inner = ({ name, privacy = 'public' }) => privacy !== 'public' || name.startsWith('#');
  const hidden = new Set(members.filter(inner).map(({ name }) => name));
  // The analyser gives a property the value of its default, and the attribute the name of the constant that holds it.
  const defaults = new Map(members.map(({ name, default: value }) => [name, value]));
  const withDefault = (one) => (one.default ? { ...one, default: defaults.get(one.fieldName) ?? one.default } : one);
  return {
    ...rest,
    attributes: attributes.filter(({ fieldName, name }) => !hidden.has(fieldName ?? name)).map(withDefault),
    members: members.filter(({ name }) => !hidden.has(name)),
    events: events.filter(({ description }) => description),
  };
}

async function build() {
  const argv = ['analyze', '--litelement', '--quiet', '--globs', 'elements/**/*.ts', '--exclude', 'elements/demo/**'];
  const { modules, ...head } = await cli({ argv, cwd: root, noWrite: true });
  const tags = new Map();
  const kept = [];
  for (const module of modules) {
    const definition = await definitionIn(module.path);
    if (definition) {
      tags.set(definition.name, definition.tag);
      const declaration = { name: definition.name, module: module.path.replace('define.ts', `${definition.tag}.ts`) };
      kept.push({ ...module, exports: [{ kind: 'custom-element-definition', name: definition.tag, declaration }] });
    } else if (module.path === 'elements/shared/room-events.ts') {
      for (const event of module.declarations) event.superclass = { name: 'Event', package: 'global:' };
      kept.push(module);
    } else {
      const declarations = module.declarations.filter(({ customElement }) => customElement).map(publicPart);
      const names = new Set(declarations.map(({ name }) => name));
      const exports = module.exports.filter(({ declaration }) => names.has(declaration.name));
      if (declarations.length > 0) kept.push({ ...module, declarations, exports });
    }
  }
  for (const { declarations } of kept) for (const one of declarations) one.tagName = tags.get(one.name);
  kept.sort((a, b) => (a.path < b.path ? -1 : 1));
  // The analyser names the sources; users of the package have what was built from them.
  const text = JSON.stringify({ ...head, modules: kept }, null, 2);
  return { tags, text: `${text.replace(/"\/?((?:elements|src)\/[^"\s]*)\.[jt]s"/g, '"dist/$1.js"')}\n` };
}

const { tags, text } = await build();
const manifest = JSON.parse(text);
const doc = elementsDoc(await readFile(guide, 'utf8'), manifest);
const files = new Map([
  [file, text],
  [guide, doc],
  [markup, elementsMarkup(manifest)],
]);
if (process.argv.includes('--check')) {
  for (const [path, wanted] of files) {
    if ((await readFile(path, 'utf8').catch(() => '')) === wanted) continue;
    console.error(
      `${path.slice(root.length)} does not match the class comments in elements/. Renew it: npm run manifest`,
    );
    process.exitCode = 1;
  }
} else {
  await mkdir(dirname(markup), { recursive: true });
  for (const [path, wanted] of files) await writeFile(path, wanted);
  const names = [...files.keys()].map((path) => path.slice(root.length)).join(', ');
  console.log(`${names}: ${[...tags.values()].sort().join(', ')}`);
}
