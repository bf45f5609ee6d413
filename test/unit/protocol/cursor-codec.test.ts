/** M2: the bytes of a cursor batch, compared with docs/PROTOCOL.md byte by byte. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CursorBatch, decodeBatch, encodeBatch } from '../../../src/protocol/cursor-codec.js';
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
  it('M2: has exactly these bytes with fields in all four forms and samples in two anchors', () => {
    expect(hex(encodeBatch(FULL))).toBe(hex(FULL_BYTES));
    const { samples, ...rest } = decodeBatch(FULL_BYTES);
    const { samples: expected, ...same } = FULL;
    expect(rest).toEqual({ ...same, sentAt: 123_456 % 65_536 });
    expect(JSON.stringify(rest.fields)).toBe(JSON.stringify(same.fields)); // the order of the keys is part of it
    expect(samples.map(({ ago, anchor }) => ({ ago, anchor }))).toEqual(
      expected.map(({ ago, anchor }) => ({ ago, anchor })),
    );
    for (const [i, { x, y }] of samples.entries()) {
      expect(x).toBeCloseTo(expected[i]?.x ?? Number.NaN, 10);
      expect(y).toBeCloseTo(expected[i]?.y ?? Number.NaN, 10);
    }
  });

  it('M2: has exactly these bytes when it is empty', () => {
    expect(hex(encodeBatch(EMPTY))).toBe(hex(EMPTY_BYTES));
    expect(decodeBatch(EMPTY_BYTES)).toEqual(EMPTY);
  });

  it('M2: decodes to what was encoded, within half a step of the grid; the newest sample within 0.5/65535', () => {
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
      tap: fc.constantFrom({}, { tapped: true }),
    });
    fc.assert(
      fc.property(batch, ({ behind, fields, tap, ...plain }) => {
        const rest = { ...plain, ...tap };
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
          const exact = (newest ? 0.5001 : 5.5001) * STEP; // half a grid step, or one and a half at an edge
          expect(Math.abs(sample.x - x)).toBeLessThanOrEqual(exact);
          expect(Math.abs(sample.y - y)).toBeLessThanOrEqual(exact);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('M2: never starts like JSON or like a short message', () => {
    for (const left of [true, false]) {
      for (const tapped of [true, false]) {
        for (const fields of [undefined, {}]) {
          const [head] = encodeBatch({ ...EMPTY, left, tapped, ...(fields && { fields }) });
          expect([0x00, 0x5b, 0x7b]).not.toContain(head);
        }
      }
    }
  });
});

describe('the door', () => {
  const HEAD = '01 05 01 00 00';
  const FIELDS = '21 05 01 00 00 00';

  it.each([
    ['nothing at all', ''],
    ['version 2', '02 05 01 00 00'],
    ['an unknown flag', '81 05 01 00 00'],
    ['half a time', '01 05 01 00'],
    ['an unknown form of a field', `${FIELDS} 01 01 'a' 05`],
    ['a field that is not JSON', `${FIELDS} 01 01 'a' 01 01 '{'`],
    ['17 fields', `${FIELDS} 11`],
    ['257 samples', `${HEAD} 82 04 00${' 00'.repeat(5 + 256 * 3)}`],
    ['an empty run', `${HEAD} 00 00`],
    ['an anchor spelled out for the whole surface', `${HEAD} 03 00 01 'a' 00 00 00 00 00`],
    ['a sample left of its anchor', `${HEAD} 04 00 00 00 00 00 00  00 41 00`],
    ['a sample below its anchor', `${HEAD} 04 00 00 00 00 00 00  00 00 80 80 02`],
    ['a sample that is cut short', `${HEAD} 02 00 00 00 00 00`],
    ['samples that are missing', `${HEAD} 04 00 00 00 00 00 00`],
    ['samples whose age is over 2^53 - 1', `${HEAD} 04 00${' ff ff ff ff ff ff ff 0f'} 00 00 00 00 01 00 00`],
    ['a sample that is not a number', `${HEAD} 04 00 00 00 00 00 00  00${' 80'.repeat(200)} 00 00`],
    ['bytes after the end', `${HEAD} 02 00 00 00 00 00 00  00`],
    ['a name that refers to a position before the first one', `${FIELDS} 01 06 'cursor' 02 26 07 01 04 07 01 00`],
    ['a first position that repeats another', `${FIELDS} 01 01 'a' 04 40`],
    ['a position that repeats another and goes on', `${FIELDS} 01 06 'cursor' 02 04 07 01 44 07 01`],
    ['a position with an unknown flag', `${FIELDS} 01 01 'a' 04 84 07 01`],
    ['a text that the position before has not', `${FIELDS} 01 06 'cursor' 02 01 07 01 26 07 02`],
    ['no text, as the position before has', `${FIELDS} 01 06 'cursor' 02 04 07 01 24 07 02`],
    ['a type where the position before has both', `${FIELDS} 01 06 'cursor' 02 03 07 01 01 'a' 25 07 02`],
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

  it.each(['user', 'file', 'location'])('M3, D3: refuses the field "%s", which only a state may set', (name) => {
    expectRefused(() => decodeBatch(encodeBatch({ ...EMPTY, fields: { [name]: 'x' } })), 'shape');
  });

  it('D4: refuses a packed position that names neither a type nor an item', () => {
    expectRefused(() => decodeBatch(bytes(`${FIELDS} 01 06 'cursor' 02 10 10`)), 'shape');
  });
});
