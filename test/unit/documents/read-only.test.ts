/** Y19: a document that is open for reading only. */
import { describe, expect, it, vi } from 'vitest';
import { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector } from 'yjs';
import { readOnlyCopy } from '../../../src/documents/read-only.js';

function setup() {
  const author = new Doc();
  author.getText('content').insert(0, 'hello');
  const doc = new Doc();
  const refused = vi.fn();
  const { copy, stop } = readOnlyCopy(doc, refused);
  applyUpdate(copy, encodeStateAsUpdate(author));
  const text = doc.getText('content');
  return { author, doc, copy, text, refused, stop };
}

describe('a document for reading only', () => {
  it('Y19: follows what is received', () => {
    const { author, copy, text, refused } = setup();
    expect(text.toJSON()).toBe('hello');
    author.getText('content').insert(5, '!');
    applyUpdate(copy, encodeStateAsUpdate(author));
    expect(text.toJSON()).toBe('hello!');
    expect(refused).not.toHaveBeenCalled();
  });

  it.each<[string, (doc: Doc) => void]>([
    ['inserting', (doc) => doc.getText('content').insert(2, 'xx')],
    ['deleting', (doc) => doc.getText('content').delete(0, 5)],
    ['formatting', (doc) => doc.getText('content').format(0, 3, { bold: true })],
    ['in a new root', (doc) => doc.getMap('other').set('a', 1)],
    ['with an origin', (doc) => doc.transact(() => doc.getText('content').insert(0, 'x'), 'editor')],
    [
      'two in one transaction',
      (doc) => doc.transact(() => doc.getText('content').insert(0, 'x') ?? doc.getText('content').delete(2, 2)),
    ],
  ])('Y19: takes an edit back, and says so once: %s', (_, edit) => {
    const { doc, text, copy, refused } = setup();
    const before = encodeStateVector(copy);
    edit(doc);
    expect(text.toDelta()).toEqual([{ insert: 'hello' }]);
    expect(doc.getMap('other').toJSON()).toEqual({});
    expect(refused).toHaveBeenCalledTimes(1);
    expect(encodeStateVector(copy)).toEqual(before); // nothing of it could leave
  });

  it('Y19: takes back again what is edited again, and goes on following', () => {
    const { author, doc, copy, text, refused } = setup();
    for (let i = 0; i < 5; i++) doc.getText('content').insert(i, 'x');
    expect(refused).toHaveBeenCalledTimes(5);
    author.getText('content').delete(0, 1);
    applyUpdate(copy, encodeStateAsUpdate(author));
    expect(text.toJSON()).toBe('ello');
  });

  it('Y19: can be edited by the page once it is closed', () => {
    const { doc, text, stop } = setup();
    stop();
    doc.getText('content').insert(0, 'my ');
    expect(text.toJSON()).toBe('my hello');
  });
});
