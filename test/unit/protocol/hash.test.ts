import { expect, it } from 'vitest';
import { hash, hash128 } from '../../../src/protocol/hash.js';

it('P2: the hash of a text is the one that docs/PROTOCOL.md defines', () => {
  expect(['', 'a', 'ada', '大橋', '😀'].map(hash)).toEqual([372931385, 2264572058, 4121290579, 3108985921, 364494378]);
});

it('P2: texts that differ only in their last character have different hashes', () => {
  expect(hash('user-1')).not.toBe(hash('user-2'));
});

it.each([
  ['', '6c62272e07bb014262b821756295c58d'],
  ['a', 'd228cb696f1a8caf78912b704e4a8964'],
  ['foobar', '343e1662793c64bf6f0d3597ba446f18'],
])('S6: the 128 bits of %j are those that the authors of FNV publish', (text, expected) => {
  expect(hash128(text)).toBe(expected);
});
