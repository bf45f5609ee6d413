/**
 * elements/markup/elements.ts, made from custom-elements.json: for each element what may be written in the markup of a
 * framework, with the words of its documentation. src/react, src/vue and src/svelte give it to their compilers.
 */
const HEAD = `/**
 * What may be written in the markup of each element. Generated from the class comments in elements/ by
 * \`npm run manifest\`. A name is that of an attribute or of a property: a framework sets the property, where there is
 * one of this name.
 */`;

const TAIL = `/** A value in markup, where a number may also be a text. */
type Given<Value> = Value | (Value extends number ? \`\${number}\` : never) | undefined;`;

const WIDTH = 120;

/** The text of the file. */
export function elementsMarkup(manifest) {
  const elements = manifest.modules
    .flatMap(({ declarations, path }) => declarations.map((declaration) => ({ ...declaration, path })))
    .filter(({ tagName }) => tagName)
    .sort((a, b) => (a.tagName < b.tagName ? -1 : 1));
  // The events of the viewer are not in the manifest. The compiler finds a class that is not there either.
  const paths = new Map(
    manifest.modules.flatMap(({ declarations, path }) => declarations.map(({ name }) => [name, path])),
  );
  const imports = new Map(elements.map(({ name, path }) => [name, path]));
  for (const { events = [] } of elements) {
    for (const { type } of events) imports.set(type.text, paths.get(type.text) ?? 'dist/elements/viewer/events.js');
  }
  return `${[
    HEAD,
    importsOf(imports),
    ...elements.flatMap((element) => [propsOf(element), eventsOf(element)]).filter(Boolean),
    mapOf(elements),
    TAIL,
  ].join('\n\n')}\n`.replace(`${HEAD}\n\n`, `${HEAD}\n`);
}

/** One line for each module, in the order in which Biome sorts them. */
function importsOf(classes) {
  return [...new Set(classes.values())]
    .sort()
    .map((path) => {
      const names = [...classes.keys()].filter((name) => classes.get(name) === path).sort();
      const line = `import type { ${names.join(', ')} } from '${path.replace('dist/elements/', '../')}';`;
      return line.length <= WIDTH ? line : line.replace('{ ', '{\n  ').replaceAll(', ', ',\n  ').replace(' }', ',\n}');
    })
    .join('\n');
}

/** The attributes of other names than their property, and the properties that can be set. */
function propsOf({ name, tagName, summary, attributes = [], members = [] }) {
  const fields = members.filter(({ kind, readonly }) => kind === 'field' && !readonly);
  const lines = fields.flatMap((field) => {
    const attribute = attributes.find(({ fieldName }) => fieldName === field.name);
    const text = field.description ?? attribute?.description ?? '';
    const type = `${name}['${field.name}']`;
    const property = `${comment(text, '  ')}\n  ${field.name}?: Given<${type}>;`;
    if (!attribute || attribute.name === field.name) return [property];
    // A property of this type is an attribute that is there or not.
    const empty = field.type?.text === 'boolean' ? " | ''" : '';
    return [`${comment(text, '  ')}\n  '${attribute.name}'?: Given<${type}${empty}>;`, property];
  });
  return `${comment(`\`<${tagName}>\`: ${summary}`)}\nexport interface ${name}Props {\n${lines.join('\n')}\n}`;
}

function eventsOf({ name, tagName, events = [] }) {
  if (events.length === 0) return '';
  const lines = events.map((event) => `${comment(event.description, '  ')}\n  '${event.name}': ${event.type.text};`);
  return `/** The events of \`<${tagName}>\`. */\nexport interface ${name}Events {\n${lines.join('\n')}\n}`;
}

function mapOf(elements) {
  const lines = elements.map(({ name, tagName, events = [] }) => {
    const fired = events.length > 0 ? `${name}Events` : 'object';
    return `  '${tagName}': { element: ${name}; props: ${name}Props; events: ${fired} };`;
  });
  const head = '/** Tag name to the class, what markup may hold, and the events. */\nexport interface SlateElements';
  return `${head} {\n${lines.join('\n')}\n}`;
}

/** A comment, on one line where it fits. */
function comment(text, indent = '') {
  const words = text.split(/\s+/);
  const one = `${indent}/** ${words.join(' ')} */`;
  if (one.length <= WIDTH) return one;
  const lines = [`${indent} *`];
  for (const word of words) {
    if (`${lines.at(-1)} ${word}`.length > WIDTH) lines.push(`${indent} *`);
    lines.push(`${lines.pop()} ${word}`);
  }
  return `${indent}/**\n${lines.join('\n')}\n${indent} */`;
}
