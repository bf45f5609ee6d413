/** M2, D4: packed relative positions, compared with yjs. */
import fc from 'fast-check';
import * as encoding from 'lib0/encoding';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { decodeBatch, encodeBatch } from '../../../src/protocol/cursor-codec.js';
import { Reader } from '../../../src/protocol/reader.js';
import {
  isPackableRange,
  isRelativePosition,
  type RelativePosition,
  readRelativePosition,
  writeRelativePosition,
} from '../../../src/protocol/relative-position.js';

/** A document with edits: a root text, and a text within an array, with insertions and deletions. */
function typed(edits: readonly { at: number; text: string; remove: number; nested: boolean }[], client: number) {
  const doc = new Y.Doc();
  doc.clientID = client;
  const root = doc.getText('content');
  const nested = new Y.Text();
  doc.getArray('blocks').insert(0, [nested]);
  for (const { at, text, remove, nested: inner } of edits) {
    const target = inner ? nested : root;
    const index = target.length === 0 ? 0 : at % (target.length + 1);
    target.insert(index, text);
    target.delete(index, Math.min(remove, target.length - index));
  }
  return { doc, texts: [root, nested] };
}

const edits = fc.array(
  fc.record({
    at: fc.nat(500),
    text: fc.string({ minLength: 1, maxLength: 12 }),
    remove: fc.nat(6),
    nested: fc.boolean(),
  }),
  { maxLength: 12 },
);

/** The two JSON forms that editor bindings put into awareness. */
const forms = (position: Y.RelativePosition): RelativePosition[] => [
  JSON.parse(JSON.stringify(position)) as RelativePosition,
  Y.relativePositionToJSON(position) as RelativePosition,
];

function packed(position: RelativePosition, before?: RelativePosition): Uint8Array {
  const encoder = encoding.createEncoder();
  writeRelativePosition(encoder, position, before);
  return encoding.toUint8Array(encoder);
}

