/** Y15: restoring a version is a new edit, which merges with what others do meanwhile. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyUpdate, Doc, encodeStateAsUpdate, type Text, UndoManager, Map as YMap } from 'yjs';
import { restoreTo, restoringUpdate } from '../../../src/documents/restore.js';
import { applyAsOwn } from '../../../src/documents/seed.js';

function copyOf(doc: Doc): Doc {
  const copy = new Doc();
  applyUpdate(copy, encodeStateAsUpdate(doc));
  return copy;
}

/** A root says what it is only where somebody asked for it. */
function content(doc: Doc) {
  return {
    text: doc.getText('text').toDelta() as unknown,
    map: doc.getMap('map').toJSON(),
    list: doc.getArray('list').toJSON(),
  };
}

describe('a version', () => {
  it('Y15: comes back, deletions and nested types included', () => {
    const doc = new Doc();
    doc.getText('text').insert(0, 'hello world', { bold: true });
    doc.getMap('map').set('inner', new YMap([['a', 1]]));
    const then = copyOf(doc);
    const before = content(then);
    doc.getText('text').delete(0, 6);
    doc.getText('text').insert(0, 'goodbye ');
    doc.getMap('map').delete('inner');
    doc.getArray('list').push([1, 2, 3]);
    applyAsOwn(doc, restoringUpdate(doc, then), null);
    expect(content(doc)).toEqual(before);
  });

  it('Y15: leaves every later edit at its place, wherever the person has written before', () => {
    const doc = new Doc();
    const [text, list] = [doc.getText('text'), doc.getArray<number>('list')];
    text.insert(0, 'old');
    list.push([1, 2, 3]);
    const then = copyOf(doc);
    text.insert(3, ' and new');
    text.insert(0, '# ');
    list.insert(3, [4]);
    list.insert(0, [0]);
    restoreTo(doc, then);
    text.insert(3, 'er');
    list.insert(3, [9]);
    expect([text.toJSON(), list.toJSON()]).toEqual(['older', [1, 2, 3, 9]]);
  });

  it('Y15: is an edit that can be undone, and that merges with what another types meanwhile', () => {
    const doc = new Doc();
    doc.getText('text').insert(0, 'one');
    const then = copyOf(doc);
    doc.getText('text').insert(3, ' two');
    const other = copyOf(doc);
    other.getText('text').insert(0, '>> ');
    const undo = new UndoManager(doc);
    applyAsOwn(doc, restoringUpdate(doc, then), null);
    applyUpdate(doc, encodeStateAsUpdate(other), 'another');
    expect(doc.getText('text').toJSON()).toBe('>> one');
    undo.undo();
    expect(doc.getText('text').toJSON()).toBe('>> one two');
  });

  it('Y15: comes back from any later state', () => {
    const edit = fc.record({ at: fc.nat(30), insert: fc.string({ maxLength: 5 }), remove: fc.nat(6), key: fc.nat(3) });
    const run = (doc: Doc, edits: readonly { at: number; insert: string; remove: number; key: number }[]) => {
      for (const { at, insert, remove, key } of edits) {
        const text: Text = doc.getText('text');
        const place = Math.min(at, text.length);
        text.delete(place, Math.min(remove, text.length - place));
        text.insert(place, insert);
        doc.getMap('map').set(`k${key}`, insert);
        if (remove > 3) doc.getMap('map').delete(`k${(key + 1) % 4}`);
        doc.getArray('list').push([insert]);
        if (remove > 4) doc.getArray('list').delete(0);
      }
    };
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 12 }), fc.array(edit, { maxLength: 12 }), (first, later) => {
        const doc = new Doc();
        run(doc, first);
        const then = copyOf(doc);
        const other = copyOf(doc);
        run(doc, later.slice(0, 6));
        run(other, later.slice(6));
        applyUpdate(doc, encodeStateAsUpdate(other));
        applyAsOwn(doc, restoringUpdate(doc, then), null);
        expect(content(doc)).toEqual(content(then));
      }),
      { numRuns: 200 },
    );
  });
});
