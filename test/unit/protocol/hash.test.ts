import { expect, it } from 'vitest';
import { hash } from '../../../src/protocol/hash.js';

it('P2: the hash of a text is the one that docs/PROTOCOL.md defines', () => {
  expect(['', 'a', 'ada', '大橋', '😀'].map(hash)).toEqual([372931385, 2264572058, 4121290579, 3108985921, 364494378]);
});

it('P2: texts that differ only in their last character have different hashes', () => {
  expect(hash('user-1')).not.toBe(hash('user-2'));
});
