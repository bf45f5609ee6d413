/** The limits of JSON events, as docs/PROTOCOL.md and docs/bus.md state them. */
import { describe, expect, it } from 'vitest';
import { isTimestamp, isUserId, MAX_LOCATION, MAX_NAME } from '../../../src/protocol/limits.js';

describe('P2: the limits of JSON events', () => {
  it('a userId has 1 to 256 characters', () => {
    expect(['', 'a', 'a'.repeat(256), 'a'.repeat(257), 7].map(isUserId)).toEqual([false, true, true, false, false]);
  });

  it('a timestamp is above 0 and below 2^48', () => {
    expect([0, 1, 2 ** 48 - 1, 2 ** 48, Number.NaN, '1'].map(isTimestamp)).toEqual([
      false,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('D3: a name has at most 64 characters, a location at most 256', () => {
    expect([MAX_NAME, MAX_LOCATION]).toEqual([64, 256]);
  });
});
