/** What is known to be in a history, and what a document has that it lacks. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { decodeUpdate } from '../../../../src/documents/history/decode.js';
import { integrated, Knowledge, spansOf } from '../../../../src/documents/history/knowledge.js';
import { ProtocolError } from '../../../../src/errors.js';

/** A document, and its updates one by one. */
function recorded(client: number) {
  const doc = new Y.Doc();
  doc.clientID = client;
  const updates: Uint8Array[] = [];
  doc.on('updateV2', (update: Uint8Array, _: unknown, __: unknown, { local }: Y.Transaction) => {
    if (local) updates.push(update);
  });
  return { doc, text: doc.getText('text'), updates };
}

function knowing(updates: readonly Uint8Array[]): Knowledge {
  const knowledge = new Knowledge();
  for (const update of updates) knowledge.add(spansOf(decodeUpdate(update)));
  return knowledge;
}

const applied = (...updates: (Uint8Array | undefined)[]) => {
  const doc = new Y.Doc();
  for (const update of updates) if (update) Y.applyUpdateV2(doc, update);
  return doc;
};

describe('knowledge', () => {
  it('Y9: finds what is missing, whatever was lost, deletions included', () => {
    const edit = fc.record({
      who: fc.nat(1),
      at: fc.nat(30),
      length: fc.nat(4),
      remove: fc.boolean(),
      lost: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 40 }), (edits) => {
        const both = [recorded(1), recorded(2)] as const;
        const kept: Uint8Array[] = [];
        for (const { who, at, length, remove, lost } of edits) {
          const [own, other] = who === 0 ? both : ([both[1], both[0]] as const);
          const before = own.updates.length;
          const position = Math.min(at, own.text.length);
          if (remove) own.text.delete(position, Math.min(length, own.text.length - position));
          else own.text.insert(position, 'abcd'.slice(0, length));
          for (const update of own.updates.slice(before)) {
            Y.applyUpdateV2(other.doc, update);
            if (!lost) kept.push(update);
          }
        }
        const { doc } = both[0];
        const knowledge = knowing(kept);
        const missing = knowledge.missing(doc);
        expect(missing === undefined).toBe(knowledge.covers(doc));
        const history = applied(...kept, missing);
        expect(history.getText('text').toString()).toBe(doc.getText('text').toString());
        expect(Y.encodeSnapshot(Y.snapshot(history))).toEqual(Y.encodeSnapshot(Y.snapshot(doc)));
        if (missing) knowledge.add(spansOf(decodeUpdate(missing)));
        expect(knowledge.missing(doc)).toBeUndefined();
        if (kept.length === both[0].updates.length + both[1].updates.length) expect(missing).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it('Y12: of a snapshot is that of all it was folded of', () => {
    const { doc, text } = recorded(1);
    for (let i = 0; i < 50; i++) {
      text.insert(0, 'word ');
      if (i % 3 === 0) text.delete(2, 4);
    }
    expect(knowing([Y.encodeStateAsUpdateV2(doc)]).missing(doc)).toBeUndefined();
  });

  it('Y14: knows when the history lacks what it depends on', () => {
    const { text, updates } = recorded(1);
    for (const word of ['a', 'b', 'c']) text.insert(text.length, word);
    const [first, , third] = updates as [Uint8Array, Uint8Array, Uint8Array];
    expect(knowing(updates).lacks(applied(...updates))).toBe(false);
    expect(knowing([first, third]).lacks(applied(first, third))).toBe(true);
    // Another client's edit depends on one that is missing: no client has a hole.
    const other = recorded(2);
    Y.applyUpdateV2(other.doc, Y.mergeUpdatesV2(updates));
    other.text.insert(1, 'x');
    expect(knowing(other.updates).lacks(applied(...other.updates))).toBe(true);
    // What only the document holds back, because the live lane was ahead, is no fault of the history.
    expect(knowing([first]).lacks(applied(first, third))).toBe(false);
  });

  it('Y7: what a document holds back is not written, and stays there', () => {
    const { text, updates } = recorded(1);
    for (const word of ['a', 'b', 'c']) text.insert(text.length, word);
    const [first, second, third] = updates as [Uint8Array, Uint8Array, Uint8Array];
    const doc = applied(first, third);
    expect(applied(integrated(doc)).store.pendingStructs).toBeNull();
    Y.applyUpdateV2(doc, second);
    expect(doc.getText('text').toString()).toBe('abc');
  });
});

describe('Y18: an update that may be hostile', () => {
  it('is refused when it claims more structs than it can have', () => {
    const encoder = new Y.UpdateEncoderV2();
    const write = (value: number) => {
      for (let rest = value; ; rest = Math.floor(rest / 128)) {
        encoder.restEncoder.cbuf[encoder.restEncoder.cpos++] = (rest % 128) + (rest >= 128 ? 128 : 0);
        if (rest < 128) return;
      }
    };
    write(1);
    write(2 ** 50);
    encoder.writeClient(5);
    write(0);
    encoder.writeInfo(0);
    encoder.writeLen(1);
    const update = encoder.toUint8Array();
    expect(update.length).toBeLessThan(60);
    expect(() => decodeUpdate(update)).toThrow(ProtocolError);
  });
});
