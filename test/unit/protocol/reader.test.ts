/** D1: strict reading. Whatever is wrong with bytes throws one ProtocolError. */
import * as encoding from 'lib0/encoding';
import { describe, expect, it } from 'vitest';
import { Reader } from '../../../src/protocol/reader.js';
import { bytes } from '../../support/bytes.js';
import { expectRefused } from '../../support/refused.js';

const reader = (text: string) => new Reader(bytes(text));

describe('a reader', () => {
  it('D1: reads what lib0 writes', () => {
    const encoder = encoding.createEncoder();
    const integers = [0, 63, 64, 127, 128, 8191, 8192, 2 ** 32, Number.MAX_SAFE_INTEGER];
    for (const value of integers) {
      encoding.writeVarUint(encoder, value);
      encoding.writeVarInt(encoder, value);
      encoding.writeVarInt(encoder, -value - 0 || 0);
    }
    encoding.writeVarString(encoder, '\ufeffÄ😀');
    encoding.writeUint8(encoder, 255);
    const read = new Reader(encoding.toUint8Array(encoder));
    for (const value of integers) {
      expect([read.uint('a'), read.int('b'), read.int('c')]).toEqual([value, value, value === 0 ? 0 : -value]);
    }
    expect(read.text('d', 100)).toBe('\ufeffÄ😀');
    expect(read.byte('e')).toBe(255);
    expect(read.ended).toBe(true);
    read.end();
  });

  it.each<[string, (read: Reader) => unknown, string]>([
    ['a byte that is missing', (read) => read.byte('x'), ''],
    ['an unsigned integer that is missing', (read) => read.uint('x'), ''],
    ['a signed integer that is missing', (read) => read.int('x'), ''],
    ['an integer cut short', (read) => read.uint('x'), '80'],
    ['a signed integer cut short', (read) => read.int('x'), 'c0'],
    ['an integer over 2^53 - 1', (read) => read.uint('x'), 'ff ff ff ff ff ff ff 1f'],
    ['a signed integer over 2^53 - 1', (read) => read.int('x'), 'ff ff ff ff ff ff ff ff 1f'],
    ['an unsigned integer of 200 bytes', (read) => read.uint('x'), `${'80 '.repeat(200)}00`],
    ['a signed integer of 200 bytes', (read) => read.int('x'), `${'80 '.repeat(200)}00`],
    ['an integer over the limit', (read) => read.uint('x', 5), '06'],
    ['a text cut short by one byte', (read) => read.text('x', 9), "03 'ab'"],
    ['a text that is not UTF-8', (read) => read.text('x', 9), '01 ff'],
    ['a text with half a surrogate pair', (read) => read.text('x', 9), '03 ed a0 80'],
    ['text that is not JSON', (read) => read.json('x', 9), "01 '{'"],
    ['more bytes after the end', (read) => read.end(), '00'],
  ])('D1: refuses %s', (_, read, message) => {
    expectRefused(() => read(reader(message)), 'bytes');
  });

  it('D1: refuses a text over its limit before it reads it', () => {
    expectRefused(() => reader('0a').text('x', 9), 'size');
    expect(reader("02 'ab'").text('x', 2)).toBe('ab');
  });
});
