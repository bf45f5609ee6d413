/**
 * M2: the bytes of a cursor batch, held against docs/PROTOCOL.md byte by byte.
 * Past 300 lines: golden bytes take room.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeardAnchors, SentAnchors } from '../../../src/protocol/anchor-names.js';
import {
  type CursorBatch,
  decodeBatch,
  encodeBatch,
  fittingAnchor,
  MAX_SAMPLES,
  senderOf,
} from '../../../src/protocol/cursor-codec.js';
import * as any from '../../support/arbitraries.js';
import { bytes, hex } from '../../support/bytes.js';
import { expectRefused } from '../../support/refused.js';

const STEP = 1 / 65535;

const FULL: CursorBatch = {
  client: 5,
  clock: 300,
  presence: 298,
  sentAt: 123_456,
  fields: {
    cursor: {
      anchor: { type: null, tname: 'text', item: null, assoc: 0 },
      head: { type: null, tname: 'text', item: { client: 7, clock: 9 }, assoc: -1 },
    },
    selection: {
      anchor: { item: { client: 7, clock: 1 }, assoc: 0 },
      focus: { type: { client: 7, clock: 200 } },
    },
    note: { a: 1 },
    gone: null,
  },
  samples: [
    { ago: 67, x: 32776 * STEP, y: 10 * STEP, anchor: '#a' },
    { ago: 50, x: 32768 * STEP, y: 2 * STEP, anchor: '#a' },
    { ago: 34, x: 16384 * STEP, y: 1, anchor: '#b' },
    { ago: 20, x: 40 * STEP, y: 66 * STEP, anchor: '#a' },
    { ago: 4, x: 0, y: 1, anchor: '' },
  ],
  left: true,
};

const FULL_BYTES = bytes(
  '31 05 aa 02 40 e2', // version 1, left, with fields; client, clock 298, time 123456 modulo 65536
  '02 04',
  "06 'cursor' 02  1a 04 'text' 00  3e 07 09 41",
  "09 'selection' 03  0c 07 01 00  01 07 c8 01",
  "04 'note' 01 07 '{\"a\":1}'",
  "04 'gone' 00",
  '02 00  04 00 00 ff ff', // one sample on the whole surface, 4 ms ago
  "03 01 02 '#a'  10 28 00 42 00",
  "03 02 02 '#b'  0e 00 40 ff ff",
  '04 01  10 00 80 02 00  11 02 02', // two more in the first
);

const EMPTY: CursorBatch = { client: 5, clock: 1, presence: 1, sentAt: 0, samples: [], left: false };
const EMPTY_BYTES = bytes('01 05 01 00 00');

describe('a cursor batch', () => {
  it('M2: with fields in all four forms and samples over two anchors', () => {
    expect(hex(encodeBatch(FULL))).toBe(hex(FULL_BYTES));
    const { samples, ...rest } = decodeBatch(FULL_BYTES);
    const { samples: expected, ...same } = FULL;
    expect(rest).toEqual({ ...same, sentAt: 123_456 % 65_536 });
    expect(JSON.stringify(rest.fields)).toBe(JSON.stringify(same.fields)); // the order of keys too
    expect(samples.map(({ ago, anchor }) => ({ ago, anchor }))).toEqual(
      expected.map(({ ago, anchor }) => ({ ago, anchor })),
    );
    for (const [i, { x, y }] of samples.entries()) {
      expect(x).toBeCloseTo(expected[i]?.x ?? Number.NaN, 10);
      expect(y).toBeCloseTo(expected[i]?.y ?? Number.NaN, 10);
    }
  });

  it('M2: with nothing in it', () => {
    expect(hex(encodeBatch(EMPTY))).toBe(hex(EMPTY_BYTES));
    expect(decodeBatch(EMPTY_BYTES)).toEqual(EMPTY);
  });

  it('M2: comes back as it went, to 1/65535 of the box and to the millisecond; on the way to it to 2.5/65535', () => {
    const batch = fc.record({
      client: any.client,
      clock: any.clock,
      behind: fc.nat(),
      sentAt: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
      fields: fc.option(
        fc.dictionary(fc.constantFrom('note', 'caret', 'tool', 'тема'), any.json(), {
          minKeys: 1,
          noNullPrototype: true,
        }),
        { nil: undefined },
      ),
      samples: any.samples,
      left: fc.boolean(),
    });
    fc.assert(
      fc.property(batch, ({ behind, fields, ...rest }) => {
        const presence = fields ? Math.max(0, rest.clock - behind) : rest.clock;
        const { samples, ...decoded } = decodeBatch(encodeBatch({ ...rest, presence, ...(fields && { fields }) }));
        const { samples: sent, sentAt, ...expected } = rest;
        const time = ((sentAt % 65_536) + 65_536) % 65_536;
        expect(decoded).toEqual({ ...expected, sentAt: time, presence, ...(fields && { fields }) });
        expect(samples).toHaveLength(sent.length);
        for (const [i, sample] of samples.entries()) {
          const { ago, x, y, anchor } = sent[i] as (typeof sent)[number];
          expect([sample.ago, sample.anchor]).toEqual([ago, anchor]);
          const newest = sent[i + 1]?.anchor !== anchor;
          const exact = (newest ? 0.5001 : 5.5001) * STEP; // the grid, and at an edge its next line inside
          expect(Math.abs(sample.x - x)).toBeLessThanOrEqual(exact);
          expect(Math.abs(sample.y - y)).toBeLessThanOrEqual(exact);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('M2: errors of rounding do not add up: the oldest sample is as exact as the second', () => {
    const samples = Array.from({ length: MAX_SAMPLES }, (_, i) => ({
      ago: (MAX_SAMPLES - 1 - i) * 4.1666,
      x: (i % 97) / 96.3,
      y: 0.123456789,
      anchor: '',
    }));
    const decoded = decodeBatch(encodeBatch({ ...EMPTY, sentAt: 1_000_000.4, samples })).samples;
    for (const [i, { ago, x, y }] of decoded.entries()) {
      const sent = samples[i] as (typeof samples)[number];
      expect(Math.abs(ago - sent.ago)).toBeLessThanOrEqual(0.5);
      expect(Math.abs(x - Math.min(1, sent.x))).toBeLessThanOrEqual(5.5001 * STEP);
      expect(Math.abs(y - sent.y)).toBeLessThanOrEqual(2.5001 * STEP);
    }
  });

  it('M2: 60 Hz of a hand that draws circles takes less than 6 bytes a sample, all the rest of the batch with it', () => {
    const anchors = new SentAnchors();
    const batch = (from: number) => {
      const at = (i: number) => (2 * Math.PI * (from + i)) / 60; // one turn a second
      const samples = Array.from({ length: 6 }, (_, i) => ({
        ago: Math.round((5 - i) * (1000 / 60)),
        x: 0.5 + 0.15 * Math.cos(at(i)),
        y: 0.5 + 0.25 * Math.sin(at(i)),
        anchor: '#board',
      }));
      return encodeBatch(
        { ...EMPTY, client: 2 ** 32 - 1, clock: 300, presence: 300, sentAt: from * 16, samples },
        anchors,
      );
    };
    const sizes = Array.from({ length: 20 }, (_, i) => batch(6 * i).length);
    expect(sizes.reduce((sum, size) => sum + size) / (20 * 6)).toBeLessThan(6);
  });

  it('M2: a pointer outside its anchor is sent as on its edge', () => {
    const samples = [{ ago: 0, x: -3, y: 1.5, anchor: '' }];
    expect(decodeBatch(encodeBatch({ ...EMPTY, samples })).samples).toEqual([{ ago: 0, x: 0, y: 1, anchor: '' }]);
  });

  it('M2: never starts as JSON does, nor as a short message', () => {
    for (const left of [true, false]) {
      for (const fields of [undefined, {}]) {
        const [head] = encodeBatch({ ...EMPTY, left, ...(fields && { fields }) });
        expect([0x00, 0x5b, 0x7b]).not.toContain(head);
      }
    }
  });
});

describe('the sender of a batch', () => {
  it('M2: is read without reading the rest', () => {
    fc.assert(
      fc.property(any.client, (client) => {
        expect(senderOf(encodeBatch({ ...EMPTY, client }))).toBe(client);
      }),
    );
  });

  it.each(['', '02 05', '5b 05', '01', '01 85', '7b 7d', `01${' ff'.repeat(20)}`])('is nobody in %s', (message) => {
    expect(senderOf(bytes(message))).toBe(-1);
  });
});

describe('an anchor', () => {
  it('M2: too long for the wire stands for the whole surface', () => {
    expect(fittingAnchor('é'.repeat(128))).toBe('é'.repeat(128));
    expect(fittingAnchor('é'.repeat(129))).toBe('');
    expect(fittingAnchor('x'.repeat(256))).toBe('x'.repeat(256));
    expect(fittingAnchor('x'.repeat(257))).toBe('');
  });
});

describe('the door', () => {
  const HEAD = '01 05 01 00 00';
  const FIELDS = '21 05 01 00 00 00';

  it.each([
    ['nothing at all', ''],
    ['version 2', '02 05 01 00 00'],
    ['a flag that nobody knows', '41 05 01 00 00'],
    ['half a time', '01 05 01 00'],
    ['a form of a field that nobody knows', `${FIELDS} 01 01 'a' 04`],
    ['a field that is no JSON', `${FIELDS} 01 01 'a' 01 01 '{'`],
    ['17 fields', `${FIELDS} 11`],
    ['257 samples', `${HEAD} 82 04 00${' 00'.repeat(5 + 256 * 3)}`],
    ['an empty run', `${HEAD} 00 00`],
    ['an anchor spelled out for the whole surface', `${HEAD} 03 00 01 'a' 00 00 00 00 00`],
    ['a sample left of its anchor', `${HEAD} 04 00 00 00 00 00 00  00 41 00`],
    ['a sample below its anchor', `${HEAD} 04 00 00 00 00 00 00  00 00 80 80 02`],
    ['a sample that is cut short', `${HEAD} 02 00 00 00 00 00`],
    ['samples that are not there', `${HEAD} 04 00 00 00 00 00 00`],
    ['samples older than time', `${HEAD} 04 00${' ff ff ff ff ff ff ff 0f'} 00 00 00 00 01 00 00`],
    ['a sample that is no number', `${HEAD} 04 00 00 00 00 00 00  00${' 80'.repeat(200)} 00 00`],
    ['bytes after the end', `${HEAD} 02 00 00 00 00 00 00  00`],
    ['a name taken from a position before the first', `${FIELDS} 01 06 'cursor' 02 26 07 01 04 07 01 00`],
  ])('D1: refuses %s', (_, message) => {
    expectRefused(() => decodeBatch(bytes(message)), 'bytes');
  });

  it('D1: refuses an anchor over 256 bytes and a name over 64', () => {
    expectRefused(() => decodeBatch(bytes(`${HEAD} 03 01 81 02`)), 'size');
    expectRefused(() => decodeBatch(bytes(`${FIELDS} 01 41`)), 'size');
  });

  it('D2: refuses fields that are over 16 KiB together', () => {
    const fields = (size: number) => ({ a: 'x'.repeat(size), b: 'x'.repeat(8 * 1024) });
    expect(decodeBatch(encodeBatch({ ...EMPTY, fields: fields(8 * 1024 - 64) })).fields).toBeDefined();
    expectRefused(() => decodeBatch(encodeBatch({ ...EMPTY, fields: fields(8 * 1024) })), 'size');
  });

  it('D2: drops forbidden keys of fields, and refuses deep ones', () => {
    const message = bytes(`${FIELDS} 02 09 '__proto__' 01 02 '{}' 01 'a' 01 17 '{"constructor":1,"b":2}'`);
    const { fields } = decodeBatch(message);
    expect(fields).toEqual({ a: { b: 2 } });
    expect(Object.keys(fields ?? {})).toEqual(['a']);
    expectRefused(() => decodeBatch(encodeBatch({ ...EMPTY, fields: { a: [[[[[[[[1]]]]]]]] } })), 'shape');
  });

  it.each(['user', 'file', 'location'])('M3, D3: refuses the field "%s", which a state alone may set', (name) => {
    expectRefused(() => decodeBatch(encodeBatch({ ...EMPTY, fields: { [name]: 'x' } })), 'shape');
  });

  it('D4: a packed position that names no place is refused', () => {
    expectRefused(() => decodeBatch(bytes(`${FIELDS} 01 06 'cursor' 02 10 10`)), 'shape');
  });
});

describe('anchors by number', () => {
  const at = (sentAt: number, ...anchors: string[]): CursorBatch => ({
    ...EMPTY,
    sentAt,
    samples: anchors.map((anchor, i) => ({ ago: anchors.length - i, x: 0.5, y: 0.5, anchor })),
  });
  const spells = (message: Uint8Array, anchor: string) => Buffer.from(message).includes(anchor);
  const heard = (message: Uint8Array, book: HeardAnchors) => decodeBatch(message, book).samples.map((s) => s.anchor);

  it('M7: are spelled out at first, at least each 2 s, and when someone has come', () => {
    const [sent, book] = [new SentAnchors(), new HeardAnchors()];
    const spelled: number[] = [];
    for (let time = 0; time < 6_000; time += 100) {
      const message = encodeBatch(at(time, '#board'), sent);
      if (spells(message, '#board')) spelled.push(time);
      expect(heard(message, book)).toEqual(['#board']);
    }
    expect(spelled).toEqual([0, 2_000, 4_000]);
    sent.spellAgain();
    expect(spells(encodeBatch(at(6_000, '#board'), sent), '#board')).toBe(true);
    expect(spells(encodeBatch(at(6_100, '#board'), sent), '#board')).toBe(false);
  });

  it('M7: samples in an anchor that was never heard are left out, and the rest is taken', () => {
    const sent = new SentAnchors();
    encodeBatch(at(0, '#a'), sent);
    expect(heard(encodeBatch(at(100, '#a', '#b', '', '#a'), sent), new HeardAnchors())).toEqual(['#b', '']);
  });

  it('M7: both sides forget the same: of many anchors none is left out, and none mistaken', () => {
    const anchor = fc.nat(40).map((n) => `#${n}`);
    fc.assert(
      fc.property(fc.array(fc.array(anchor, { maxLength: 30 }), { maxLength: 30 }), (batches) => {
        const [sent, book] = [new SentAnchors(), new HeardAnchors()];
        for (const [i, anchors] of batches.entries()) {
          expect(heard(encodeBatch(at(i * 100, ...anchors), sent), book)).toEqual(anchors);
        }
      }),
    );
  });

  it('M7: a receiver that missed batches leaves out, but never mistakes', () => {
    const anchor = fc.nat(40).map((n) => `#${n}`);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.array(anchor, { maxLength: 9 })), { maxLength: 60 }),
        (batches) => {
          const [sent, book] = [new SentAnchors(), new HeardAnchors()];
          for (const [i, [lost, anchors]] of batches.entries()) {
            const message = encodeBatch(at(i * 100, ...anchors), sent);
            if (lost) continue;
            for (const sample of decodeBatch(message, book).samples) {
              expect(sample.anchor).toBe(anchors[anchors.length - sample.ago]);
            }
          }
        },
      ),
    );
  });

  it('M7: those of several senders are apart, and a refused batch teaches nothing', () => {
    const book = new HeardAnchors();
    const message = (client: number, anchor: string) => encodeBatch({ ...at(0, anchor), client });
    const later = (client: number) => bytes(`01 0${client} 01 00 00  02 01 00 00 00 00 00`);
    heard(message(1, '#a'), book);
    heard(message(2, '#b'), book);
    expectRefused(() => decodeBatch(Uint8Array.of(...message(1, '#wrong'), 0), book), 'bytes');
    expect([heard(later(1), book), heard(later(2), book), heard(later(3), book)]).toEqual([['#a'], ['#b'], []]);
  });
});
