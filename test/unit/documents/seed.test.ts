/** Y16: the first content of a document is there once, however many sessions make it. */
import { describe, expect, it } from 'vitest';
import { applyUpdate, Doc, encodeStateAsUpdate, Map as YMap } from 'yjs';
import { SeedNotDeterministicError } from '../../../src/documents/errors.js';
import { applyAsOwn, isUntouched, seedUpdate } from '../../../src/documents/seed.js';

const hello = (doc: Doc) => {
  doc.getText('content').insert(0, 'hello');
  doc.getMap('meta').set('nested', new YMap([['a', 1]]));
};

describe('a seed', () => {
  it('Y16: that two sessions run makes the same content, which is there once', () => {
    const [one, other] = [new Doc(), new Doc()];
    applyAsOwn(one, seedUpdate('d', hello), null);
    applyAsOwn(other, seedUpdate('d', hello), null);
    one.getText('content').insert(5, '!');
    applyUpdate(other, encodeStateAsUpdate(one));
    applyUpdate(one, encodeStateAsUpdate(other));
    expect(one.getText('content').toJSON()).toBe('hello!');
    expect(other.getText('content').toJSON()).toBe('hello!');
    expect(other.getMap('meta').toJSON()).toEqual({ nested: { a: 1 } });
  });

  it('Y16: that differs makes other structs than another one', () => {
    const doc = new Doc();
    applyUpdate(doc, seedUpdate('d', hello));
    applyUpdate(
      doc,
      seedUpdate('d', (each) => each.getText('content').insert(0, 'salut')),
    );
    expect([...doc.store.clients.keys()]).toHaveLength(2);
  });

  it('Y16: that makes other content in each run is refused', () => {
    let run = 0;
    const counting = (doc: Doc) => doc.getText('content').insert(0, String(run++));
    expect(() => seedUpdate('notes', counting)).toThrow(SeedNotDeterministicError);
  });

  it('Y16: is for a document that nobody has written to, also one that is empty again', () => {
    const doc = new Doc();
    expect(isUntouched(doc)).toBe(true);
    doc.getText('content').insert(0, 'a');
    doc.getText('content').delete(0, 1);
    expect(isUntouched(doc)).toBe(false);
  });

  it('Y3: is an edit of this session', () => {
    const doc = new Doc();
    const local: boolean[] = [];
    doc.on('update', (_update, _origin, _doc, transaction) => local.push(transaction.local));
    applyAsOwn(doc, seedUpdate('d', hello), null);
    expect(local).toEqual([true]);
  });
});
