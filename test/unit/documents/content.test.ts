/** Y16: what a document contains becomes the content of another one. */
import { expect, it } from 'vitest';
import { applyUpdate, Doc, encodeStateAsUpdate, XmlElement, XmlText, Array as YArray, Map as YMap } from 'yjs';
import { copyContent } from '../../../src/documents/content.js';

function filled(word: string): Doc {
  const doc = new Doc();
  doc.getText('text').insert(0, word, { bold: true });
  doc.getText('text').insertEmbed(1, { image: word });
  doc.getMap('map').set('inner', new YMap([['word', word]]));
  doc.getArray('list').push([word, new YArray(), { plain: 1 }]);
  const paragraph = new XmlElement('p');
  paragraph.setAttribute('class', word);
  paragraph.insert(0, [new XmlText(word)]);
  doc.getXmlFragment('xml').insert(0, [paragraph]);
  return doc;
}

const content = (doc: Doc) => ({
  text: doc.getText('text').toDelta() as unknown,
  map: doc.getMap('map').toJSON(),
  list: doc.getArray('list').toJSON(),
  xml: doc.getXmlFragment('xml').toString(),
});

it.each([true, false])('Y16: all of it, and nothing of what was there before (its types are known: %s)', (known) => {
  const mine = filled('mine');
  const from = new Doc();
  if (known) content(from);
  applyUpdate(from, encodeStateAsUpdate(mine));
  const to = new Doc();
  applyUpdate(to, encodeStateAsUpdate(filled('theirs')));
  copyContent(from, to);
  expect(content(to)).toEqual(content(mine));
});

it('Y16: as one edit of the session, which others merge', () => {
  const to = filled('theirs');
  const other = new Doc();
  applyUpdate(other, encodeStateAsUpdate(to));
  other.getText('text').insert(0, '>');
  let edits = 0;
  to.on('update', () => edits++);
  copyContent(filled('mine'), to);
  expect(edits).toBe(1);
  applyUpdate(to, encodeStateAsUpdate(other));
  expect(to.getText('text').toJSON()).toBe('>mine');
});
