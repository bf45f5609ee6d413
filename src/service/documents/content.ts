/**
 * What a document holds, for a person: its texts, its content as JSON, and what it is made of. A document does not say
 * what its parts are (only the program that uses them knows), so that is told from what is in them.
 */
import type * as Y from 'yjs';
import { kindOf, type RootKind } from '../../documents/kinds.js';

/** One of the parts of a document that have a name: `doc.getText('content')`, for example. */
export interface Part {
  readonly name: string;
  readonly kind: RootKind;
}

export interface Makeup {
  /** The pieces that Yjs keeps, and how many of them only say that something was deleted. */
  readonly structs: number;
  readonly deleted: number;
  /** How many sessions have written to it. */
  readonly clients: number;
}

/** The parts of a document, by name. */
export function partsOf(doc: Y.Doc): Part[] {
  return [...doc.share]
    .map(([name, type]) => ({ name, kind: kindOf(type) }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The text of a part that is one; the markup of one of XML. */
export function textOf(doc: Y.Doc, { name, kind }: Part): string {
  return kind === 'xml' ? doc.getXmlFragment(name).toString() : doc.getText(name).toString();
}

/** The content, as JSON can hold it: texts as text, XML as markup. */
export function jsonOf(doc: Y.Doc): Record<string, unknown> {
  const entries = partsOf(doc).map((part): [string, unknown] => {
    if (part.kind === 'map') return [part.name, doc.getMap(part.name).toJSON()];
    if (part.kind === 'array') return [part.name, doc.getArray(part.name).toJSON()];
    return [part.name, part.kind === 'empty' ? null : textOf(doc, part)];
  });
  return Object.fromEntries(entries); // own properties, `__proto__` too
}

export function makeupOf(doc: Y.Doc): Makeup {
  const all = [...doc.store.clients.values()].flat();
  return {
    structs: all.length,
    deleted: all.filter((struct) => struct.deleted).length,
    clients: doc.store.clients.size,
  };
}
