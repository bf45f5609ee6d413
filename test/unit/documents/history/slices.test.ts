/** Y11: a large update in slices is the same update, and no slice waits for a later one. */
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { decodeUpdate } from '../../../../src/documents/history/decode.js';
import { slicesOf } from '../../../../src/documents/history/slices.js';
import { seeded } from '../../../support/random.js';

/** A document that several clients wrote together, with nested types, maps and deletions. */
function written(seed: number, clients: number, edits: number): Y.Doc {
  const random = seeded(seed);
  const below = (max: number) => Math.floor(random() * max);
  const docs = Array.from({ length: clients }, () => new Y.Doc());
  for (let n = 0; n < edits; n++) {
    const doc = docs[below(clients)] as Y.Doc;
    const text = doc.getText('text');
    const list = doc.getArray<Y.Map<number>>('list');
    const kind = random();
    if (kind < 0.6) text.insert(below(text.length + 1), 'ab'.slice(0, 1 + below(2)));
    else if (kind < 0.75 && text.length > 3) text.delete(below(text.length - 2), 2);
    else if (kind < 0.85) list.insert(below(list.length + 1), [new Y.Map()]);
    else if (kind < 0.97 && list.length > 0) list.get(below(list.length)).set(`k${below(3)}`, n);
    else if (list.length > 0) list.delete(below(list.length));
    if (n % 5 === 0) {
      const other = docs[below(clients)] as Y.Doc;
      Y.applyUpdate(other, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(other)));
    }
  }
  for (const doc of docs) Y.applyUpdate(docs[0] as Y.Doc, Y.encodeStateAsUpdate(doc));
  return docs[0] as Y.Doc;
}

describe('an update in slices', () => {
  it.each([1, 2, 3, 4, 5])('makes the same document, and nothing is held back (%s)', (seed) => {
    const doc = written(seed, 1 + seed, 600);
    const state = Y.encodeStateAsUpdateV2(doc);
    const copy = new Y.Doc();
    let slices = 0;
    for (const slice of slicesOf(decodeUpdate(state), 40)) {
      Y.applyUpdateV2(copy, slice);
      expect(copy.store.pendingStructs).toBeNull();
      expect(copy.store.pendingDs).toBeNull();
      slices++;
    }
    expect(slices).toBeGreaterThan(1);
    expect(copy.getText('text').toString()).toBe(doc.getText('text').toString());
    expect(copy.getArray('list').toJSON()).toEqual(doc.getArray('list').toJSON());
    expect(Y.encodeStateVector(copy)).toEqual(Y.encodeStateVector(doc));
    expect(Y.equalSnapshots(Y.snapshot(copy), Y.snapshot(doc))).toBe(true);
  });

  it('of nothing, and of deletions alone, is one', () => {
    const doc = new Y.Doc();
    doc.getText('text').insert(0, 'abc');
    const before = Y.encodeStateAsUpdateV2(doc);
    const vector = Y.encodeStateVector(doc);
    doc.getText('text').delete(1, 1);
    const copy = new Y.Doc();
    for (const update of [before, Y.encodeStateAsUpdateV2(doc, vector)]) {
      const slices = [...slicesOf(decodeUpdate(update))];
      expect(slices).toHaveLength(1);
      for (const slice of slices) Y.applyUpdateV2(copy, slice);
    }
    expect(copy.getText('text').toString()).toBe('ac');
  });
});
