/** Y2, Y4, Y5, Y6: the messages of the live lane as bytes. */
import fc from 'fast-check';
import * as encoding from 'lib0/encoding';
import { describe, expect, it } from 'vitest';
import { messageYjsSyncStep2, messageYjsUpdate, writeSyncStep1, writeSyncStep2, writeUpdate } from 'y-protocols/sync';
import * as Y from 'yjs';
import { ProtocolError } from '../../../src/errors.js';
import {
  type DocumentMessage,
  decodeDocumentMessage,
  decodeQuestion,
  encodeDigest,
  encodeLook,
  encodeQuestion,
  encodeStep1,
  encodeStep2,
  encodeUpdate,
  PART,
} from '../../../src/protocol/document-messages.js';
import { encodeParts, shortHash } from '../../../src/protocol/document-parts.js';

function sample(): Y.Doc {
  const doc = new Y.Doc();
  doc.clientID = 7;
  doc.getText('t').insert(0, 'hello');
  return doc;
}

/** What y-protocols writes. */
function stock(write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  write(encoder);
  return encoding.toUint8Array(encoder);
}

describe('messages of the live lane', () => {
  it('Y2: are those of y-protocols, byte for byte', () => {
    const doc = sample();
    const [vector, update] = [Y.encodeStateVector(doc), Y.encodeStateAsUpdate(doc)];
    expect(encodeStep1(vector)).toEqual(stock((encoder) => writeSyncStep1(encoder, doc)));
    expect(encodeStep2(update)).toEqual(stock((encoder) => writeSyncStep2(encoder, doc)));
    expect(encodeUpdate(update)).toEqual(stock((encoder) => writeUpdate(encoder, update)));
    expect([messageYjsSyncStep2, messageYjsUpdate]).toEqual([1, 2]);
  });

  it('Y2: have the bytes of docs/PROTOCOL.md', () => {
    const digest = { digest: '0102030405060708', saved: true, lineage: 'ab' };
    expect([...encodeDigest(digest)]).toEqual([17, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 97, 98]);
    expect([...encodeLook()]).toEqual([18]);
    expect([...encodeQuestion(Uint8Array.of(1, 7, 5), 300)]).toEqual([0, 3, 1, 7, 5, 172, 2]);
    const [first, second] = encodeParts(PART, Uint8Array.of(9, 8, 7), 300, 2);
    const hash = shortHash(Uint8Array.of(9, 8, 7))
      .match(/../g)
      ?.map((byte) => Number.parseInt(byte, 16));
    expect([...(first ?? [])]).toEqual([16, 172, 2, 0, 2, 3, ...(hash ?? []), 9, 8]);
    expect([...(second ?? [])]).toEqual([16, 172, 2, 1, 2, 3, ...(hash ?? []), 7]);
  });

  it('Y2: are read as they were written', () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    const lineage = fc.string({ maxLength: 16 });
    fc.assert(
      fc.property(bytes, fc.boolean(), lineage, fc.maxSafeNat(), (update, saved, name, client) => {
        const digest = shortHash(update);
        const read: [Uint8Array, DocumentMessage][] = [
          [encodeUpdate(update), { type: 'update', update }],
          [encodeStep2(update), { type: 'step2', update }],
          [encodeStep1(Uint8Array.of(0)), { type: 'step1', vector: Uint8Array.of(0) }],
          [encodeDigest({ digest, saved, lineage: name }), { type: 'digest', digest, saved, lineage: name }],
          [encodeLook(), { type: 'look' }],
        ];
        for (const [message, expected] of read) expect(decodeDocumentMessage(message)).toEqual(expected);
        const vector = Uint8Array.of(1, 5, 9);
        expect(decodeQuestion(encodeQuestion(vector, client))).toEqual({ vector, client });
        expect(decodeQuestion(encodeStep1(vector))).toEqual({ vector, client: undefined });
      }),
    );
  });

  it('Y5: go in parts that make the whole again', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 2_000 }),
        fc.integer({ min: 64, max: 500 }),
        (whole, max) => {
          const parts = encodeParts(PART, whole, 5, max).map((bytes) => decodeDocumentMessage(bytes));
          const joined = parts.flatMap((message, index) => {
            if (message.type !== 'part') throw new Error(message.type);
            const { bytes, ...rest } = message.part;
            expect(rest).toEqual({ id: 5, index, count: parts.length, total: whole.length, hash: shortHash(whole) });
            return [...bytes];
          });
          expect(joined).toEqual([...whole]);
        },
      ),
    );
  });

  it.each<[string, number[]]>([
    ['nothing', []],
    ['an unknown kind', [19]],
    ['bytes behind an update', [2, 1, 0, 0]],
    ['an update that is cut short', [2, 9, 0]],
    ['a vector that is cut short', [0, 2, 1, 7]],
    ['a vector that names a client twice', [0, 5, 2, 7, 1, 7, 2]],
    ['a vector with bytes behind it', [0, 3, 0, 7, 1]],
    ['a digest that is cut short', [17, 1, 2, 3]],
    ['a lineage that is too long', [17, 1, 2, 3, 4, 5, 6, 7, 8, 0, 65, ...Array<number>(65).fill(97)]],
    ['a hint with more in it', [18, 0]],
    ['a part beyond the count', [16, 1, 2, 2, 200, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['a part of nothing', [16, 1, 0, 1, 200, 1, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['a part longer than the whole', [16, 1, 0, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9]],
    ['more parts than bytes', [16, 1, 0, 100, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['a whole that is too large', [16, 1, 0, 1, 255, 255, 255, 127, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ])('D1: are refused with %s', (_, bytes) => {
    expect(() => decodeDocumentMessage(Uint8Array.from(bytes))).toThrow(ProtocolError);
  });

  it('D1: are refused as a question if they are another message', () => {
    for (const bytes of [encodeUpdate(Uint8Array.of(0, 0)), encodeLook(), Uint8Array.of(0, 1, 0, 5, 5)]) {
      expect(() => decodeQuestion(bytes)).toThrow(ProtocolError);
    }
  });
});
