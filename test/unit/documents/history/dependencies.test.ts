/** Y9: an entry holds what its edits depend on and the history may lack. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { decodeUpdate } from '../../../../src/documents/history/decode.js';
import { dependenciesOf } from '../../../../src/documents/history/dependencies.js';

const textOf = (doc: Y.Doc) => doc.getText('text').toJSON();

/** What `act` changes in the document, as V2 and decoded. */
function editOf(doc: Y.Doc, act: () => void) {
  const before = Y.encodeStateVector(doc);
  act();
  const update = Y.encodeStateAsUpdateV2(doc, before);
  return { update, structs: decodeUpdate(update).structs };
}

describe('what an edit depends on', () => {
  it('Y9: is the text of others beside it that nobody has saved, and what that depends on', () => {
    const [ada, bob, cleo] = [new Y.Doc(), new Y.Doc(), new Y.Doc()];
    bob.getText('text').insert(0, 'bob');
    Y.applyUpdate(cleo, Y.encodeStateAsUpdate(bob));
    cleo.getText('text').insert(3, ' cleo');
    Y.applyUpdate(ada, Y.encodeStateAsUpdate(cleo));
    const { update, structs } = editOf(ada, () => ada.getText('text').insert(8, ' ada'));
    const before = dependenciesOf(ada, structs, () => 0);
    const reader = new Y.Doc();
    Y.applyUpdateV2(reader, Y.mergeUpdatesV2([before as Uint8Array, update]));
    expect(textOf(reader)).toBe('bob cleo ada');
  });

  it('Y9: is nothing where it stands alone, or the history has what is beside it', () => {
    const [ada, bob] = [new Y.Doc(), new Y.Doc()];
    bob.getText('text').insert(0, 'bob');
    Y.applyUpdate(ada, Y.encodeStateAsUpdate(bob));
    const alone = editOf(ada, () => ada.getMap('map').set('a', 1));
    expect(dependenciesOf(ada, alone.structs, () => 0)).toBeUndefined();
    const beside = editOf(ada, () => ada.getText('text').insert(3, '!'));
    const kept = (client: number) => (client === bob.clientID ? 3 : Y.getState(ada.store, client) - 1);
    expect(dependenciesOf(ada, beside.structs, kept)).toBeUndefined();
    expect(dependenciesOf(ada, beside.structs, (client) => (client === bob.clientID ? 2 : 1))).toBeDefined();
  });

  it('Y9: is enough to show the edit, and deletions of it are kept', () => {
    const step = fc.record({ who: fc.nat(2), at: fc.nat(40), remove: fc.nat(4), nested: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 25 }),
        fc.array(fc.nat(8), { minLength: 3 }),
        (steps, known) => {
          const docs = [new Y.Doc(), new Y.Doc(), new Y.Doc()];
          for (const [i, doc] of docs.entries()) doc.clientID = i + 1;
          let last = editOf(docs[0] as Y.Doc, () => undefined);
          let author = docs[0] as Y.Doc;
          for (const { who, at, remove, nested } of steps) {
            author = docs[who] as Y.Doc;
            const list = author.getArray<unknown>('list');
            last = editOf(author, () => {
              const place = Math.min(at, list.length);
              const inner = list.get(place);
              if (nested && inner instanceof Y.Array) inner.push([at]);
              else list.insert(place, [nested ? new Y.Array() : at]);
              list.delete(0, Math.min(remove > 2 ? 1 : 0, list.length - 1));
            });
            for (const other of docs) Y.applyUpdate(other, Y.encodeStateAsUpdate(author));
          }
          // The history has some prefix of each client.
          const history = new Y.Doc();
          const prefix = (client: number) => Math.min(known[client - 1] ?? 0, Y.getState(author.store, client));
          const kept = new Map(docs.map(({ clientID }) => [clientID, prefix(clientID)]));
          const before = dependenciesOf(author, last.structs, (client) => kept.get(client) ?? 0);
          Y.applyUpdate(history, Y.encodeStateAsUpdate(author));
          const needed = new Map(kept);
          for (const { id, length } of before ? decodeUpdate(before).structs : []) {
            expect(id.clock).toBeLessThanOrEqual(needed.get(id.client) ?? 0);
            needed.set(id.client, Math.max(id.clock + length, needed.get(id.client) ?? 0));
          }
          for (const { id, length } of last.structs) {
            expect(id.clock).toBeLessThanOrEqual(Math.max(needed.get(id.client) ?? 0, id.clock));
            needed.set(id.client, Math.max(id.clock + length, needed.get(id.client) ?? 0));
          }
          // Nothing that the edit, or what came with it, stands beside is outside of what is there now.
          const all = [...(before ? decodeUpdate(before).structs : []), ...decodeUpdate(last.update).structs];
          for (const struct of all) {
            if (!(struct instanceof Y.Item)) continue;
            for (const id of [struct.origin, struct.rightOrigin]) {
              if (id) expect(id.clock).toBeLessThan(needed.get(id.client) ?? 0);
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
