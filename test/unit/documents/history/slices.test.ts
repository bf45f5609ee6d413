/** Y11, Y12: a document in slices, and edits that are put in as they were decoded, are what Yjs makes of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { decodeUpdates } from '../../../../src/documents/history/decode.js';
import { applyDecoded } from '../../../../src/documents/history/integrate.js';
import { Knowledge, spansOf } from '../../../../src/documents/history/knowledge.js';
import { slicesOf } from '../../../../src/documents/history/slices.js';
import { seeded } from '../../../support/random.js';

/** A document that several clients wrote together, with nested types, maps, formats and deletions; its own edits. */
function written(seed: number, clients: number, edits: number, updates: Uint8Array[] = []): Y.Doc {
  const random = seeded(seed);
  const below = (max: number) => Math.floor(random() * max);
  const docs = Array.from({ length: clients }, () => new Y.Doc());
  for (const doc of docs) {
    doc.on('updateV2', (update: Uint8Array, _: unknown, __: unknown, { local }: Y.Transaction) => {
      if (local) updates.push(update);
    });
  }
  for (let n = 0; n < edits; n++) {
    const doc = docs[below(clients)] as Y.Doc;
    const text = doc.getText('text');
    const list = doc.getArray<Y.Map<number>>('list');
    const kind = random();
    if (kind < 0.6) text.insert(below(text.length + 1), 'ab'.slice(0, 1 + below(2)));
    else if (kind < 0.75 && text.length > 3) text.delete(below(text.length - 2), 2);
    else if (kind < 0.78) text.format(below(text.length + 1), below(4), { bold: n });
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

/** Nothing that one of them has is missing in the other. */
function expectEqual(copy: Y.Doc, doc: Y.Doc): void {
  expect(copy.store.pendingStructs).toBeNull();
  expect(copy.store.pendingDs).toBeNull();
  expect(copy.getText('text').toDelta()).toEqual(doc.getText('text').toDelta());
  expect(copy.getArray('list').toJSON()).toEqual(doc.getArray('list').toJSON());
  expect(Y.encodeSnapshot(Y.snapshot(copy))).toEqual(Y.encodeSnapshot(Y.snapshot(doc)));
}

const decoded = (updates: readonly Uint8Array[]) => [...decodeUpdates(updates)];
const fail = (_: number, cause: unknown) => {
  throw cause;
};

/** Puts updates into a document as the history does, so many in each transaction. */
function take(doc: Y.Doc, updates: readonly Uint8Array[], together: number): void {
  for (let at = 0; at < updates.length; at += together) {
    const some = decoded(updates.slice(at, at + together));
    Y.transact(doc, (transaction) => applyDecoded(transaction, some, fail), 'history', false);
  }
}

describe('Y11: a document in slices', () => {
  it.each([1, 2, 3, 4, 5])('is the same document, and nothing is held back (%s)', (seed) => {
    const doc = written(seed, seed, 600);
    const copy = new Y.Doc();
    const other = new Y.Doc();
    const slices = [...slicesOf(doc, 40)];
    expect(slices.length).toBeGreaterThan(1);
    for (const slice of slices) {
      Y.applyUpdateV2(copy, slice);
      expect(copy.store.pendingStructs).toBeNull();
      expect(copy.store.pendingDs).toBeNull();
      take(other, [slice], 1);
    }
    expectEqual(copy, doc);
    expectEqual(other, doc);
    const knowledge = new Knowledge();
    for (const each of decoded(slices)) knowledge.add(spansOf(each.decoded));
    expect(knowledge.missing(doc)).toBeUndefined();
  });

  it('says what is deleted where the content is kept', () => {
    const doc = new Y.Doc({ gc: false });
    doc.getText('text').insert(0, 'abcdef');
    doc.getText('text').delete(1, 2);
    const copy = new Y.Doc();
    take(copy, [...slicesOf(doc)], 1);
    expect(copy.getText('text').toString()).toBe('adef');
    expectEqual(copy, doc);
  });

  it('of nothing is none', () => {
    expect([...slicesOf(new Y.Doc())]).toEqual([]);
  });
});

describe('Y12: entries of a log', () => {
  it('make the document that Yjs makes of them, in any order, with some of them twice', () => {
    const scenario = fc.record({
      seed: fc.nat(1000),
      clients: fc.integer({ min: 1, max: 4 }),
      together: fc.integer({ min: 1, max: 30 }),
      swaps: fc.array(fc.tuple(fc.nat(400), fc.nat(400)), { maxLength: 6 }),
      again: fc.array(fc.nat(400), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(scenario, ({ seed, clients, together, swaps, again }) => {
        const updates: Uint8Array[] = [];
        const doc = written(seed, clients, 120, updates);
        const log = [...updates];
        for (const at of again) log.splice(at % log.length, 0, updates[at % updates.length] as Uint8Array);
        for (const [from, to] of swaps) {
          const [entry] = log.splice(from % log.length, 1);
          log.splice(to % log.length, 0, entry as Uint8Array);
        }
        const copy = new Y.Doc();
        take(copy, log, together);
        expectEqual(copy, doc);
      }),
      { numRuns: 150 },
    );
  });

  it('of which one depends on what is missing leave the same behind as Yjs does', () => {
    const updates: Uint8Array[] = [];
    written(7, 3, 200, updates);
    const log = updates.filter((_, index) => index % 9 !== 4);
    const copy = new Y.Doc();
    const model = new Y.Doc();
    for (const update of log) Y.applyUpdateV2(model, update);
    take(copy, log, 20);
    expect(model.store.pendingStructs).not.toBeNull();
    expect(Y.encodeSnapshot(Y.snapshot(copy))).toEqual(Y.encodeSnapshot(Y.snapshot(model)));
    take(copy, updates, 20);
    for (const update of updates) Y.applyUpdateV2(model, update);
    expectEqual(copy, model);
  });

  it('do not keep one that cannot be applied from leaving the others', () => {
    const doc = new Y.Doc();
    const updates: Uint8Array[] = [];
    doc.on('updateV2', (update: Uint8Array) => updates.push(update));
    for (const word of ['a', 'b', 'c']) doc.getText('text').insert(0, word);
    const all = decoded(updates);
    const failed: number[] = [];
    const struct = all[1]?.decoded.structs[0] as Y.Item;
    struct.integrate = () => {
      throw new Error('no');
    };
    const copy = new Y.Doc();
    Y.transact(copy, (transaction) => applyDecoded(transaction, all, (index) => void failed.push(index)), 'x', false);
    expect(failed).toEqual([1]);
    expect(Y.getState(copy.store, doc.clientID)).toBe(1);
    take(copy, updates, 3);
    expectEqual(copy, doc);
  });
});
