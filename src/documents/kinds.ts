/** What the roots of a document are. Only the program that uses a root knows it; before that, its content tells. */
import {
  type AbstractType,
  ContentEmbed,
  ContentFormat,
  ContentString,
  ContentType,
  Text,
  XmlElement,
  XmlFragment,
  XmlHook,
  XmlText,
  Array as YArray,
  Map as YMap,
} from 'yjs';

export type RootKind = 'text' | 'map' | 'array' | 'xml' | 'empty';

const TEXT = [ContentString, ContentFormat, ContentEmbed];
const XML = [XmlElement, XmlText, XmlHook];

export function kindOf(type: Pick<AbstractType<never>, '_map' | '_start'>): RootKind {
  if (type instanceof Text) return 'text';
  if (type instanceof XmlFragment) return 'xml';
  if (type instanceof YMap) return 'map';
  if (type instanceof YArray) return 'array';
  if (type._map.size > 0) return 'map';
  for (let item = type._start; item; item = item.right) {
    const { content } = item;
    if (item.deleted) continue; // what was deleted does not say any more what it was
    if (TEXT.some((each) => content instanceof each)) return 'text';
    return content instanceof ContentType && XML.some((each) => content.type instanceof each) ? 'xml' : 'array';
  }
  return 'empty';
}
