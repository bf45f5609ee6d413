/** The first content of a text, such that several pages that give it at once give it once. */
import { applyUpdate, Doc, encodeStateAsUpdate } from 'yjs';

/**
 * Gives an empty text its first content. A document of its own makes it, whose client id follows from what it makes: so
 * all pages make the same, Yjs takes it for one, and where somebody has deleted it, it does not come back.
 */
export function seed(doc: Doc, name: string, content: string): void {
  const scratch = new Doc();
  scratch.clientID = hash(`${name}\0${content}`);
  scratch.getText(name).insert(0, content);
  applyUpdate(doc, encodeStateAsUpdate(scratch));
  scratch.destroy();
}

/** FNV-1a, 32 bits. Source: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
