import { describe, expect, it } from 'vitest';
import { encodeBatch } from '../../../src/protocol/cursor-codec.js';
import { encodeStates, type Terms } from '../../../src/protocol/presence-codec.js';
import { decodeRoster, encodeRoster } from '../../../src/protocol/roster-codec.js';
import { bytes, hex } from '../../support/bytes.js';
import { expectRefused } from '../../support/refused.js';
import { readRoster, writeRoster } from '../../support/wire-bytes.js';

const terms: Terms = { activity: 'active', kind: 'slate', leaseMs: 11_000, ageMs: 0 };
const states = encodeStates([{ client: 5, clock: 3, state: {}, terms }]);
const batch = encodeBatch({
  client: 5,
  clock: 3,
  presence: 3,
  sentAt: 100,
  samples: [{ ago: 0, x: 0, y: 1, anchor: '#b' }],
  left: false,
});
const ROSTER = bytes(
  '01',
  "0b 01 05 03 02 '{}' 01 00 6e 00 00", // the states, of 11 bytes
  '01',
  "0f 01 05 03 64 00 03 01 02 '#b' 00 00 00 ff ff", // a batch, of 15
);

describe('the roster', () => {
  it('P5: contains the states of everyone and a batch for each resting pointer', () => {
    expect(hex(encodeRoster({ states, batches: [batch] }))).toBe(hex(ROSTER));
    const { states: read, batches } = decodeRoster(ROSTER);
    expect([hex(read), ...batches.map(hex)]).toEqual([hex(states), hex(batch)]);
  });

  it('P5: is read in the same way by the codec written from the document', () => {
    const read = readRoster(ROSTER);
    expect(read.batches).toMatchObject([{ client: 5, time: 100, points: [{ anchor: '#b', x: 0, y: 65535 }] }]);
    expect(hex(writeRoster(read))).toBe(hex(ROSTER));
  });

  it('P5: of a later version may have more fields at the end', () => {
    const later = Uint8Array.from([...ROSTER, 9, 9]);
    later[0] = 2;
    expect(decodeRoster(later).batches).toHaveLength(1);
  });

  it('D1: is refused when it is cut short, has bytes after its end, or declares too many batches', () => {
    for (let end = 0; end < ROSTER.length; end++) expectRefused(() => decodeRoster(ROSTER.subarray(0, end)), 'bytes');
    expectRefused(() => decodeRoster(Uint8Array.from([...ROSTER, 0])), 'bytes');
    expectRefused(() => decodeRoster(bytes('01 00 ff ff 7f')), 'bytes');
  });
});
