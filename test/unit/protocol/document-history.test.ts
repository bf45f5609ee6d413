/** Y9 to Y13: the bytes of log entries and snapshot chunks, and what is refused. */
import fc from 'fast-check';
import { digest } from 'lib0/hash/sha256';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../../src/errors.js';
import {
  decodeEntry,
  decodeSnapshot,
  encodeChunks,
  encodeClaim,
  encodeParts,
  encodeSealed,
  encodeSnapshot,
  encodeUpdate,
  hashed,
  joinChunks,
  MAX_PIECE,
  snapshotHash,
} from '../../../src/protocol/document-history.js';
import { joinParts, type Part } from '../../../src/protocol/document-parts.js';
import { bytes, hex } from '../../support/bytes.js';

const update = bytes('0a 0b 0c');
const partsOf = (whole: Uint8Array, size: number) =>
  encodeParts(whole, 300, size).map((part) => decodeEntry(part)) as unknown as Part[];

describe('Y9: an entry of the log', () => {
  it('is a format, flags, and an update to its end', () => {
    expect(hex(encodeUpdate(update))).toBe('01 00 0a 0b 0c');
    expect(decodeEntry(bytes('01 00 0a 0b 0c'))).toEqual({ type: 'update', update, rescue: undefined });
  });

  it('names the user whose edits it rescues', () => {
    expect(encodeUpdate(update, 'bob')).toEqual(bytes("01 01 03 'bob' 0a 0b 0c"));
    expect(decodeEntry(bytes("01 01 03 'bob' 0a 0b 0c"))).toEqual({ type: 'update', update, rescue: 'bob' });
    expect(decodeEntry(bytes('04 ac 02'))).toEqual({ type: 'claim', client: 300 });
    expect(encodeClaim(300)).toEqual(bytes('04 ac 02'));
    expect(() => decodeEntry(bytes('04 ac 02 00'))).toThrow(ProtocolError);
  });

  it('may be sealed', () => {
    expect(encodeSealed(update)).toEqual(bytes('03 0a 0b 0c'));
    expect(decodeEntry(bytes('03 0a 0b 0c'))).toEqual({ type: 'sealed', bytes: update });
  });

  it('goes in parts, which are entries too', () => {
    const whole = encodeUpdate(new Uint8Array(1100).fill(7));
    const hash = hex(digest(whole).slice(0, 8));
    const [first, second] = encodeParts(whole, 300, 1024).map(hex) as [string, string];
    expect(first).toMatch(new RegExp(`^02 ac 02 00 02 ce 08 ${hash} 01 00 07 .* 07$`));
    expect(second).toMatch(new RegExp(`^02 ac 02 01 02 ce 08 ${hash} 07 .* 07$`));
    expect(joinParts(partsOf(whole, 1024))).toEqual(whole);
  });

  it.each([
    ['nothing', ''],
    ['another format', '04 00 01'],
    ['unknown flags', '01 02 01'],
    ['a user cut short', "01 01 05 'bob'"],
    ['a part without its hash', '02 01 00 02 05 01 02'],
    ['a part beyond their number', '02 01 02 02 05 00 00 00 00 00 00 00 00 01'],
    ['more parts than bytes', '02 01 00 03 05 00 00 00 00 00 00 00 00 01'],
    ['a part that is larger than the whole', '02 01 00 01 01 00 00 00 00 00 00 00 00 01 02'],
    ['a whole over 32 MiB', '02 01 00 01 ff ff ff ff 0f 00 00 00 00 00 00 00 00 01'],
  ])('with %s is refused', (_, given) => {
    expect(() => decodeEntry(bytes(given))).toThrow(ProtocolError);
  });

  it('of parts that do not belong together is refused', () => {
    const whole = new Uint8Array(5000).map((_, i) => i % 251);
    const [a, b, c, d, e] = partsOf(whole, 1024) as [Part, Part, Part, Part, Part];
    expect(joinParts([a, b, c, d, e])).toEqual(whole);
    expect(() => joinParts([a, b, d, c, e])).toThrow(ProtocolError);
    expect(() => joinParts([a, b, c, d])).toThrow(ProtocolError);
    expect(() => joinParts([])).toThrow(ProtocolError);
  });

  it('survives any bytes', () => {
    const any = fc.oneof(
      fc.uint8Array(),
      fc.uint8Array().map((tail) => Uint8Array.of(2, ...tail)),
    );
    fc.assert(
      fc.property(any, (given) => {
        try {
          decodeEntry(given);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('Y10: a snapshot', () => {
  const state = new Uint8Array(100_000).map((_, i) => i % 251);
  const hashOf = (chunks: Uint8Array[]) => snapshotHash(chunks.map(hashed));
  const about = {
    id: 'a',
    n: 3,
    bytes: state.length,
    sha256: hashOf(encodeChunks(state, MAX_PIECE, false)),
    seq: 1,
    at: 1,
  };

  it('goes in chunks of at most 48 KiB and a byte that says what they are', () => {
    const chunks = encodeChunks(state, MAX_PIECE, false);
    expect(chunks.map((chunk) => [chunk[0], chunk.length])).toEqual([
      [1, MAX_PIECE + 1],
      [1, MAX_PIECE + 1],
      [1, state.length - 2 * MAX_PIECE + 1],
    ]);
    expect(joinChunks(chunks.map(hashed), about)).toEqual({ snapshot: state, sealed: false });
    const sealed = encodeChunks(state, MAX_PIECE, true);
    const sha256 = hashOf(sealed);
    expect(joinChunks(sealed.map(hashed), { ...about, sha256 })).toEqual({ snapshot: state, sealed: true });
  });

  it('that is not what the head says is refused', () => {
    const chunks = encodeChunks(state, MAX_PIECE, false);
    const [first, second, third] = chunks as [Uint8Array, Uint8Array, Uint8Array];
    const sealed = encodeChunks(state, MAX_PIECE, true)[0] as Uint8Array;
    for (const wrong of [[], [first, second], [second, first, third], [sealed, second, third], [update]]) {
      expect(() => joinChunks(wrong.map(hashed), about)).toThrow(ProtocolError);
    }
    const others = { ...about, sha256: hashOf([update]) };
    expect(() => joinChunks(chunks.map(hashed), others)).toThrow(ProtocolError);
  });

  it('is the updates that make it, one after another', () => {
    const updates = [update, new Uint8Array(0), new Uint8Array(300).fill(7)];
    const snapshot = encodeSnapshot(updates);
    expect(decodeSnapshot(snapshot)).toEqual(updates);
    expect(decodeSnapshot(new Uint8Array(0))).toEqual([]);
    for (const length of [1, update.length, snapshot.length - 1]) {
      expect(() => decodeSnapshot(snapshot.subarray(0, length))).toThrow(ProtocolError);
    }
  });

  it('of nothing is one chunk', () => {
    expect(encodeChunks(new Uint8Array(0), MAX_PIECE, false)).toEqual([Uint8Array.of(1)]);
  });
});
