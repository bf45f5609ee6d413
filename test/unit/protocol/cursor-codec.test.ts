/** M2: the bytes of a cursor batch, held against docs/PROTOCOL.md byte by byte. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
    { ago: 50, x: 32768 * STEP, y: 0, anchor: '#a' },
    { ago: 34, x: 16384 * STEP, y: 1, anchor: '#a' },
    { ago: 0, x: 0, y: 1, anchor: '' },
  ],
  left: true,
};

const FULL_BYTES = bytes(
  '01 05 ac 02 02 c0 c4 07 01', // version, client, clock, behind, time, left
  '04',
  "06 'cursor' 02  1a 04 'text' 00  3e 07 09 41",
  "09 'selection' 03  0c 07 01 00  01 07 c8 01",
  "04 'note' 01 07 '{\"a\":1}'",
  "04 'gone' 00",
  '03 32', // three samples, the first 50 ms ago
  "02 '#a' 02  00 80 80 04 00  10 c0 80 02 bf ff 07",
  '00 01  22 c0 80 02 00',
);

const EMPTY: CursorBatch = { client: 5, clock: 1, presence: 1, sentAt: 0, samples: [], left: false };
const EMPTY_BYTES = bytes('01 05 01 00 00 00 00 00');

describe('a cursor batch', () => {
  it('M2: with fields in all four forms and samples over two anchors', () => {
    expect(hex(encodeBatch(FULL))).toBe(hex(FULL_BYTES));
    const { samples, ...rest } = decodeBatch(FULL_BYTES);
    const { samples: expected, ...same } = FULL;
    expect(rest).toEqual(same);
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

  it('M2: comes back as it went, to 1/65535 of the box and to the millisecond', () => {
    const batch = fc.record({
      client: any.client,
      clock: any.clock,
      behind: fc.nat(),
      sentAt: fc.nat(2 ** 31),
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
        const presence = Math.max(0, rest.clock - behind);
        const { samples, ...decoded } = decodeBatch(encodeBatch({ ...rest, presence, ...(fields && { fields }) }));
        const { samples: sent, ...expected } = rest;
        expect(decoded).toEqual({ ...expected, presence, ...(fields && { fields }) });
        expect(samples).toHaveLength(sent.length);
        for (const [i, sample] of samples.entries()) {
          const { ago, x, y, anchor } = sent[i] as (typeof sent)[number];
          expect([sample.ago, sample.anchor]).toEqual([ago, anchor]);
          expect(Math.abs(sample.x - x)).toBeLessThanOrEqual(0.5001 * STEP);
          expect(Math.abs(sample.y - y)).toBeLessThanOrEqual(0.5001 * STEP);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('M2: errors of rounding do not add up: the last sample is as exact as the first', () => {
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
      expect(Math.abs(x - Math.min(1, sent.x))).toBeLessThanOrEqual(0.5001 * STEP);
      expect(Math.abs(y - sent.y)).toBeLessThanOrEqual(0.5001 * STEP);
    }
  });

  it('M2: a sample of a hand that draws circles at 60 Hz takes at most 6 bytes', () => {
    const samples = Array.from({ length: 6 }, (_, i) => ({
      ago: (5 - i) * (1000 / 60),
      x: 0.5 + 0.4 * Math.cos(i / 5),
      y: 0.5 + 0.4 * Math.sin(i / 5),
      anchor: '#board',
    }));
    const [first] = samples as [(typeof samples)[number]];
    const more = encodeBatch({ ...EMPTY, samples }).length - encodeBatch({ ...EMPTY, samples: [first] }).length;
    expect(more / 5).toBeLessThanOrEqual(6);
  });

  it('M2: a pointer outside its anchor is sent as on its edge', () => {
    const samples = [{ ago: 0, x: -3, y: 1.5, anchor: '' }];
    expect(decodeBatch(encodeBatch({ ...EMPTY, samples })).samples).toEqual([{ ago: 0, x: 0, y: 1, anchor: '' }]);
  });

  it('M2: never starts as JSON does, nor as a short message', () => {
    expect([0x00, 0x5b, 0x7b]).not.toContain(encodeBatch(FULL)[0]);
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

  it.each(['', '02 05', '01', '01 85', '7b 7d', `01${' ff'.repeat(20)}`])('is nobody in %s', (message) => {
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
  const HEAD = '01 05 01 00 00 00';

  it.each([
    ['nothing at all', ''],
    ['version 2', '02 05 01 00 00 00 00 00'],
    ['a flag that nobody knows', '01 05 01 00 00 02 00 00'],
    ['a state that is newer than the batch', '01 05 01 02 00 00 00 00'],
    ['a form of a field that nobody knows', `${HEAD} 01 01 'a' 04 00`],
    ['a field that is no JSON', `${HEAD} 01 01 'a' 01 01 '{' 00`],
    ['17 fields', `${HEAD} 11`],
    ['257 samples', `${HEAD} 00 81 02 00`],
    ['an empty run', `${HEAD} 00 01 00 00 00 00 01 00 00 00`],
    ['a run longer than the samples', `${HEAD} 00 01 00 00 02 00 00 00 00 00 00`],
    ['a sample later than the batch', `${HEAD} 00 02 05 00 02 00 00 00 06 00 00`],
    ['a sample left of its anchor', `${HEAD} 00 01 00 00 01 00 41 00`],
    ['a sample below its anchor', `${HEAD} 00 01 00 00 01 00 00 80 80 08`],
    ['a sample that is cut short', `${HEAD} 00 01 00 00 01 00`],
    ['a sample that is no number', `${HEAD} 00 01 00 00 01 00${' 80'.repeat(200)} 00 00`],
    ['bytes after the end', `${HEAD} 00 00 00`],
    ['a name taken from a position before the first', `${HEAD} 01 06 'cursor' 02 26 07 01 04 07 01 00`],
  ])('D1: refuses %s', (_, message) => {
    expectRefused(() => decodeBatch(bytes(message)), 'bytes');
  });

  it('D1: refuses an anchor over 256 bytes and a name over 64', () => {
    expectRefused(() => decodeBatch(bytes(`${HEAD} 00 01 00 81 02`)), 'size');
    expectRefused(() => decodeBatch(bytes(`${HEAD} 01 41`)), 'size');
  });

  it('D2: refuses fields that are over 16 KiB together', () => {
    const fields = (size: number) => ({ a: 'x'.repeat(size), b: 'x'.repeat(8 * 1024) });
    expect(decodeBatch(encodeBatch({ ...EMPTY, fields: fields(8 * 1024 - 64) })).fields).toBeDefined();
    expectRefused(() => decodeBatch(encodeBatch({ ...EMPTY, fields: fields(8 * 1024) })), 'size');
  });

  it('D2: drops forbidden keys of fields, and refuses deep ones', () => {
    const message = bytes(`${HEAD} 02 09 '__proto__' 01 02 '{}' 01 'a' 01 17 '{"constructor":1,"b":2}' 00`);
    const { fields } = decodeBatch(message);
    expect(fields).toEqual({ a: { b: 2 } });
    expect(Object.keys(fields ?? {})).toEqual(['a']);
    expectRefused(() => decodeBatch(encodeBatch({ ...EMPTY, fields: { a: [[[[[[[[1]]]]]]]] } })), 'shape');
  });

  it.each(['user', 'file', 'location'])('M3, D3: refuses the field "%s", which a state alone may set', (name) => {
    expectRefused(() => decodeBatch(encodeBatch({ ...EMPTY, fields: { [name]: 'x' } })), 'shape');
  });

  it('D4: a packed position that names no place is refused', () => {
    expectRefused(() => decodeBatch(bytes(`${HEAD} 01 06 'cursor' 02 10 10 00`)), 'shape');
  });
});
