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

const OFFSET_BASIS = 0x6c62272e07bb014262b821756295c58dn;
const PRIME = 0x1000000000000000000013bn;

/**
 * S6: a text as 128 bits, in 32 hexadecimal digits: FNV-1a over its UTF-8. Two texts never get one by accident; whoever
 * tries can find two.
 */
export function hash128(text: string): string {
  let hash = OFFSET_BASIS;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * PRIME);
  return hash.toString(16).padStart(32, '0');
}