describe('relative positions', () => {
  it('M2: at any index of any text are restored to the same JSON, and mean the same index', () => {
    fc.assert(
      fc.property(
        edits,
        fc.nat(),
        fc.constantFrom(0, -1),
        fc.integer({ min: 1, max: 2 ** 32 - 1 }),
        (all, at, assoc, id) => {
          const { doc, texts } = typed(all, id);
          for (const text of texts) {
            const position = Y.createRelativePositionFromTypeIndex(text, at % (text.length + 1), assoc);
            const absolute = Y.createAbsolutePositionFromRelativePosition(position, doc);
            for (const json of forms(position)) {
              expect(isRelativePosition(json)).toBe(true);
              const back = readRelativePosition(new Reader(packed(json)));
              expect(JSON.stringify(back)).toBe(JSON.stringify(json));
              const again = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(back), doc);
              expect(again?.index).toBe(absolute?.index);
              expect(again?.type).toBe(absolute?.type);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('M2: take 9 bytes where their JSON takes 80, and contain the name of their text once', () => {
    const { texts } = typed([{ at: 0, text: 'x'.repeat(500), remove: 0, nested: false }], 2 ** 32 - 1);
    const [text] = texts as [Y.Text];
    const [anchor, head] = [300, 400].map((index) => Y.createRelativePositionFromTypeIndex(text, index)) as [
      Y.RelativePosition,
      Y.RelativePosition,
    ];
    for (const i of [0, 1]) {
      const [one, other] = [forms(anchor)[i], forms(head)[i]] as [RelativePosition, RelativePosition];
      expect(packed(one)).toHaveLength(9 + 1 + 'content'.length);
      expect(packed(other, one)).toHaveLength(9);
    }
    expect(JSON.stringify(head).length).toBeGreaterThanOrEqual(80);
  });

  it('M2: of a selection are packed, and keep the order of their keys', () => {
    const { texts } = typed([{ at: 0, text: 'Hello, world', remove: 0, nested: false }], 77);
    const [text] = texts as [Y.Text];
    const places = [0, 5, 12].map((index) => Y.createRelativePositionFromTypeIndex(text, index));
    for (const one of places) {
      for (const other of places) {
        for (const [i, anchor] of forms(one).entries()) {
          const head = forms(other)[i];
          for (const range of [
            { anchor, head },
            { anchor, focus: head },
          ]) {
            expect(isPackableRange(range)).toBe(true);
            const batch = { client: 1, clock: 2, presence: 1, sentAt: 0, samples: [], left: false };
            const { fields } = decodeBatch(encodeBatch({ ...batch, fields: { cursor: range } }));
            expect(JSON.stringify(fields?.cursor)).toBe(JSON.stringify(range));
          }
        }
      }
    }
  });

  it('M2: of all fields of a batch are restored, whether they repeat each other or not', () => {
    const id = fc.option(fc.record({ client: fc.constantFrom(7, 2 ** 32 - 1), clock: fc.nat(2) }), { nil: null });
    const position = fc
      .record({ type: id, tname: fc.constantFrom(null, 'a', 'ß'), item: id, assoc: fc.constantFrom(0, -1) })
      .filter(isRelativePosition)
      .map((one) =>
        one.assoc === 0 ? one : (JSON.parse(JSON.stringify(one, (_, v) => v ?? undefined)) as typeof one),
      );
    const range = fc.tuple(position, position).map(([anchor, head]) => ({ anchor, head }));
    const fields = fc.record(
      { cursor: range, selection: range, anchorPos: position, focusPos: position, note: position },
      { requiredKeys: [], noNullPrototype: true },
    );
    const batch = { client: 1, clock: 2, presence: 1, sentAt: 0, samples: [], left: false };
    fc.assert(
      fc.property(fields, (sent) => {
        expect(JSON.stringify(decodeBatch(encodeBatch({ ...batch, fields: sent })).fields)).toBe(JSON.stringify(sent));
      }),
      { numRuns: 2_000 },
    );
  });

  it('M2: one that repeats the one before takes a byte, and one in the same text leaves the text out', () => {
    const ends = [4, 4, 9].map((clock) => ({
      type: { client: 2 ** 32 - 1, clock: 1 },
      tname: null,
      item: { client: 2 ** 32 - 1, clock },
      assoc: 0,
    })) as [RelativePosition, RelativePosition, RelativePosition];
    expect(packed(ends[0])).toHaveLength(14);
    expect(packed(ends[1], ends[0])).toHaveLength(1);
    expect(packed(ends[2], ends[0])).toHaveLength(8);
  });

  it('M2: that could not be restored exactly are sent as JSON', () => {
    const odd = { anchor: { tname: 'text', item: null }, head: { tname: 'text' } };
    expect(isPackableRange(odd)).toBe(false);
    const batch = { client: 1, clock: 2, presence: 1, sentAt: 0, samples: [], left: false };
    const { fields } = decodeBatch(encodeBatch({ ...batch, fields: { cursor: odd } }));
    expect(JSON.stringify(fields?.cursor)).toBe(JSON.stringify(odd));
  });

  it.each<[string, unknown]>([
    ['{}', {}],
    ['an array', []],
    ['null', null],
    ['text', 'x'],
    ['an empty item', { item: {} }],
    ['a negative clock', { item: { client: 1, clock: -1 } }],
    ['a fraction', { item: { client: 1, clock: 2.5 } }],
    ['a client that is text', { item: { client: '1', clock: 2 } }],
    ['a type that is text', { type: 'content' }],
    ['a name that is a number', { tname: 7 }],
    ['a name over 256 bytes', { tname: 'x'.repeat(257) }],
    ['an assoc that is text', { tname: 'x', assoc: '0' }],
    ['an unknown key', { tname: 'x', more: {} }],
  ])('D4: %s is not a relative position', (_, value) => {
    expect(isRelativePosition(value)).toBe(false);
  });

  it.each(['x'.repeat(256), '字'.repeat(85), 'я'.repeat(128)])('D4: a name of up to 256 bytes is one: %s', (tname) => {
    expect(isRelativePosition({ tname })).toBe(true);
  });

  it('D4: no value that is accepted makes yjs throw or give an invalid index', () => {
    const { doc } = typed([{ at: 0, text: 'Hello', remove: 1, nested: false }], 5);
    const odd = fc.oneof(fc.nat(8), fc.constantFrom(-1, 2.5, 2 ** 53, '1', null, {}, [], 'content', 'blocks'));
    const id = fc.oneof(odd, fc.record({ client: fc.oneof(fc.constant(5), odd), clock: odd }, { requiredKeys: [] }));
    const value = fc.record(
      { type: id, tname: odd, item: id, assoc: odd },
      { requiredKeys: [], noNullPrototype: true },
    );
    fc.assert(
      fc.property(value, (json) => {
        if (!isRelativePosition(json)) return;
        const place = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(json), doc);
        if (place) expect(Number.isSafeInteger(place.index)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});
