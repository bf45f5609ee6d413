/** What a document holds, told from its bytes alone, and files as documents. */
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { OptionError } from '../../../src/errors.js';
import { jsonOf, makeupOf, partsOf } from '../../../src/service/documents/content.js';
import { readText, readUpdate } from '../../../src/service/documents/read-update.js';

function filled(): Y.Doc {
  const doc = new Y.Doc();
  doc.getText('text').insert(0, 'hello');
  doc.getText('marked').insert(0, 'bold', { bold: true });
  doc.getMap('map').set('a', { b: [1] });
  doc.getArray('list').push([1, 'two']);
  doc.getArray('nested').push([new Y.Map([['x', 1]])]);
  doc.getXmlFragment('page').insert(0, [new Y.XmlElement('p')]);
  doc.getText('gone').insert(0, 'all of it');
  doc.getText('gone').delete(0, 9);
  return doc;
}

const loaded = (doc: Y.Doc) => readUpdate(Y.encodeStateAsUpdate(doc));

it('knows the parts of a document that nobody has named', () => {
  expect(partsOf(loaded(filled()))).toEqual([
    { name: 'gone', kind: 'empty' },
    { name: 'list', kind: 'array' },
    { name: 'map', kind: 'map' },
    { name: 'marked', kind: 'text' },
    { name: 'nested', kind: 'array' },
    { name: 'page', kind: 'xml' },
    { name: 'text', kind: 'text' },
  ]);
  expect(jsonOf(loaded(filled()))).toEqual({
    gone: null,
    list: [1, 'two'],
    map: { a: { b: [1] } },
    marked: 'bold',
    nested: [{ x: 1 }],
    page: '<p></p>',
    text: 'hello',
  });
});

it('a part named __proto__ is one like any other', () => {
  const doc = new Y.Doc();
  doc.getMap('__proto__').set('x', 1);
  expect(JSON.stringify(jsonOf(loaded(doc)))).toBe('{"__proto__":{"x":1}}');
});

it('counts what a document is made of', () => {
  const doc = new Y.Doc();
  expect(makeupOf(doc)).toEqual({ structs: 0, deleted: 0, clients: 0 });
  doc.getText('text').insert(0, 'hello');
  doc.getText('text').delete(1, 3);
  expect(makeupOf(loaded(doc))).toEqual({ structs: 3, deleted: 1, clients: 1 });
});

describe('a file', () => {
  it.each([
    ['V1', Y.encodeStateAsUpdate],
    ['V2', Y.encodeStateAsUpdateV2],
  ] as const)('may be an update in the %s encoding', (_, encode) => {
    expect(jsonOf(readUpdate(encode(filled())))).toEqual(jsonOf(loaded(filled())));
    expect(readUpdate(encode(new Y.Doc())).share.size).toBe(0);
  });

  it.each([
    ['no bytes', new Uint8Array(0)],
    ['text', new TextEncoder().encode('hello')],
    ['half an update', Y.encodeStateAsUpdate(filled()).slice(0, 40)],
    ['half an update in V2', Y.encodeStateAsUpdateV2(filled()).slice(0, 40)],
    ['an edit without those before it', laterEdit()],
  ])('of %s is refused', (_, bytes) => {
    expect(() => readUpdate(bytes)).toThrow(OptionError);
  });

  it('may be text in UTF-8, and nothing else', () => {
    expect(jsonOf(readText(new TextEncoder().encode('a\nä'), 'content'))).toEqual({ content: 'a\nä' });
    expect(() => readText(Uint8Array.of(0xff, 0xfe), 'content')).toThrow(OptionError);
  });
});

function laterEdit(): Uint8Array {
  const doc = filled();
  const before = Y.encodeStateVector(doc);
  doc.getText('text').insert(5, '!');
  return Y.encodeStateAsUpdate(doc, before);
}
