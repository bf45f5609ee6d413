/** Y10: the head of a document: what it says, and what is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../../../src/errors.js';
import {
  decodeHead,
  encodeHead,
  type Head,
  MAX_HEAD,
  type Snapshot,
  withBad,
} from '../../../src/protocol/document-head.js';

const utf8 = new TextEncoder();
const snapshot = (id: string, name?: string): Snapshot => ({
  id,
  n: 4,
  bytes: 160_000,
  sha256: 'ab'.repeat(32),
  seq: 12,
  at: 1_700_000_000_000,
  by: 'ada',
  ...(name !== undefined && { name }),
});
const head: Head = {
  v: 1,
  lineage: 'f00-d',
  ...snapshot('aa'),
  old: [snapshot('bb', 'before the rewrite'), snapshot('cc')],
  bad: { count: 7, seqs: [3, 9] },
  schema: 2,
  clients: [{ user: 'ada', ids: [123] }],
};
const first: Head = { v: 1, lineage: 'a', id: '', n: 0, bytes: 0, sha256: '', seq: 0, at: 1, old: [] };

describe('Y10: a head', () => {
  it.each([
    ['with everything', head],
    ['without a snapshot', first],
    ['of a deleted document', { ...head, deleted: true }],
    ['of a sealed document', { ...first, sealed: true }],
  ])('%s is read as it was written', (_, given) => {
    expect(decodeHead(encodeHead(given).bytes)).toEqual(given);
  });

  it('leaves out the oldest versions without a name where it would be too large', () => {
    const old = Array.from({ length: 1000 }, (_, i) => snapshot(`v${i}`, i % 100 === 99 ? `name ${i}` : undefined));
    const { bytes, head: kept } = encodeHead({ ...head, old });
    expect(bytes.length).toBeLessThanOrEqual(MAX_HEAD);
    expect(kept.old.length).toBeGreaterThan(200);
    expect(kept.old.filter(({ name }) => name !== undefined)).toHaveLength(10);
    expect(kept.old[0]?.id).toBe('v0');
    expect(decodeHead(bytes)).toEqual(kept);
    const named = old.map((each) => ({ ...each, name: 'n' }));
    expect(() => encodeHead({ ...head, old: named })).toThrow(ProtocolError);
  });

  it.each([
    ['another version', { v: 2 }],
    ['no lineage', { lineage: '' }],
    ['a lineage of other characters', { lineage: 'a.b' }],
    ['a long lineage', { lineage: 'a'.repeat(65) }],
    ['an id with a dot', { id: 'a.b' }],
    ['an id that is a wildcard', { id: '*' }],
    ['an id of another kind', { id: 5 }],
    ['more chunks than bytes', { n: 200 }],
    ['a negative number of chunks', { n: -1 }],
    ['a fraction', { seq: 1.5 }],
    ['a large snapshot', { bytes: 2 ** 27 }],
    ['another hash', { sha256: 'ab' }],
    ['a time that is none', { at: 'now' }],
    ['a long author', { by: 'a'.repeat(257) }],
    ['a long name', { name: 'a'.repeat(201) }],
    ['versions that are no list', { old: {} }],
    ['a bad version', { old: [{ id: 'x' }] }],
    ['a version that is a head', { old: [null] }],
    ['a bad list', { bad: { count: 1, seqs: ['x'] } }],
    ['clients of no user', { clients: [{ ids: [1] }] }],
    ['clients that are no numbers', { clients: [{ user: 'ada', ids: ['1'] }] }],
    ['clients that are no list', { clients: { 1: 'ada' } }],
  ])('with %s is refused', (_, change) => {
    expect(() => decodeHead(utf8.encode(JSON.stringify({ ...head, ...change })))).toThrow(ProtocolError);
  });

  it('survives any JSON and any bytes', () => {
    const fields = fc.record({ v: fc.constant(1), lineage: fc.string(), old: fc.anything(), n: fc.anything() });
    const texts = fc.oneof(
      fc.json(),
      fields.map((value) => JSON.stringify(value) ?? ''),
      fc.string(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          decodeHead(utf8.encode(text));
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 2000 },
    );
    expect(() => decodeHead(new Uint8Array(MAX_HEAD + 1))).toThrow(ProtocolError);
  });

  it('Y14: names the last hundred entries that cannot be read, each once', () => {
    const bad = withBad(
      undefined,
      Array.from({ length: 150 }, (_, i) => i),
    );
    expect(bad).toMatchObject({ count: 150 });
    expect(bad?.seqs).toHaveLength(100);
    expect(withBad(bad, [149])).toBe(bad);
    expect(withBad(bad, [149, 150])).toMatchObject({ count: 151 });
    expect(withBad(undefined, [])).toBeUndefined();
  });
});
