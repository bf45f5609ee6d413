#!/usr/bin/env node
/**
 * `npm run manifest` writes custom-elements.json, which editors and documentation tools read, from the class comments
 * of the elements. With `--check` it writes nothing and fails if the file in the repository is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { cli } from '@custom-elements-manifest/analyzer/cli.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = `${root}custom-elements.json`;

/**
 * The tag that a define.ts registers. The analyser finds only direct calls of customElements.define, which we do not
 * have.
 */
async function definitionIn(source) {
  const [, tag, name] = (await readFile(`${root}${source}`, 'utf8')).match(/^define\('([-\w]+)', (\w+)\);$/m) ?? [];
  return tag && { tag, name };
}

/** Only what a page may use: no private or internal member, and only events with a description. */
function publicPart(element) {
  const { members = [], attributes = [], events = [], ...rest } = element;
  const inner = ({ name, privacy = 'public' }) => privacy !== 'public' || name.startsWith('#');
  const hidden = new Set(members.filter(inner).map(({ name }) => name));
  return {
    ...rest,
    attributes: attributes.filter(({ fieldName, name }) => !hidden.has(fieldName ?? name)),
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
  // The analyser names source files; the package contains the files built from them.
  const text = JSON.stringify({ ...head, modules: kept }, null, 2);
  return { tags, text: `${text.replace(/"\/?((?:elements|src)\/[^"\s]*)\.[jt]s"/g, '"dist/$1.js"')}\n` };
}

const { tags, text } = await build();
if (!process.argv.includes('--check')) {
  await writeFile(file, text);
  console.log(`custom-elements.json: ${[...tags.values()].sort().join(', ')}`);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
  console.error('custom-elements.json is out of date. Write it again: npm run manifest');
  process.exitCode = 1;
}
