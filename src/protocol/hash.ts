/**
 * P2: the 32-bit hash of a text, from which the client id of a JSON program and the colour of a user derive. It is
 * FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) over UTF-16 units, followed by a mixing step, so that ids which
 * differ only in their last character get hashes far apart.
 */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  return (value ^ (value >>> 16)) >>> 0;
}
