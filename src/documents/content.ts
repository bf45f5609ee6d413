/** Copying what one document contains into another one, as a new edit: for documents that must not be merged (Y16). */
import { AbstractType, Doc, type XmlElement, type XmlText } from 'yjs';
import { kindOf, type RootKind } from './kinds.js';

/** Makes the content of `to` that of `from`. */
export function copyContent(from: Doc, to: Doc): void {
  to.transact(() => {
    for (const [name, type] of from.share) COPY[kindOf(type)](name, from, to);
  });
}

const COPY: Record<RootKind, (name: string, from: Doc, to: Doc) => void> = {
  empty() {
    // there is nothing to copy, and nothing says what it is
  },
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
