/** Y3: what is heard of the changes of a document, and that Yjs encodes own edits alone. */
import { describe, expect, it, vi } from 'vitest';
import { applyUpdate, Doc, encodeStateAsUpdate, Text } from 'yjs';
import { onChanges } from '../../../src/documents/changes.js';

function lab() {
  const doc = new Doc();
  const edits: Uint8Array[] = [];
  const changes: boolean[] = [];
  const stop = onChanges(doc, {
    changed: ({ local }) => changes.push(local),
    edited: (update) => edits.push(update),
  });
  return { doc, text: doc.getText('text'), edits, changes, stop };
}

describe('Y3: changes of a document', () => {
  it('gives own edits, which make the same document elsewhere, deletions included', () => {
    const { doc, text, edits, changes } = lab();
    text.insert(0, 'abc');
    text.delete(1, 1);
    doc.transact(() => text.insert(0, 'x'), 'an editor');
    const copy = new Doc();
    for (const update of edits) applyUpdate(copy, update);
    expect(copy.getText('text').toString()).toBe('xac');
    expect(changes).toEqual([true, true, true]);
  });

  it('tells of edits of others, and Yjs encodes none of them', () => {
    const { doc, edits, changes, text } = lab();
    const other = new Doc();
    other.getText('text').insert(0, 'abc');
    text.insert(0, 'own');
    const emit = vi.spyOn(doc, 'emit');
    applyUpdate(doc, encodeStateAsUpdate(other));
    other.getText('text').delete(0, 3);
    applyUpdate(doc, encodeStateAsUpdate(other));
    expect(changes).toEqual([true, false, false]);
    expect(edits).toHaveLength(1);
    expect(emit.mock.calls.filter(([name]) => name === 'update')).toEqual([]);
    emit.mockRestore();
    text.insert(0, 'x');
    expect(edits).toHaveLength(2);
  });

  it('tells of edits of others whose content is gone already', () => {
    const { doc, changes } = lab();
    const other = new Doc();
    other.getMap('map').set('key', new Text());
    other.getMap('map').set('key', 1);
    applyUpdate(doc, encodeStateAsUpdate(other));
    applyUpdate(doc, encodeStateAsUpdate(other)); // nothing new
    expect(changes).toEqual([false]);
  });

  it('tells nothing of a transaction that changes nothing, and gives none of the next one of others', () => {
    const { doc, edits, changes } = lab();
    doc.transact(() => undefined);
    const other = new Doc();
    other.getText('text').insert(0, 'abc');
    applyUpdate(doc, encodeStateAsUpdate(other));
    expect(changes).toEqual([false]);
    expect(edits).toEqual([]);
  });

  it('gives an edit that an observer makes after one of others', () => {
    const { doc, text, edits } = lab();
    text.observe(({ transaction }) => {
      if (!transaction.local) text.insert(0, '!');
    });
    const other = new Doc();
    other.getText('text').insert(0, 'abc');
    applyUpdate(doc, encodeStateAsUpdate(other));
    expect(edits).toHaveLength(1);
    applyUpdate(other, edits[0] as Uint8Array);
    expect(other.getText('text').toString()).toBe(text.toString());
  });

  it('ends', () => {
    const { text, edits, changes, stop } = lab();
    stop();
    text.insert(0, 'abc');
    expect([edits, changes]).toEqual([[], []]);
  });
});
