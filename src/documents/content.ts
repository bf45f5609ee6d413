/** Copying what one document contains into another one, as a new edit: for documents that must not be merged (Y16). */
import {
  AbstractType,
  ContentEmbed,
  ContentFormat,
  ContentString,
  ContentType,
  Doc,
  Text,
  XmlElement,
  XmlFragment,
  XmlText,
  Array as YArray,
  Map as YMap,
} from 'yjs';

type Kind = 'text' | 'xml' | 'map' | 'array';

/** Makes the content of `to` that of `from`. */
export function copyContent(from: Doc, to: Doc): void {
  to.transact(() => {
    for (const [name, type] of from.share) COPY[kindOf(type)](name, from, to);
  });
}

const COPY: Record<Kind, (name: string, from: Doc, to: Doc) => void> = {
  text(name, from, to) {
    const target = to.getText(name);
    target.delete(0, target.length);
    target.applyDelta(from.getText(name).toDelta());
  },
  xml(name, from, to) {
    const target = to.getXmlFragment(name);
    target.delete(0, target.length);
    const nodes = from.getXmlFragment(name).toArray() as (XmlElement | XmlText)[];
    target.insert(
      0,
      nodes.map((node) => node.clone()),
    );
  },
  map(name, from, to) {
    const target = to.getMap(name);
    target.clear();
    for (const [key, value] of from.getMap(name)) target.set(key, copyOf(value));
  },
  array(name, from, to) {
    const target = to.getArray(name);
    target.delete(0, target.length);
    target.insert(0, from.getArray(name).toArray().map(copyOf));
  },
};

function copyOf(value: unknown): unknown {
  if (value instanceof AbstractType) return value.clone();
  return value instanceof Doc ? new Doc({ guid: value.guid }) : value;
}

/** A root that nobody has asked for yet has no type, and shows it by what it contains. */
function kindOf(type: Doc['share'] extends Map<string, infer T> ? T : never): Kind {
  if (type instanceof Text) return 'text';
  if (type instanceof XmlFragment) return 'xml';
  if (type instanceof YMap) return 'map';
  if (type instanceof YArray) return 'array';
  for (let item = type._start; item; item = item.right) {
    const { content } = item;
    if (content instanceof ContentString || content instanceof ContentFormat || content instanceof ContentEmbed) {
      return 'text';
    }
    if (content instanceof ContentType) {
      return content.type instanceof XmlElement || content.type instanceof XmlText ? 'xml' : 'array';
    }
  }
  return type._map.size > 0 ? 'map' : 'array';
}
