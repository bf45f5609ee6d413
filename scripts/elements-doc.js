/**
 * The reference part of docs/elements.md, made from custom-elements.json: for each element what it is, its
 * attributes and properties, events, slots, parts and custom properties. The text above the marker in that file is
 * written by hand.
 */
export const MARKER =
  '<!-- Everything below is generated from the class comments in elements/ by `npm run manifest`. -->';

/** The whole document: its hand-written part as it stands in `text`, and the reference. */
export function elementsDoc(text, manifest) {
  const [introduction] = text.split(MARKER);
  const elements = manifest.modules
    .flatMap(({ declarations }) => declarations)
    .filter(({ tagName }) => tagName)
    .sort((a, b) => (a.tagName < b.tagName ? -1 : 1));
  return `${introduction}${MARKER}\n\n${elements.map(section).join('\n')}`;
}

function section({
  tagName,
  summary,
  description,
  attributes = [],
  members = [],
  events,
  slots,
  cssParts,
  cssProperties,
}) {
  const attributeOf = new Map(attributes.map(({ fieldName, name }) => [fieldName, name]));
  const fields = members.filter(({ kind }) => kind === 'field');
  const methods = members.filter(({ kind }) => kind === 'method');
  return [
    `## \`<${tagName}>\``,
    `**${summary}** ${description.replaceAll(/\n(?!\n)/g, '\n')}`,
    table(
      ['attribute', 'property', 'type', 'default', 'what it does'],
      fields.map(({ name, type, default: initial, readonly, description: does }) => {
        const attribute = attributes.find(({ fieldName }) => fieldName === name);
        const text = does ?? attribute?.description;
        return [
          code(attributeOf.get(name)),
          code(name),
          code(type?.text),
          code(initial),
          readonly ? `Read only. ${text ?? ''}` : text,
        ];
      }),
    ),
    table(
      ['method', 'what it does'],
      methods.map(({ name, parameters = [], description: does }) => [
        code(`${name}(${parameters.map((one) => one.name).join(', ')})`),
        does,
      ]),
    ),
    table(
      ['event', 'when'],
      (events ?? []).map((event) => [code(event.name), event.description]),
    ),
    table(
      ['slot', 'what goes there'],
      (slots ?? []).map((slot) => [slot.name ? code(slot.name) : 'default', slot.description]),
    ),
    table(
      ['part', 'what it is'],
      (cssParts ?? []).map((part) => [code(part.name), part.description]),
    ),
    table(
      ['custom property', 'default', 'what it sets'],
      (cssProperties ?? []).map((property) => [code(property.name), code(property.default), property.description]),
    ),
  ]
    .filter(Boolean)
    .join('\n\n')
    .concat('\n');
}

/** Nothing where there are no rows. */
function table(head, rows) {
  if (rows.length === 0) return '';
  const line = (cells) => `| ${cells.map((cell) => cellText(cell)).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

const code = (text) => (text === undefined ? '' : `\`${text}\``);
const cellText = (text = '') => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
